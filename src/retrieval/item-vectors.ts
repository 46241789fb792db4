import type { AttributeStore } from '../features/index.ts'
import { dotProducts, type Kernels, openKernels } from '../foundation/index.ts'

/** The arrays that the kernel works on, all of one memory. */
interface VectorMemory {
  readonly kernels: Kernels
  /** Shape (capacity, dimensions). */
  readonly matrix: Float32Array
  /** Shape (dimensions,). */
  readonly query: Float32Array
  /** Shape (capacity,). */
  readonly out: Float32Array
}

/** The vectors of all items of an entity, kept in step with their descriptions. */
export class ItemVectors {
  readonly #attributes: AttributeStore
  readonly #entity: string
  readonly #dimensions: number
  readonly #describe: (item: number, vector: Float32Array) => void
  #capacity = 0
  #memory: VectorMemory | undefined
  /** The revision of the entity's descriptions that the matrix holds, and how many items. */
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
    this.#dimensions = dimensions
    this.#describe = describe
  }

  /** The vector of an item; a view that is valid until the next call. Zeros for one that was never described. */
  vector(item: number): Float32Array {
    const { matrix } = this.#refresh(item + 1)
    return matrix.subarray(item * this.#dimensions, (item + 1) * this.#dimensions)
  }

  /**
   * The dot product of a query with every item.
   *
   * @param write - fills the query, which may hold anything before
   * @returns shape (itemCount,), a view that is valid until the next call
   * @remarks O(itemCount * dimensions), and what is described anew.
   */
  closeness(write: (query: Float32Array) => void, itemCount: number): Float32Array {
    const { kernels, matrix, query, out } = this.#refresh(itemCount)
    write(query)
    const closeness = out.subarray(0, itemCount)
    dotProducts(kernels, matrix.subarray(0, itemCount * this.#dimensions), query, closeness)
    return closeness
  }

  /** Describes what is new now, so that no request has to. */
  refresh(): void {
    this.#refresh(this.#attributes.keys(this.#entity).size)
  }

  #refresh(itemCount: number): VectorMemory {
    const memory = this.#reserve(itemCount)
    const revision = this.#attributes.revision(this.#entity)
    if (revision === this.#revision) return memory
    const count = this.#attributes.keys(this.#entity).size
    for (let item = 0; item < count; item++) {
      if (this.#attributes.describedAt(this.#entity, item) <= this.#revision) continue
      this.#describe(item, memory.matrix.subarray(item * this.#dimensions, (item + 1) * this.#dimensions))
    }
    this.#revision = revision
    return memory
  }

  /** A memory cannot be given back in parts, so a larger one replaces it and everything is described anew. */
  #reserve(itemCount: number): VectorMemory {
    const count = Math.max(itemCount, this.#attributes.keys(this.#entity).size)
    if (this.#memory && count <= this.#capacity) return this.#memory
    this.#capacity = Math.max(1024, count, this.#capacity * 2)
    this.#revision = 0
    const kernels = openKernels()
    this.#memory = {
      kernels,
      matrix: kernels.arena.float32s(this.#capacity * this.#dimensions),
      query: kernels.arena.float32s(this.#dimensions),
      out: kernels.arena.float32s(this.#capacity),
    }
    return this.#memory
  }
}
