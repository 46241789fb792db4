import type { Interner } from '../features/index.ts'
import { ByteReader, ByteWriter, contentHash, SluiceError } from '../foundation/index.ts'
import {
  type CoVisitationOptions,
  type EaseOptions,
  fitCoVisitation,
  fitEase,
  type Interactions,
  type ItemModel,
  loadCoVisitation,
  loadEase,
  readModelKind,
  type ScoredItems,
} from '../models/index.ts'
import type { Condition } from '../problem/index.ts'

/** A model that training fits from who met what, as plain data; sources with equal specs share it. */
export type RetrievalModelSpec = {
  readonly event: string
  readonly where?: Condition | undefined
} & (
  | { readonly kind: 'ease'; readonly options: Partial<EaseOptions> }
  | { readonly kind: 'co-visitation'; readonly options: Partial<CoVisitationOptions> }
)

type NeighbourModel = ItemModel & { neighbours(item: number, limit: number): ScoredItems }

/** The file name of a model: its kind and the identity of its definition. */
export function retrievalModelName(spec: RetrievalModelSpec): string {
  return `${spec.kind}-${contentHash(spec)}`
}

/**
 * Fits the model of a spec and saves it together with the names of its items, so that it can be opened over any
 * numbering.
 *
 * @param itemNames - shape (interactions.itemCount,)
 * @throws SluiceError `NO_TRAINING_DATA` when there are no interactions
 */
export function fitRetrievalModel(
  spec: RetrievalModelSpec,
  interactions: Interactions,
  itemNames: readonly string[],
): Uint8Array {
  const model = spec.kind === 'ease' ? fitEase(interactions, spec.options) : fitCoVisitation(interactions, spec.options)
  return new ByteWriter().json(itemNames).bytes(model.save()).finish()
}

function loadItemModel(bytes: Uint8Array): NeighbourModel {
  const kind = readModelKind(bytes)
  if (kind === 'ease') return loadEase(bytes)
  if (kind === 'co-visitation') return loadCoVisitation(bytes)
  throw new SluiceError('MODEL_MISMATCH', `retrieval model: expected ease or co-visitation, got ${kind}`)
}

/** A fitted item model that speaks the catalogue's numbering. Items that the catalogue does not have are left out. */
export class CatalogueModel {
  readonly #model: NeighbourModel
  /** Catalogue number of each model item, -1 for none; and back. */
  readonly #toCatalogue: Int32Array
  readonly #toModel: Int32Array
  /** The model's own item numbers. */
  readonly #own: Int32Array

  constructor(bytes: Uint8Array, catalogue: Interner) {
    const reader = new ByteReader(bytes, 'MODEL_CORRUPT')
    const names = reader.json() as string[]
    this.#model = loadItemModel(reader.bytes())
    this.#toCatalogue = Int32Array.from(names, (name) => catalogue.find(name))
    this.#toModel = new Int32Array(catalogue.size).fill(-1)
    this.#own = Int32Array.from(names.keys())
    this.#toCatalogue.forEach((item, own) => {
      if (item >= 0) this.#toModel[item] = own
    })
  }

  /** Number of items the model knows. */
  get size(): number {
    return this.#model.itemCount
  }

  /** The model's own numbers, 0 to size - 1. */
  get own(): Int32Array {
    return this.#own
  }

  /** Scores of a history by the model's own numbers; the history is in catalogue numbers, oldest first. */
  scoreHistory(history: Int32Array): Float64Array {
    const out = new Float64Array(this.#model.itemCount)
    this.#model.scoreItems(this.#modelItems(history), undefined, out)
    return out
  }

  /** The neighbours of an item in catalogue numbers, best first. */
  neighbours(item: number, limit: number): ScoredItems {
    const own = this.#toModel[item] ?? -1
    if (own < 0) return { items: new Int32Array(0), scores: new Float64Array(0) }
    const { items, scores } = this.#model.neighbours(own, limit)
    return { items: items.map((neighbour) => this.#toCatalogue[neighbour]!), scores }
  }

  /** The catalogue number of a model item, -1 for none. */
  catalogueItem(own: number): number {
    return this.#toCatalogue[own]!
  }

  /** The model's number of a catalogue item, -1 for none. */
  modelItem(item: number): number {
    return this.#toModel[item] ?? -1
  }

  #modelItems(history: Int32Array): Int32Array {
    return history.map((item) => this.#toModel[item] ?? -1).filter((own) => own >= 0)
  }
}
