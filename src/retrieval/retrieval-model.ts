import type { Interner } from '../features/index.ts'
import { assert, ByteReader, ByteWriter, contentHash, SluiceError } from '../foundation/index.ts'
import {
  type AlsOptions,
  type CoVisitationOptions,
  type EaseOptions,
  fitAls,
  fitCoVisitation,
  fitEase,
  type Interactions,
  type ItemModel,
  type LatentItemModel,
  loadAls,
  loadCoVisitation,
  loadEase,
  readModelChecksum,
  readModelKind,
  type ScoredItems,
} from '../models/index.ts'
import type { Condition } from '../problem/index.ts'
import { BestItems } from './best-items.ts'
import { NamesInCatalogue } from './names-in-catalogue.ts'
import { indexItems, PersonSearch } from './person-search.ts'
import { loadVectorIndex } from './vectors/build-vector-index.ts'

/** A model that training fits from who met what, as plain data; sources with equal specs share it. */
export type RetrievalModelSpec = {
  readonly event: string
  readonly where?: Condition | undefined
} & (
  | { readonly kind: 'ease'; readonly options: Partial<EaseOptions> }
  | { readonly kind: 'co-visitation'; readonly options: Partial<CoVisitationOptions> }
  | { readonly kind: 'als'; readonly options: Partial<AlsOptions> }
)

type NeighbourModel = ItemModel & { neighbours(item: number, limit: number): ScoredItems }

/** The file name of a model: its kind and the identity of its definition. */
export function retrievalModelName<Spec extends { readonly kind: string }>(spec: Spec): string {
  return `${spec.kind}-${contentHash(spec)}`
}

/**
 * Fits the model of a spec and saves it together with the names of its items, so that it can be opened over any
 * numbering; with an index of its vectors when it has vectors of many items.
 *
 * @param itemNames - shape (interactions.itemCount,)
 * @throws SluiceError `NO_TRAINING_DATA` when there are no interactions, `SHAPE_MISMATCH` when names are missing,
 * `GATE_FAILED` when the index finds too little
 */
export function fitRetrievalModel(
  spec: RetrievalModelSpec,
  interactions: Interactions,
  itemNames: readonly string[],
): Uint8Array {
  requireNames(itemNames, interactions.itemCount, 'SHAPE_MISMATCH')
  const model = fitItemModel(spec, interactions)
  const saved = model.save()
  const index = isLatent(model) ? indexItems(model, readModelChecksum(saved), interactions) : undefined
  const writer = new ByteWriter().json(itemNames).bytes(saved)
  return (index ? writer.bytes(index.save()) : writer).finish()
}

function isLatent(model: ItemModel): model is LatentItemModel {
  return 'foldIn' in model
}

function fitItemModel(spec: RetrievalModelSpec, interactions: Interactions): ItemModel {
  switch (spec.kind) {
    case 'ease':
      return fitEase(interactions, spec.options)
    case 'co-visitation':
      return fitCoVisitation(interactions, spec.options)
    case 'als':
      return fitAls(interactions, spec.options)
  }
}

function loadItemModel(bytes: Uint8Array): NeighbourModel {
  const kind = readModelKind(bytes)
  if (kind === 'ease') return loadEase(bytes)
  if (kind === 'co-visitation') return loadCoVisitation(bytes)
  if (kind === 'als') return loadAls(bytes)
  throw new SluiceError('MODEL_MISMATCH', `retrieval model: expected ease, co-visitation or als, got ${kind}`)
}

/**
 * A fitted item model that speaks the catalogue's numbering. Items that the catalogue does not have are left out for as
 * long as it does not have them: the catalogue may grow, as it does when the log is replayed.
 */
export class CatalogueModel {
  readonly #model: NeighbourModel
  readonly #names: NamesInCatalogue
  /** The last history that was scored, in model numbers, and its scores. */
  #scored: ModelHistory | undefined
  readonly #scores: Float64Array
  readonly #search: PersonSearch | undefined

