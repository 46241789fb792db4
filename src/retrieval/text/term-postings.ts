/** The documents of a term, ascending, and the impact of it in each. */
export interface TermPostings {
  readonly documents: Int32Array
  readonly impacts: Uint8Array
}
