import type { AttributeStore } from '../features/index.ts'
import type { ScoredItems } from '../models/index.ts'
import { keepFirst } from './best-first.ts'
import type { RetrievalRequest } from './environment.ts'
import { buildVectorIndex } from './vectors/build-vector-index.ts'
import type { VectorIndex } from './vectors/vector-index.ts'

const NOTHING: ScoredItems = { items: new Int32Array(0), scores: new Float64Array(0) }
/** Below it a query has no direction. */
const SMALLEST = 1e-15

/**
 * The vectors of all items of an entity, kept in step with their descriptions, and the search among them.
 *
 * The index is flat: its answers depend on the descriptions alone and not on when they were taken in, so that a decision
 * that is replayed finds the same items. Cells would depend on the vectors that were there when they were built.
 */
export class ItemVectors {
  readonly #attributes: AttributeStore
  readonly #entity: string
  readonly #describe: (item: number, vector: Float32Array) => void
  readonly #index: VectorIndex
  readonly #vector: Float32Array
  /** The revision of the entity's descriptions that the index holds. */
  #revision = 0

  /** @param describe - fills the vector of an item by its description; what was in it before is to be overwritten */
  constructor(
    attributes: AttributeStore,
    entity: string,
    dimensions: number,
    describe: (item: number, vector: Float32Array) => void,
  ) {
    this.#attributes = attributes
    this.#entity = entity
    this.#describe = describe
    this.#index = buildVectorIndex({
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
   * @remarks O(itemCount * dimensions) in bytes, 1 ms for 200,000 x 64, and what is described anew. More are searched
   * for than wanted and refused afterwards, because a filter that is asked about every item costs more than that; when
   * nearly all are refused, it is.
   */
  closest(query: Float32Array, request: RetrievalRequest, limit: number): ScoredItems {
    this.refresh()
    if (!query.some((value) => Math.abs(value) >= SMALLEST)) return NOTHING
    const accept = (item: number): boolean => item < request.itemCount && request.accept(item)
    for (let asked = 2 * limit + 50; asked < this.#index.size / 8; asked *= 4) {
      const found = this.#index.search(query, asked)
      const isWhole = !(found.scores[found.scores.length - 1]! > 0)
      const kept = keepFirst(found, limit, accept)
      if (kept.items.length === limit || isWhole) return kept
    }
    return keepFirst(this.#index.searchExact(query, Math.max(1, limit), accept), limit, () => true)
  }

  /** Describes what is new now, so that no request has to. */
  refresh(): void {
    const revision = this.#attributes.revision(this.#entity)
    if (revision === this.#revision) return
    this.#attributes.describedAfter(this.#entity, this.#revision, (item) => this.#take(item))
    this.#revision = revision
  }

  #take(item: number): void {
    this.#describe(item, this.#vector)
    if (this.#vector.every((value) => Math.abs(value) < SMALLEST)) this.#index.delete(item)
    else this.#index.set(item, this.#vector)
  }
}
