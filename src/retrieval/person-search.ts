import type { Interactions, LatentItemModel, ScoredItems } from '../models/index.ts'
import { searchAcceptable } from './search-acceptable.ts'
import { buildVectorIndex } from './vectors/build-vector-index.ts'
import type { VectorIndex } from './vectors/vector-index.ts'

/** From so many items on a model is searched by an index; below, scanning all of them takes a third of a millisecond. */
export const INDEXED_FROM = 30_000
/** People whose searches say how good the index is. */
const SAMPLED_PEOPLE = 200

/**
 * An index over the items of a latent model, for people of the interactions that it learnt from; undefined for few
 * items. An item without a vector (nobody met it) is not in it.
 *
 * @throws SluiceError `GATE_FAILED` when the index finds fewer than 98 % of the best items of such people
 */
export function indexItems(model: LatentItemModel, modelId: string, people: Interactions): VectorIndex | undefined {
  const { dimensions, itemVectors, itemCount } = model
  if (itemCount < INDEXED_FROM) return undefined
  const ids = Array.from({ length: itemCount }, (_, item) => item).filter((item) => hasVector(model, item))
  const vectors = new Float32Array(ids.length * dimensions)
  ids.forEach((item, row) => {
    vectors.set(itemVectors.subarray(item * dimensions, (item + 1) * dimensions), row * dimensions)
  })
  return buildVectorIndex({ vectors, dimensions, ids, modelId, seed: 1, queries: samplePeople(model, people) })
}

function hasVector({ dimensions, itemVectors }: LatentItemModel, item: number): boolean {
  for (let at = item * dimensions; at < (item + 1) * dimensions; at++) if (itemVectors[at] !== 0) return true
  return false
}

/** Vectors of people evenly spread over those who met anything. */
function samplePeople(model: LatentItemModel, { userCount, starts, items, weights }: Interactions): Float32Array {
  const { dimensions } = model
  const active = Array.from({ length: userCount }, (_, user) => user).filter(
    (user) => starts[user]! < starts[user + 1]!,
  )
  const step = Math.max(1, Math.floor(active.length / SAMPLED_PEOPLE))
  const vectors: number[] = []
  const person = new Float32Array(dimensions)
  for (let place = 0; place < active.length; place += step) {
    const [from, to] = [starts[active[place]!]!, starts[active[place]! + 1]!]
    model.foldIn(items.subarray(from, to), weights?.subarray(from, to), person)
    if (person.some((value) => value !== 0)) vectors.push(...person)
  }
  return Float32Array.from(vectors)
}

/** Finds items for people by their histories, all in the model's own numbers. */
export class PersonSearch {
  readonly #model: LatentItemModel
  readonly #index: VectorIndex
  readonly #person: Float32Array
  /** Whose vector {@link #person} is: a request asks for candidates, and twice how candidates are rated. */
  #history: Int32Array | undefined
  #weights: Float64Array | undefined

  constructor(model: LatentItemModel, index: VectorIndex) {
    this.#model = model
    this.#index = index
    this.#person = new Float32Array(model.dimensions)
  }

  /** The best acceptable items with a score above 0, best first. */
  nearest(
    history: Int32Array,
    weights: Float64Array | undefined,
    limit: number,
    accept: (item: number) => boolean,
  ): ScoredItems {
    const person = this.#foldIn(history, weights)
    if (!person || limit === 0) return { items: new Int32Array(0), scores: new Float64Array(0) }
    return searchAcceptable(this.#index, person, limit, accept)
  }

  /** The score of each item, without a look at any other; NaN for an item below 0 or a person without a vector. */
  scoreSome(history: Int32Array, weights: Float64Array | undefined, items: Int32Array, out: Float64Array): void {
    const person = this.#foldIn(history, weights)
    if (!person) {
      out.fill(Number.NaN)
      return
    }
    // From the rows that a search has just read, and not from the model's own, which are as far away once more.
    this.#index.products(person, items, out)
    for (let place = 0; place < items.length; place++) {
      // An item that nobody met is not in the index: its vector is zero.
      if (items[place]! >= 0 && Number.isNaN(out[place])) out[place] = 0
    }
  }

  /** The person's vector, undefined for one who has none; valid until the next call. */
  #foldIn(history: Int32Array, weights: Float64Array | undefined): Float32Array | undefined {
    if (!this.#history || !areEqual(history, this.#history) || !areEqual(weights ?? [], this.#weights ?? [])) {
      this.#model.foldIn(history, weights, this.#person)
      this.#history = history
      this.#weights = weights
    }
    return this.#person.some((value) => value !== 0) ? this.#person : undefined
  }
}

function areEqual(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  if (left.length !== right.length) return false
  for (let place = 0; place < left.length; place++) if (left[place] !== right[place]) return false
  return true
}
