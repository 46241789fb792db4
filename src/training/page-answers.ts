import type { ItemLists } from '../evaluation/index.ts'
import type { ServingRanker } from './model-registry.ts'

/** The order of one ranker behind the light stage. */
export interface RankedAnswer {
  readonly items: Int32Array
  /** The share of the 30 that the ranker would put first of all candidates that the light stage keeps. */
  readonly lightRecall: number
}

/** What each way of answering put on top, best first. */
export interface Answer {
  readonly retrieved: Int32Array
  readonly ranker: RankedAnswer
  readonly fallback: RankedAnswer
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
    return packed(
      [...this.#answers.values()].map(({ answer }) => {
        const answered = answer[way]
        return answered instanceof Int32Array ? answered : answered.items
      }),
    )
  }

  /** What the light stage kept of a ranker's first, an answer each. */
  lightRecall(serves: ServingRanker): Float64Array {
    return Float64Array.from(this.#answers.values(), ({ answer }) => answer[serves].lightRecall)
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
