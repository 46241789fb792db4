import { growInt32 } from './growable.ts'
import type { ItemLists } from './item-lists.ts'

/** Lists of this much garbage are packed anew. */
const LEAST_GARBAGE = 1024
const NONE = new Int32Array(0)

/**
 * A short list of numbers for every key, one after the other in one array: what is read for many keys lies near. A list
 * that is set again takes its old room when it fits, else new room at the end, and what is left behind is given back
 * once it is half of all.
 *
 * Memory: 8 bytes a key and 4 bytes a number, at most doubled by growth and once more by garbage.
 */
export class PackedLists {
  /** Two numbers a key: where its list begins, and one more than its length; 0 when it has none. */
  #spans: Int32Array = new Int32Array(0)
  #numbers: Int32Array = new Int32Array(0)
  #used = 0
  #garbage = 0

  set(key: number, list: ArrayLike<number>): void {
    this.#spans = growInt32(this.#spans, 2 * key + 2)
    const spans = this.#spans
    const room = Math.max(0, spans[2 * key + 1]! - 1)
    if (list.length > room) {
      this.#garbage += room
      spans[2 * key] = this.#used
      this.#used += list.length
      this.#numbers = growInt32(this.#numbers, this.#used)
    } else this.#garbage += room - list.length
    spans[2 * key + 1] = list.length + 1
    this.#numbers.set(list, spans[2 * key])
    if (this.#garbage > LEAST_GARBAGE && this.#garbage * 2 > this.#used) this.#pack()
  }

  /** Copies the list of a key into `into`, which has its length then; empty when the key has none. */
  read(key: number, into: number[]): number[] {
    const length = key < 0 ? 0 : (this.#spans[2 * key + 1] ?? 0) - 1
    if (length <= 0) {
      into.length = 0
      return into
    }
    const start = this.#spans[2 * key]!
    into.length = length
    for (let index = 0; index < length; index++) into[index] = this.#numbers[start + index]!
    return into
  }

  /** {@link read} for many keys: where lists lie is looked up for all of them before any is read. */
  readMany(keys: Int32Array, into: ItemLists): void {
    const spans = this.#spans
    into.openFor(keys.length)
    const { starts } = into
    let total = 0
    for (let each = 0; each < keys.length; each++) {
      const length = keys[each]! < 0 ? 0 : (spans[2 * keys[each]! + 1] ?? 0) - 1
      starts[each] = total
      total += length > 0 ? length : 0
    }
    starts[keys.length] = total
    into.openForNumbers(total)
    const { numbers } = into
    const all = this.#numbers
    for (let each = 0; each < keys.length; each++) {
      const end = starts[each + 1]!
      if (end === starts[each]) continue
      for (let from = spans[2 * keys[each]!]!, to = starts[each]!; to < end; from++, to++) numbers[to] = all[from]!
    }
  }

  /** Whether the list of a key has a number; undefined when it is empty. */
  includes(key: number, number: number): boolean | undefined {
    const length = key < 0 ? 0 : (this.#spans[2 * key + 1] ?? 0) - 1
    if (length <= 0) return undefined
    const start = this.#spans[2 * key]!
    for (let index = start; index < start + length; index++) if (this.#numbers[index] === number) return true
    return false
  }

  /** The list of a key; undefined when it was never set. A view until the next {@link set}. */
  list(key: number): Int32Array | undefined {
    const end = this.#spans[2 * key + 1] ?? 0
    const start = this.#spans[2 * key] ?? 0
    return end === 0 ? undefined : this.#numbers.subarray(start, start + end - 1)
  }

  /** The lists of all keys up to the last that has one. */
  all(): (number[] | null)[] {
    let keys = this.#spans.length / 2
    while (keys > 0 && this.#spans[2 * keys - 1] === 0) keys--
    return Array.from({ length: keys }, (_, key) => (this.#spans[2 * key + 1] === 0 ? null : [...this.list(key)!]))
  }

  bytes(): number {
    return this.#spans.byteLength + this.#numbers.byteLength
  }

  #pack(): void {
    const packed = new Int32Array(this.#used)
    let used = 0
    for (let key = 0; key < this.#spans.length / 2; key++) {
      const list = this.list(key) ?? NONE
      packed.set(list, used)
      if (list.length > 0) this.#spans[2 * key] = used
      used += list.length
    }
    this.#numbers = packed
    this.#used = used
    this.#garbage = 0
  }
}
