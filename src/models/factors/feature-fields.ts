import { SluiceError } from '../../foundation/index.ts'

/** Which field (user, item, hour) every feature belongs to. */
export interface FeatureFields {
  /** From 1 to 4,096. */
  readonly fieldCount: number
  /** Shape (featureCount,), each below `fieldCount`. */
  readonly fields: Uint32Array
}

/** @throws SluiceError `SHAPE_MISMATCH`, `OUT_OF_RANGE` */
export function requireFeatureFields({ fieldCount, fields }: FeatureFields, featureCount: number): void {
  if (fields.length !== featureCount) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `fields: expected one for each of ${featureCount} features, got ${fields.length}; give every feature its field`,
    )
  }
  if (!Number.isInteger(fieldCount) || fieldCount < 1 || fieldCount > 4096) {
    throw new SluiceError('OUT_OF_RANGE', `fields: expected from 1 to 4096 of them, got ${fieldCount}`)
  }
  const beyond = fields.findIndex((field) => field >= fieldCount)
  if (beyond < 0) return
  throw new SluiceError(
    'OUT_OF_RANGE',
    `field of feature ${beyond}: expected below ${fieldCount}, got ${fields[beyond]}; number fields from 0`,
  )
}
