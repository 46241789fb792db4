import type { AttributeStore } from '../features/index.ts'
import { dotProducts, hashString, type Kernels, openKernels } from '../foundation/index.ts'

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

/**
 * Unit vectors of all items, kept in step with their descriptions: every category is hashed, together with its
 * attribute, to two signed places of the vector.
 *
 * @see Weinberger et al. 2009, Feature hashing for large scale multitask learning, ICML.
 */
export class ContentVectors {
  readonly #attributes: AttributeStore
  readonly #entity: string
  readonly #paths: readonly { seed: number; categories: (item: number) => ArrayLike<number> }[]
  readonly #dimensions: number
  #capacity = 0
  #memory: VectorMemory | undefined
  /** The revision of the entity's descriptions that the matrix holds. */
  #revision = 0

  /** @param paths - category attributes of the entity */
  constructor(attributes: AttributeStore, entity: string, paths: readonly string[], dimensions: number) {
    this.#attributes = attributes
    this.#entity = entity
    this.#paths = paths.map((path) => ({ seed: hashString(path), categories: attributes.categoryListReader(path) }))
    this.#dimensions = dimensions
  }

  /**
   * The dot product of the mean of some items with every item.
   *
   * @returns shape (itemCount,), a view that is valid until the next call
   */
  closeness(items: Int32Array, itemCount: number): Float32Array {
    const { kernels, matrix, query, out } = this.#refresh(itemCount)
    const d = this.#dimensions
    query.fill(0)
    for (const item of items) for (let j = 0; j < d; j++) query[j]! += matrix[item * d + j]! / items.length
    const closeness = out.subarray(0, itemCount)
    dotProducts(kernels, matrix.subarray(0, itemCount * d), query, closeness)
    return closeness
  }

  #refresh(itemCount: number): VectorMemory {
    const memory = this.#reserve(itemCount)
    const revision = this.#attributes.revision(this.#entity)
    if (revision === this.#revision) return memory
    for (let item = 0; item < itemCount; item++) {
      if (this.#attributes.describedAt(this.#entity, item) > this.#revision) this.#describe(memory.matrix, item)
    }
    this.#revision = revision
    return memory
  }

  /** A memory cannot be given back in parts, so a larger one replaces it and everything is described anew. */
  #reserve(itemCount: number): VectorMemory {
    if (this.#memory && itemCount <= this.#capacity) return this.#memory
    this.#capacity = Math.max(1024, itemCount, this.#capacity * 2)
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

  #describe(matrix: Float32Array, item: number): void {
    const row = matrix.subarray(item * this.#dimensions, (item + 1) * this.#dimensions)
    row.fill(0)
    for (const { seed, categories } of this.#paths) {
      const list = categories(item)
      for (let index = 0; index < list.length; index++)
        addHashed(row, this.#attributes.categories.name(list[index]!), seed)
    }
    let squares = 0
    for (let j = 0; j < row.length; j++) squares += row[j]! * row[j]!
    const length = Math.sqrt(squares)
    if (length > 0) for (let j = 0; j < row.length; j++) row[j]! /= length
  }
}

/** Two places, never the same, so that a category cannot cancel itself and two seldom coincide in both. */
function addHashed(row: Float32Array, name: string, seed: number): void {
  const first = hashString(name, seed) >>> 0
  const second = hashString(name, seed ^ 0x5bd1e995) >>> 0
  const place = (first >>> 1) % row.length
  const step = 1 + ((second >>> 1) % (row.length - 1))
  row[place]! += signOf(first)
  row[(place + step) % row.length]! += signOf(second)
}

function signOf(hash: number): 1 | -1 {
  return (hash & 1) === 0 ? 1 : -1
}
