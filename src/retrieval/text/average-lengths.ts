/** Averages are fixed anew when that of any field is larger or smaller by more than this. */
const DRIFT = 1.1

/**
 * The average lengths of fields against which impacts are weighed. They stay fixed until one of them is a tenth away from
 * that of the documents that are there, and then all are fixed anew: so what they are is a function of what was added and
 * taken away, in that order, and of nothing else.
 */
export class AverageLengths {
  readonly #sums: Float64Array
  #documents = 0
  #fixed: Float64Array

  constructor(fieldCount: number) {
    this.#sums = new Float64Array(fieldCount)
    this.#fixed = new Float64Array(fieldCount)
  }

  /** Shape (fields,); another array as soon as they are others. */
  get fixed(): Float64Array {
    return this.#fixed
  }

  add(lengthOf: (field: number) => number): void {
    this.#change(1, lengthOf)
    this.#fixIfAway()
  }

  remove(lengthOf: (field: number) => number): void {
    this.#change(-1, lengthOf)
    this.#fixIfAway()
  }

  /** Goes on from averages that were fixed earlier, with documents that are counted already. */
  resume(fixed: Float64Array, sums: Float64Array, documents: number): void {
    this.#fixed = fixed
    this.#sums.set(sums)
    this.#documents = documents
  }

  /** Fixes them to what they are now. */
  fix(): void {
    this.#fixed = this.#sums.map((sum) => sum / Math.max(1, this.#documents))
  }

  #change(sign: 1 | -1, lengthOf: (field: number) => number): void {
    this.#documents += sign
    for (let field = 0; field < this.#sums.length; field++) this.#sums[field]! += sign * lengthOf(field)
  }

  #fixIfAway(): void {
    for (let field = 0; field < this.#sums.length; field++) {
      const average = this.#sums[field]! / Math.max(1, this.#documents)
      const fixed = this.#fixed[field]!
      if (average <= fixed * DRIFT && average * DRIFT >= fixed) continue
      this.fix()
      return
    }
  }
}
