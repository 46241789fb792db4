const FAN_OUT_BITS = 4
const FAN_OUT = 1 << FAN_OUT_BITS
const LEVELS = 6

/**
 * The smallest value of blocks of 16, 256, ... slots of a column, so that the minimum of any range is read in
 * O(16 log16 n) and kept in O(log16 n). The lists of the column begin at multiples of their power-of-two length, as
 * those of `SortedLists` do, and so never share a block as large as themselves. A block that is not full of its list
 * holds anything: no range covers it.
 *
 * Memory: a fifteenth of the column.
 */
export class BlockMinima {
  /** Minima by level; level 0, the column itself, is given to every call. */
  readonly #levels: Float64Array[] = Array.from({ length: LEVELS }, () => new Float64Array(1))

  /** Takes note of a value at the end of a list, in a block of `capacity`. */
  append(slot: number, value: number, capacity: number): void {
    for (let level = 1, size = FAN_OUT; level < LEVELS && size <= capacity; level++, size *= FAN_OUT) {
      const minima = this.#level(level, slot)
      const node = slot >> (FAN_OUT_BITS * level)
      if ((slot & (size - 1)) === 0 || value < minima[node]!) minima[node] = value
    }
  }

  /** Takes note that the value of an entry became less. */
  lower(slot: number, value: number, capacity: number): void {
    for (let level = 1, size = FAN_OUT; level < LEVELS && size <= capacity; level++, size *= FAN_OUT) {
      const minima = this.#level(level, slot)
      const node = slot >> (FAN_OUT_BITS * level)
      if (value < minima[node]!) minima[node] = value
    }
  }

  /** Reads the slots from `from` on again, of a list that lies from `head` to `end` in a block of `capacity`. */
  rebuild(column: Float64Array, head: number, from: number, end: number, capacity: number): void {
    let below = column
    let first = head
    let behind = end
    let changed = from
    for (let level = 1, size = FAN_OUT; level < LEVELS && size <= capacity; level++, size *= FAN_OUT) {
      const minima = this.#level(level, end - 1)
      changed >>= FAN_OUT_BITS
      for (let node = changed; node << FAN_OUT_BITS < behind; node++) {
        const stop = Math.min(behind, (node + 1) << FAN_OUT_BITS)
        minima[node] = smallest(below, Math.max(first, node << FAN_OUT_BITS), stop, Number.POSITIVE_INFINITY)
      }
      below = minima
      first >>= FAN_OUT_BITS
      behind = ((behind - 1) >> FAN_OUT_BITS) + 1
    }
  }

  /** The smallest value of the slots from `from` to before `end`; infinity when there are none. */
  minimum(column: Float64Array, from: number, end: number): number {
    let minima = column
    let low = from
    let high = end
    let best = Number.POSITIVE_INFINITY
    for (let level = 1; level < LEVELS && high - low > 2 * FAN_OUT; level++) {
      const firstWhole = (low + FAN_OUT - 1) >> FAN_OUT_BITS
      const behindWhole = high >> FAN_OUT_BITS
      best = smallest(minima, low, firstWhole << FAN_OUT_BITS, best)
      best = smallest(minima, behindWhole << FAN_OUT_BITS, high, best)
      low = firstWhole
      high = behindWhole
      minima = this.#levels[level]!
    }
    return smallest(minima, low, high, best)
  }

  bytes(): number {
    return this.#levels.reduce((sum, level) => sum + level.byteLength, 0)
  }

  #level(level: number, slot: number): Float64Array {
    const minima = this.#levels[level]!
    const node = slot >> (FAN_OUT_BITS * level)
    if (node < minima.length) return minima
    const grown = new Float64Array(Math.max(node + 1, minima.length * 2))
    grown.set(minima)
    this.#levels[level] = grown
    return grown
  }
}

function smallest(values: Float64Array, from: number, end: number, best: number): number {
  let least = best
  for (let index = from; index < end; index++) if (values[index]! < least) least = values[index]!
  return least
}
