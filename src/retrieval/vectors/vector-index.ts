import type { ScoredItems } from '../../models/index.ts'

/** Which items may be found: a question about an item number, or by item number 1 for yes (0 beyond its end). */
export type AcceptItems = ((item: number) => boolean) | Uint8Array

/** The vectors of items, and the search for those with the largest inner product with a query. */
export interface VectorIndex {
  /** How many items have a vector. */
  readonly size: number
  /** Length of every vector and query. */
  readonly dimensions: number
  /** The model that made the vectors; vectors of two models have nothing to do with each other. */
  readonly modelId: string
  /** `flat` reads the bytes of every vector; `inverted-lists` those of the cells nearest to the query. */
  readonly kind: VectorIndexKind
  /** Share of the exact best 100 that {@link search} found, over a seeded sample of queries after the build; 1 if empty. */
  readonly recall: number
  /** Cells that a search for up to 100 items reads; 1 when flat. */
  readonly probes: number
  /** Vectors set or deleted since the build, for each vector of the build: above 0.5, cells want to be built anew. */
  readonly staleness: number
  /** Bytes that vectors and lists hold. */
  readonly memoryBytes: number
  /**
   * At most `limit` items, best first, ties to the smaller number; scores are inner products in single precision, summed
   * in a fixed order. With a filter it is {@link searchExact}.
   *
   * @param query - shape (dimensions,), finite, not all 0
   * @param modelId - who made the query; checked when it is given
   * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE` and `INVALID_ARGUMENT` for a query or limit that cannot be,
   * `MODEL_MISMATCH` for a query of another model
   * @remarks Bytes choose half as many again as asked for, exact products order them. Flat: O(size * dimensions).
   * Inverted lists: O((cells + rows of the cells probed) * dimensions). The result depends on the vectors and, with
   * inverted lists, on the build; not on the order of what was set and deleted since.
   */
  search(query: Float32Array, limit: number, accept?: AcceptItems, modelId?: string): ScoredItems
  /**
   * The same, from the exact product with every accepted item.
   *
   * @remarks O(size + accepted * dimensions).
   */
  searchExact(query: Float32Array, limit: number, accept?: AcceptItems, modelId?: string): ScoredItems
  /**
   * Adds or replaces the vector of an item, without a rebuild.
   *
   * @param item - from 0 to 16,777,215; numbers should be dense, since tables are as long as the largest of them
   * @param vector - shape (dimensions,), finite, not all 0
   * @throws SluiceError as {@link search} does for a query
   */
  set(item: number, vector: Float32Array, modelId?: string): void
  /**
   * {@link set} for many items, all different: the same answers, from memory that is read in one go.
   *
   * @param vectorOf - fills the vector of an item; false for one that has none and is taken out
   */
  setAll(items: Int32Array, vectorOf: (item: number, vector: Float32Array) => boolean): void
  /** Takes an item out; false when it is not in. */
  delete(item: number): boolean
  /** The vector of an item; a view that is valid until it is set again. Undefined when the item is not in. */
  vector(item: number): Float32Array | undefined
  /**
   * The inner products of a query with some items, as they stand and of their numbers in double precision; `NaN` for one
   * that is not in.
   *
   * @param out - shape (items.length,)
   */
  products(query: Float32Array, items: ArrayLike<number>, out: Float64Array): void
  /** The bytes that {@link loadVectorIndex} reads. */
  save(): Uint8Array
  /** The same without any item: what is set in an index that is loaded from it goes to the cells of this build. */
  saveCells(): Uint8Array
}

export type VectorIndexKind = 'flat' | 'inverted-lists'
