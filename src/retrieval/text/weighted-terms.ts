import type { TermPostings } from './term-postings.ts'

/** Terms, different ones, and how much a whole impact of each counts. */
export interface WeightedTerms {
  readonly terms: readonly string[]
  /** Shape (terms,), above 0. */
  readonly weights: readonly number[]
  /** What is searched beside the terms, in the same way. */
  readonly lists?: readonly WeightedPostings[]
}

/** Documents of a snapshot, and impacts in them, that no single term has: the alternatives of a word of a query. */
export interface WeightedPostings extends TermPostings {
  /** How much a whole impact counts, above 0. */
  readonly weight: number
  /** What stands for it in an explanation. */
  readonly name: string
}
