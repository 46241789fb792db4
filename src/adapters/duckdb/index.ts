export { dropSealed } from './drop-sealed.ts'
export { openSealedExports } from './erase-sealed.ts'
export { SEGMENT_OFFSETS, sealLog } from './seal-log.ts'
export { checkSealed, type SealedFile, sealedFolder } from './sealed-manifest.ts'
