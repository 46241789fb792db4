import type { AttributeStore } from '../features/index.ts'
import type { ScoredItems } from '../models/index.ts'
import type { RetrievalRequest } from './environment.ts'
import { searchAcceptable } from './search-acceptable.ts'
import { buildVectorIndex, loadVectorIndex } from './vectors/build-vector-index.ts'
import type { VectorIndex } from './vectors/vector-index.ts'

const NOTHING: ScoredItems = { items: new Int32Array(0), scores: new Float64Array(0) }
/** Below it a query has no direction. */
const SMALLEST = 1e-15

/**
 * The vectors of all items of an entity, kept in step with their descriptions, and the search among them.
 *
 * Its answers depend on the descriptions, and the cells that were given, alone, and not on when they were taken in, so
 * that a decision that is replayed finds the same items. So cells are built with a model and kept beside it; without
 * them the index is flat, because cells that are built here would depend on the vectors that were there at the time.
 */
export class ItemVectors {
  readonly #attributes: AttributeStore
  readonly #entity: string
  readonly #describe: (item: number, vector: Float32Array) => void
  readonly #index: VectorIndex
  readonly #vector: Float32Array
  /** The revision of the entity's descriptions that the index holds. */
  #revision = 0

  /**
   * @param describe - fills the vector of an item by its description; what was in it before is to be overwritten
   * @param cells - what `VectorIndex.saveCells` gave
   */
  constructor(
    attributes: AttributeStore,
    entity: string,
    dimensions: number,
    describe: (item: number, vector: Float32Array) => void,
    cells?: Uint8Array,
  ) {
    this.#attributes = attributes
    this.#entity = entity
    this.#describe = describe
    this.#index = cells
      ? loadVectorIndex(cells)
      : buildVectorIndex({
          ...{ vectors: new Float32Array(0), dimensions, seed: 0, kind: 'flat' },
          modelId: `descriptions of ${entity}`,
        })
    this.#vector = new Float32Array(dimensions)
  }

  /** The vector of an item; a view that is valid until the next call. Zeros for one that was never described. */
  vector(item: number): Float32Array {
    this.refresh()
    return this.#index.vector(item) ?? this.#vector.fill(0)
  }

  /**
   * The acceptable items closest to a query by inner product, of those above 0; ties go to the smaller number.
   *
   * @remarks Without cells O(itemCount * dimensions) in bytes, 1 ms for 200,000 x 64; and what is described anew. See
   * {@link searchAcceptable} for items that are refused.
   */
  closest(query: Float32Array, request: RetrievalRequest, limit: number): ScoredItems {
    this.refresh()
    if (!query.some((value) => Math.abs(value) >= SMALLEST)) return NOTHING
    return searchAcceptable(this.#index, query, limit, (item) => item < request.itemCount && request.accept(item))
  }

  /** The inner products of a query with items; `NaN` for one that has no vector. */
  products(query: Float32Array, items: ArrayLike<number>, out: Float64Array): void {
    this.refresh()
    this.#index.products(query, items, out)
  }

  /** Describes what is new now, so that no request has to. */
  refresh(): void {
    const revision = this.#attributes.revision(this.#entity)
    if (revision === this.#revision) return
    const changed: number[] = []
    this.#attributes.describedAfter(this.#entity, this.#revision, (item) => {
      changed.push(item)
    })
    this.#index.setAll(Int32Array.from(changed), (item, vector) => {
      this.#describe(item, vector)
      return vector.some((value) => Math.abs(value) >= SMALLEST)
    })
    this.#revision = revision
  }
}
