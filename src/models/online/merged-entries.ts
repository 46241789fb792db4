/**
 * The entries of one row with every feature once: hashing lets two values of a row meet in one slot, and a step per
 * coordinate must see their sum. Features keep the order in which they first came.
 *
 * @remarks O(entries) a row, nothing allocated once a row as wide was met.
 */
export class MergedEntries {
  /** How many of `indices` and `values` belong to the current row. */
  count = 0
  indices = new Uint32Array(0)
  values = new Float64Array(0)
  /** Open addressing: 1 + the place of an entry, or 0 for free. A power of two, at least twice the entries. */
  #slots = new Uint32Array(0)
  /** How many slots the current row uses, less one. */
  #mask = 0

  /** Takes the entries from `start` to `end` (excluded) as the current row. */
  take(indices: Uint32Array, values: Float64Array, start: number, end: number): void {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * (end - start))))
    this.#makeRoom(slots)
    this.#slots.fill(0, 0, slots)
    this.#mask = slots - 1
    this.count = 0
    for (let entry = start; entry < end; entry++) this.#add(indices[entry]!, values[entry]!)
  }

  /** Adds to the current row, which must have been taken with room for it. */
  #add(index: number, value: number): void {
    let slot = Math.imul(index, 0x9e3779b1) & this.#mask
    while (this.#slots[slot]! !== 0) {
      const place = this.#slots[slot]! - 1
      if (this.indices[place] === index) {
        this.values[place]! += value
        return
      }
      slot = (slot + 1) & this.#mask
    }
    this.indices[this.count] = index
    this.values[this.count] = value
    this.#slots[slot] = ++this.count
  }

  #makeRoom(slots: number): void {
    if (slots <= this.#slots.length) return
    this.indices = new Uint32Array(slots / 2)
    this.values = new Float64Array(slots / 2)
    this.#slots = new Uint32Array(slots)
  }
}
