import type { AttributeStore } from '../../features/index.ts'
import { dotProducts, hashString, type Kernels, openKernels } from '../../foundation/index.ts'
import { topItems } from '../../models/index.ts'
import type { Condition } from '../../problem/index.ts'
import { type CandidateSource, candidateSource, NOTHING, type SourceOptions } from '../candidate-source.ts'
import type { RetrievalSetting } from '../environment.ts'
import { subjectHistory } from './item-to-item.ts'

interface SimilarContentOptions extends SourceOptions {
  readonly where?: Condition
  /** The category attributes that make up an item's vector: `['video.genres', 'video.creator']`. */
  readonly of: readonly string[]
  /** How many of the subject's last items make up its vector; default 20. */
  readonly history?: number
  /** Length of the vectors, a multiple of 4; default 64. */
  readonly dimensions?: number
}

/**
 * Items that are described like those the subject met last: every category is hashed to signed places of a vector,
 * an item is the unit vector of its categories, a subject the mean of its last items, and the closest items are
 * found by a scan of all dot products. Needs no training, so a new item has its vector the moment it is described.
 *
 * @see Weinberger et al. 2009, Feature hashing for large scale multitask learning, ICML.
 */
export function similarContent(event: string, options: SimilarContentOptions): CandidateSource {
  const { where, of, history = 20, dimensions = 64 } = options
  const sequence = (setting: RetrievalSetting) => subjectHistory(setting, event, where, history)
  return candidateSource('similar-content', options, {
    extra: { of, history, dimensions },
    aggregates: (setting) => [sequence(setting)],
    open(context) {
      const recent = context.state.aggregate<'sequence'>(sequence(context))
      const vectors = new ContentVectors(context.state.attributes, context.item, of, dimensions)
      return {
        retrieve(request, limit) {
          const items = recent.items(request.subject)
          if (items.length === 0) return NOTHING
          const scores = Float64Array.from(vectors.closeness(items, request.itemCount))
          return topItems(scores.keys(), scores, limit, request.accept)
        },
      }
    },
  })
}

/** Places each category takes in the vector; two make it unlikely that two categories coincide in all of them. */
const PLACES = 2

/** Unit vectors of all items, kept in step with their descriptions. */
class ContentVectors {
  readonly #attributes: AttributeStore
  readonly #entity: string
  readonly #paths: readonly string[]
  readonly #dimensions: number
  #kernels: Kernels = openKernels()
  #capacity = 0
  #matrix: Float32Array = new Float32Array(0)
  #query: Float32Array = new Float32Array(0)
  #out: Float32Array = new Float32Array(0)
  /** The revision of the entity's descriptions that the matrix holds. */
  #revision = 0

  constructor(attributes: AttributeStore, entity: string, paths: readonly string[], dimensions: number) {
    this.#attributes = attributes
    this.#entity = entity
    this.#paths = paths
    this.#dimensions = dimensions
  }

  /** The dot product of the mean of some items with every item; a view that is valid until the next call. */
  closeness(items: Int32Array, itemCount: number): Float32Array {
    this.#refresh(itemCount)
    const d = this.#dimensions
    this.#query.fill(0)
    for (const item of items) for (let j = 0; j < d; j++) this.#query[j]! += this.#matrix[item * d + j]! / items.length
    dotProducts(this.#kernels, this.#matrix.subarray(0, itemCount * d), this.#query, this.#out.subarray(0, itemCount))
    return this.#out.subarray(0, itemCount)
  }

  #refresh(itemCount: number): void {
    if (itemCount > this.#capacity) this.#grow(itemCount)
    const revision = this.#attributes.revision(this.#entity)
    if (revision === this.#revision) return
    for (let item = 0; item < itemCount; item++) {
      if (this.#attributes.describedAt(this.#entity, item) > this.#revision) this.#describe(item)
    }
    this.#revision = revision
  }

  #grow(itemCount: number): void {
    this.#capacity = Math.max(1024, itemCount, this.#capacity * 2)
    this.#kernels = openKernels()
    const { arena } = this.#kernels
    this.#matrix = arena.float32s(this.#capacity * this.#dimensions)
    this.#query = arena.float32s(this.#dimensions)
    this.#out = arena.float32s(this.#capacity)
    this.#revision = 0
  }

  #describe(item: number): void {
    const row = this.#matrix.subarray(item * this.#dimensions, (item + 1) * this.#dimensions)
    row.fill(0)
    for (const path of this.#paths) {
      for (const category of this.#attributes.categoryList(path, item)) this.#add(row, category)
    }
    const length = Math.hypot(...row)
    if (length > 0) for (let j = 0; j < row.length; j++) row[j]! /= length
  }

  #add(row: Float32Array, category: number): void {
    const name = this.#attributes.categories.name(category)
    for (let place = 0; place < PLACES; place++) {
      const hash = hashString(name, place) >>> 0
      row[(hash >>> 1) % row.length]! += (hash & 1) === 0 ? 1 : -1
    }
  }
}
