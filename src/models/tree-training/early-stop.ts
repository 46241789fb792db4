import type { TreeValidation } from './training-options.ts'

/** Watches a metric on rows that are not learnt from. */
export class EarlyStop {
  /** The iteration with the best metric, the first of equal ones; from 0. */
  bestIteration = 0
  readonly #validation: TreeValidation | undefined
  #best = Number.NaN

  constructor(validation: TreeValidation | undefined) {
    this.#validation = validation
  }

  /** Whether training may end early: then only the trees up to the best iteration are kept. */
  get hasPatience(): boolean {
    return this.#validation?.patience !== undefined
  }

  /** Measures after an iteration; whether to stop. */
  isOver(scores: Float64Array, iteration: number): boolean {
    if (!this.#validation) return false
    const { metric, largerIsBetter, patience = Number.POSITIVE_INFINITY } = this.#validation
    const value = metric(scores)
    const isBetter = largerIsBetter ? value > this.#best : value < this.#best
    if (isBetter || Number.isNaN(this.#best)) {
      this.#best = value
      this.bestIteration = iteration
    }
    return iteration - this.bestIteration >= patience
  }
}
