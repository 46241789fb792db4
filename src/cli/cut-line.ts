import type { TailCut } from '../data/index.ts'

/** What people are told of records that a disk lost. */
export function cutLine({ fromOffset, batches, file, at }: TailCut): string {
  const what = batches === 1 ? '1 batch' : `${batches} batches`
  return `the log's end was damaged, ${what} from offset ${fromOffset} on cut off ${new Date(at).toISOString()}; the bytes are in ${file}; import or send again what came last`
}
