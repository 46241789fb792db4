import { SluiceError } from '../foundation/index.ts'
import { type CategoryLists, sharedCategories } from './category-lists.ts'
import type { PageVectors } from './page-options.ts'
import type { RankedCandidates } from './ranked-candidates.ts'

/** How alike two different candidates are, in [0, 1]: a positive semi-definite kernel with ones on its diagonal. */
export interface ItemSimilarity {
  between(one: number, other: number): number
}

/** The Jaccard index of the values of an attribute; 0 for a candidate without values. */
export function jaccardSimilarity(lists: CategoryLists): ItemSimilarity {
  const { starts } = lists
  return {
    between(one, other) {
      const shared = sharedCategories(lists, one, other)
      if (shared === 0) return 0
      return shared / (starts[one + 1]! - starts[one]! + starts[other + 1]! - starts[other]! - shared)
    },
  }
}

/** `(1 + cosine) / 2` of the items' vectors; 0 for a candidate without one. A vector is read when first compared. */
export class VectorSimilarity implements ItemSimilarity {
  readonly #ranked: RankedCandidates
  readonly #vectors: PageVectors
  readonly #width: number
  /** Shape (n * width,), row-major, by rank: unit vectors, where they have been read. */
  readonly #units: Float32Array
  /** Shape (n,): 0 not read, 1 read, 2 unknown. */
  readonly #state: Uint8Array

  constructor(vectors: PageVectors, ranked: RankedCandidates) {
    this.#ranked = ranked
    this.#vectors = vectors
    this.#width = vectors.width
    this.#units = new Float32Array(ranked.count * vectors.width)
    this.#state = new Uint8Array(ranked.count)
  }

  between(one: number, other: number): number {
    if (this.#state[one] === 0) this.#read(one)
    if (this.#state[other] === 0) this.#read(other)
    if (this.#state[one] === 2 || this.#state[other] === 2) return 0
    const cosine = dot(this.#units, one * this.#width, other * this.#width, this.#width)
    return Math.min(1, Math.max(0, 0.5 + 0.5 * cosine))
  }

  #read(candidate: number): void {
    const width = this.#width
    const { of } = this.#vectors
    const item = this.#ranked.items[candidate]!
    const flat = typeof of !== 'function'
    const source = flat ? of : of(item)
    this.#state[candidate] = 2
    if (source === undefined) return
    if (!flat && source.length !== width) throw otherWidth(item, width, source.length)
    const start = flat ? this.#ranked.order[candidate]! * width : 0
    let squares = 0
    for (let index = 0; index < width; index++) squares += source[start + index]! * source[start + index]!
    if (!Number.isFinite(squares)) throw notFinite(item)
    if (squares === 0) return
    const scale = 1 / Math.sqrt(squares)
    const to = candidate * width
    for (let index = 0; index < width; index++) this.#units[to + index] = source[start + index]! * scale
    this.#state[candidate] = 1
  }
}

/** Four sums side by side, in a fixed order. */
function dot(rows: Float32Array, one: number, other: number, width: number): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  let index = 0
  for (; index + 3 < width; index += 4) {
    a += rows[one + index]! * rows[other + index]!
    b += rows[one + index + 1]! * rows[other + index + 1]!
    c += rows[one + index + 2]! * rows[other + index + 2]!
    d += rows[one + index + 3]! * rows[other + index + 3]!
  }
  for (; index < width; index++) a += rows[one + index]! * rows[other + index]!
  return a + b + (c + d)
}

function otherWidth(item: number, expected: number, got: number): SluiceError {
  return new SluiceError(
    'SHAPE_MISMATCH',
    `vector of item ${item}: expected ${expected} numbers, got ${got}; compare vectors of one model`,
  )
}

function notFinite(item: number): SluiceError {
  return new SluiceError('NOT_FINITE', `vector of item ${item}: expected finite numbers; leave out what has none`)
}
