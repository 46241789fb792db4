import type { TailCut } from '../data/index.ts'

/** What people are told of records that a disk lost. */
export function cutLine({ fromOffset, batches, file, at }: TailCut): string {
  const what = batches === 1 ? '1 batch' : `${batches} batches`
  return `the log's end was damaged, ${what} from offset ${fromOffset} on cut off ${new Date(at).toISOString()}; the bytes are in ${file}; import or send again what came last`
}

/** What people are told of records that a disk lost and that are still in the way. */
export function damageLine(fromOffset: number): string {
  return `the log's end is damaged from offset ${fromOffset} on: the next import or serve cuts it off, keeps its bytes and goes on from there`
}
