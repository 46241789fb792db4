import type { EventRecord } from '../data/index.ts'

/** What is to come, the earliest first and what is of one moment in the order it was added. A binary heap. */
export class RecordQueue<Coming extends { readonly at: number } = EventRecord> {
  readonly #heap: { readonly record: Coming; readonly order: number }[] = []
  #added = 0

  /** O(log n). */
  push(record: Coming): void {
    this.#heap.push({ record, order: this.#added++ })
    let child = this.#heap.length - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!this.#isBefore(child, parent)) return
      this.#swap(child, parent)
      child = parent
    }
  }

  /** Takes out the earliest; undefined when none is at or before `untilMs`. O(log n). */
  popUntil(untilMs: number): Coming | undefined {
    const first = this.#heap[0]
    if (!first || first.record.at > untilMs) return undefined
    const last = this.#heap.pop()!
    if (this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink()
    }
    return first.record
  }

  #sink(): void {
    let parent = 0
    for (;;) {
      let earliest = parent
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, earliest)) earliest = child
      }
      if (earliest === parent) return
      this.#swap(parent, earliest)
      parent = earliest
    }
  }

  #isBefore(a: number, b: number): boolean {
    const left = this.#heap[a]!
    const right = this.#heap[b]!
    return left.record.at < right.record.at || (left.record.at === right.record.at && left.order < right.order)
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a]!
    this.#heap[a] = this.#heap[b]!
    this.#heap[b] = held
  }
}
