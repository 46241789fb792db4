/**
 * Candidates in a fixed order, of which some are away: a ring of links, so that going through what is left costs nothing
 * for what is not. What was removed last is restored first.
 *
 * @remarks Every call O(1).
 * @see Knuth 2000, Dancing Links.
 */
export class PreferenceOrder {
  readonly size: number
  readonly #candidates: Int32Array
  /** Shape (n + 1,): the ring begins and ends at n. */
  readonly #next: Int32Array
  readonly #previous: Int32Array

  constructor(candidates: Int32Array) {
    const size = candidates.length
    this.size = size
    this.#candidates = candidates
    this.#next = Int32Array.from({ length: size + 1 }, (_, at) => (at === size ? 0 : at + 1))
    this.#previous = Int32Array.from({ length: size + 1 }, (_, at) => (at === 0 ? size : at - 1))
  }

  /** The first place of the order that is not away; -1 when all are. */
  first(): number {
    return this.after(this.size)
  }

  /** The next place after one; -1 at the end. */
  after(at: number): number {
    const next = this.#next[at]!
    return next === this.size ? -1 : next
  }

  candidate(at: number): number {
    return this.#candidates[at]!
  }

  remove(at: number): void {
    this.#next[this.#previous[at]!] = this.#next[at]!
    this.#previous[this.#next[at]!] = this.#previous[at]!
  }

  restore(at: number): void {
    this.#next[this.#previous[at]!] = at
    this.#previous[this.#next[at]!] = at
  }
}