  /** @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH` when the bytes are not what {@link fitRetrievalModel} gave */
  constructor(bytes: Uint8Array, catalogue: Interner) {
    const reader = new ByteReader(bytes, 'MODEL_CORRUPT')
    const names = reader.json() as string[]
    const saved = reader.bytes()
    this.#model = loadItemModel(saved)
    this.#search = openSearch(this.#model, readModelChecksum(saved), reader.rest())
    requireNames(names, this.#model.itemCount, 'MODEL_CORRUPT')
    this.#names = new NamesInCatalogue(names, catalogue)
    this.#scores = new Float64Array(names.length)
  }

  /**
   * Scores of a history by the model's own numbers, or undefined when the model knows nothing of the history; the
   * history is in catalogue numbers, oldest first. A view that is valid until the next call.
   *
   * @param weights - same length, at least 0; absent means 1 each
   */
  scoreHistory(history: Int32Array, weights?: Float64Array): Float64Array | undefined {
    const known = this.#modelHistory(history, weights)
    if (known.items.length === 0) return undefined
    // A request asks twice: for candidates, and for how all candidates are rated.
    if (!this.#scored || !areSame(this.#scored, known)) {
      this.#model.scoreItems(known.items, known.weights, this.#scores)
      this.#scored = known
    }
    return this.#scores
  }

  /** Whether {@link nearest} and {@link scoreSome} answer, without a look at every item. */
  get isIndexed(): boolean {
    return this.#search !== undefined
  }

  /** What is best for a history among what may be shown, in catalogue numbers, best first; scores are above 0. */
  nearest(
    history: Int32Array,
    weights: Float64Array | undefined,
    limit: number,
    accept: (item: number) => boolean,
  ): ScoredItems {
    const known = this.#modelHistory(history, weights)
    const acceptOwn = (own: number): boolean => {
      const item = this.#names.itemOf(own)
      return item >= 0 && accept(item)
    }
    assert(this.#search, 'a model without an index is scanned')
    const { items, scores } = this.#search.nearest(known.items, known.weights, limit, acceptOwn)
    return { items: items.map((own) => this.#names.itemOf(own)), scores }
  }

  /** Scores of some catalogue items for a history; NaN where the model does not know the item or the history. */
  scoreSome(history: Int32Array, weights: Float64Array | undefined, items: ArrayLike<number>, out: Float64Array): void {
    const known = this.#modelHistory(history, weights)
    assert(this.#search, 'a model without an index is scanned')
    const own = new Int32Array(items.length)
    for (let place = 0; place < own.length; place++) own[place] = this.modelItem(items[place]!)
    this.#search.scoreSome(known.items, known.weights, own, out)
  }

  /** The score of a catalogue item among {@link scoreHistory}'s; `NaN` when the model does not know the item. */
  scoreIn(scores: Float64Array, item: number): number {
    const own = this.modelItem(item)
    return own < 0 ? Number.NaN : scores[own]!
  }

  /** The so many items of the catalogue with the best of {@link scoreHistory}'s, above 0, best first. O(items of the model). */
  best(scores: Float64Array, count: number): ScoredItems {
    const best = new BestItems(Math.min(count, scores.length))
    for (let own = 0; own < scores.length; own++) {
      const score = scores[own]!
      if (!(score > 0)) continue
      const item = this.#names.itemOf(own)
      if (item >= 0 && best.hasPlaceFor(item, score)) best.add(item, score)
    }
    return best.take()
  }

  /** The neighbours of an item in catalogue numbers, best first; at most `limit` before those it lacks are left out. */
  neighbours(item: number, limit: number): ScoredItems {
    const own = this.modelItem(item)
    if (own < 0) return { items: new Int32Array(0), scores: new Float64Array(0) }
    const near = this.#model.neighbours(own, limit)
    const items = near.items.map((neighbour) => this.#names.itemOf(neighbour))
    return { items: items.filter((found) => found >= 0), scores: near.scores.filter((_, rank) => items[rank]! >= 0) }
  }

  /** The model's number of a catalogue item, -1 for none. */
  modelItem(item: number): number {
    return this.#names.placeOf(item)
  }

  #modelHistory(history: Int32Array, weights: Float64Array | undefined): ModelHistory {
    const own = history.map((item) => this.modelItem(item))
    return { items: own.filter((item) => item >= 0), weights: weights?.filter((_, place) => own[place]! >= 0) }
  }
}

/** The index is what follows the model, if anything does. */
function openSearch(model: ItemModel, modelId: string, rest: Uint8Array): PersonSearch | undefined {
  if (rest.length === 0 || !isLatent(model)) return undefined
  return new PersonSearch(model, loadVectorIndex(new ByteReader(rest, 'MODEL_CORRUPT').bytes(), modelId))
}

/** A history in a model's own numbers. */
interface ModelHistory {
  readonly items: Int32Array
  readonly weights: Float64Array | undefined
}

function areSame(left: ModelHistory, right: ModelHistory): boolean {
  return (
    left.items.length === right.items.length &&
    left.items.every((item, place) => item === right.items[place]) &&
    left.items.every((_, place) => left.weights?.[place] === right.weights?.[place])
  )
}

function requireNames(names: readonly string[], itemCount: number, code: 'SHAPE_MISMATCH' | 'MODEL_CORRUPT'): void {
  if (names.length === itemCount) return
  throw new SluiceError(code, `retrieval model: expected a name for each of ${itemCount} items, got ${names.length}`)
}
