/** What a ring's record begins with. */
export const START = 0
export const HEAD = 1
export const LENGTH = 2
export const CAPACITY = 3

/** Rings of entries that rise in time, as `TimedSeries` keeps them. */
export interface Rings {
  /** A record a ring: where it begins among the entries, its oldest entry, how many it holds, and has room for. */
  readonly table: Int32Array
  /** Numbers a record takes. */
  readonly words: number
  readonly entries: Float64Array
  /** Numbers an entry takes; the first is its time. */
  readonly width: number
}

/** The entries of the first `count` rings one after the other, without the gaps between them; `total` are they all. */
export function packedRings({ table, words, entries, width }: Rings, count: number, total: number): Float64Array {
  const packed = new Float64Array(total * width)
  let next = 0
  for (let base = 0; base < count * words; base += words) {
    const start = table[base + START]!
    const end = start + table[base + CAPACITY]! * width
    let from = start + table[base + HEAD]! * width
    for (const until = next + table[base + LENGTH]! * width; next < until; ) {
      packed[next++] = entries[from++]!
      if (from === end) from = start
    }
  }
  return packed
}
