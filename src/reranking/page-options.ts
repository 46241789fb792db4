import type { PageAttributes } from './category-lists.ts'

/** An item that is to stand at a place, whatever its score. */
export interface Pin {
  readonly item: number
  /** From 1, within the limit. */
  readonly position: number
}

/** What `determinantal` compares: vectors of one width, of any length but 0. */
export interface PageVectors {
  readonly width: number
  /**
   * Shape (n * width,), row-major, in the order of the candidates' input, a row of zeros when unknown; or a function of
   * the item's number that gives shape (width,), undefined when unknown. It is asked for few of the candidates.
   */
  readonly of: Float32Array | ((item: number) => Float32Array | undefined)
}

/** How a page is asked for. */
export interface RerankOptions {
  /** Most items on the page, a whole number of at least 1. */
  readonly limit: number
  readonly attributes: PageAttributes
  /** Gone through in this order; an earlier one is kept before a later one. */
  readonly pins?: readonly Pin[] | undefined
  /** Needed by `determinantal` without an attribute. */
  readonly vectors?: PageVectors | undefined
  /** The time of the request, in milliseconds; needed by a quota with a `maxAge`. */
  readonly at?: number | undefined
  /** The number of a named value of an attribute, undefined when no item has it; needed by a quota of a named value. */
  readonly valueNumber?: ((path: string, value: string) => number | undefined) | undefined
}
