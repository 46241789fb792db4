import type { Kernels } from '../../foundation/index.ts'
import type { SparseRows } from '../sparse-rows.ts'

/** Copies sparse rows into the memory of the kernels. */
export function placeSparseRows({ arena }: Kernels, rows: SparseRows) {
  return {
    starts: copyInto(arena.uint32s(rows.starts.length), rows.starts),
    indices: copyInto(arena.uint32s(rows.indices.length), rows.indices),
    values: copyInto(arena.float64s(rows.values.length), rows.values),
  }
}

/** Copies values into an array of the arena, which is returned. */
export function copyInto<Values extends Float64Array | Uint32Array>(target: Values, source: Values): Values {
  target.set(source)
  return target
}
