import type { ItemLists } from '../evaluation/index.ts'

/** What each way of answering put on top, best first. */
export interface Answer {
  readonly retrieved: Int32Array
  readonly ranked: Int32Array
  readonly popular: Int32Array
  readonly random: Int32Array
}

/** Pages that were answered during a replay, and what their subjects met from that moment on. */
export class PageAnswers {
  readonly #answers = new Map<number, { answer: Answer; truth: Set<number> }>()

  get size(): number {
    return this.#answers.size
  }

  has(subject: number): boolean {
    return this.#answers.has(subject)
  }

  add(subject: number, answer: Answer): void {
    this.#answers.set(subject, { answer, truth: new Set() })
  }

  /** The subject met the item; nothing happens for a subject without an answer. */
  addTruth(subject: number, item: number): void {
    this.#answers.get(subject)?.truth.add(item)
  }

  /** The lists of one way of answering, a list a subject. */
  lists(way: keyof Answer): ItemLists {
    return packed([...this.#answers.values()].map(({ answer }) => answer[way]))
  }

  /** What the subjects met, in the order of {@link lists}. */
  truths(): ItemLists {
    return packed([...this.#answers.values()].map(({ truth }) => Int32Array.from(truth)))
  }
}

function packed(lists: readonly Int32Array[]): ItemLists {
  const starts = new Uint32Array(lists.length + 1)
  lists.forEach((list, index) => {
    starts[index + 1] = starts[index]! + list.length
  })
  const items = new Int32Array(starts[lists.length] ?? 0)
  lists.forEach((list, index) => {
    items.set(list, starts[index])
  })
  return { starts, items }
}
