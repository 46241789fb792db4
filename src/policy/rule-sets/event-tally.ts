import type { EventCount } from './backtest-report.ts'

/** Counts events in numbered rows, without an object for each. */
export class EventTally {
  readonly #events: Float64Array
  readonly #labelled: Float64Array
  readonly #frauds: Float64Array
  readonly #amounts: Float64Array
  readonly #fraudAmounts: Float64Array

  constructor(rows: number) {
    this.#events = new Float64Array(rows)
    this.#labelled = new Float64Array(rows)
    this.#frauds = new Float64Array(rows)
    this.#amounts = new Float64Array(rows)
    this.#fraudAmounts = new Float64Array(rows)
  }

  /** @param label - 1 for a fraud, 0 for none, `NaN` when it is not known */
  add(row: number, label: number, amount: number): void {
    this.#events[row]!++
    this.#amounts[row]! += amount
    if (label === 1) {
      this.#frauds[row]!++
      this.#fraudAmounts[row]! += amount
      this.#labelled[row]!++
    } else if (label === 0) this.#labelled[row]!++
  }

  count(row: number): EventCount {
    return {
      events: this.#events[row]!,
      labelled: this.#labelled[row]!,
      frauds: this.#frauds[row]!,
      amount: this.#amounts[row]!,
      fraudAmount: this.#fraudAmounts[row]!,
    }
  }
}
