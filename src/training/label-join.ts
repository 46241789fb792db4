import type { ExampleSet } from './example-set.ts'
import { pairKey } from './item-popularity.ts'

interface WaitingRow {
  readonly set: ExampleSet
  readonly row: number
}

/** Rows that wait for a label of their subject and item; the first that comes within the window makes them positive. */
export class LabelJoin {
  readonly #withinMs: number
  readonly #credit: 'latest' | 'every'
  readonly #objective: string | undefined
  readonly #waiting = new Map<number, WaitingRow[]>()

  /**
   * @param withinMs - the window, its end included
   * @param credit - `latest`: of several rows of one pair only the last waits, as of several exposures the last is
   * what led to the label; `every`: all of them do
   * @param objective - whose label it is; the main one when absent
   */
  constructor(withinMs: number, credit: 'latest' | 'every', objective?: string) {
    this.#withinMs = withinMs
    this.#credit = credit
    this.#objective = objective
  }

  /** The row waits from now on. */
  expect(subject: number, item: number, set: ExampleSet, row: number): void {
    const key = pairKey(subject, item)
    const waiting = this.#credit === 'every' ? this.#waiting.get(key) : undefined
    if (waiting) waiting.push({ set, row })
    else this.#waiting.set(key, [{ set, row }])
  }

  /** A label came. One of before a row is about something else and lets the row wait on. */
  arrive(subject: number, item: number, at: number): void {
    const key = pairKey(subject, item)
    const waiting = this.#waiting.get(key)
    if (!waiting) return
    const later: WaitingRow[] = []
    for (const each of waiting) {
      const elapsed = at - each.set.timeOf(each.row)
      if (elapsed < 0) later.push(each)
      else if (elapsed <= this.#withinMs) each.set.setPositive(each.row, this.#objective)
    }
    if (later.length > 0) this.#waiting.set(key, later)
    else this.#waiting.delete(key)
  }
}
