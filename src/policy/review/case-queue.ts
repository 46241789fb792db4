import { IndexedHeap } from '../indexed-heap.ts'

interface Group {
  /** Who may not claim what waits here. */
  readonly excluded: readonly string[]
  readonly heap: IndexedHeap
}

/**
 * Cases that wait, the most urgent first, in groups of those that the same reviewers may not have: a claim looks at the
 * first of each group and never at the cases behind it.
 *
 * @remarks Adding and removing O(log cases), a claim O(groups). There is one group of cases nobody has judged, and one
 * for each set of people who judged the others.
 */
export class CaseQueue {
  readonly #groups = new Map<string, Group>()
  /** The group of each case. */
  readonly #places = new Map<number, string>()

  get size(): number {
    return this.#places.size
  }

  put(id: number, order: number, excluded: readonly string[]): void {
    const name = JSON.stringify([...excluded].sort())
    const group = this.#groups.get(name) ?? { excluded, heap: new IndexedHeap() }
    this.#groups.set(name, group)
    this.#places.set(id, name)
    group.heap.put(id, order)
  }

  remove(id: number): void {
    const name = this.#places.get(id)
    if (name === undefined) return
    const { heap } = this.#groups.get(name)!
    heap.remove(id)
    this.#places.delete(id)
    if (heap.size === 0) this.#groups.delete(name)
  }

  /** The most urgent case that a reviewer may have. */
  firstFor(reviewer: string): number | undefined {
    let best: number | undefined
    let bestOrder = Number.POSITIVE_INFINITY
    for (const { excluded, heap } of this.#groups.values()) {
      if (excluded.includes(reviewer)) continue
      const id = heap.first!
      const order = heap.keyOf(id)!
      if (best !== undefined && (order > bestOrder || (order === bestOrder && id > best))) continue
      best = id
      bestOrder = order
    }
    return best
  }
}
