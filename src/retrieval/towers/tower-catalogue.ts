import type { FeatureState, Sequence } from '../../features/index.ts'
import { ByteReader } from '../../foundation/index.ts'
import { loadTwoTower, type ScoredItems, type TwoTower } from '../../models/index.ts'
import type { RetrievalRequest, RetrievalSetting } from '../environment.ts'
import { ItemVectors } from '../item-vectors.ts'
import { NamesInCatalogue } from '../names-in-catalogue.ts'
import { type ClosenessScale, UNSCALED } from './closeness-scale.ts'
import type { OpenTowers } from './open-towers.ts'
import { itemFeatures, itemIdentity, userFeatures } from './tower-features.ts'
import { DEFAULT_BITS, type TwoTowerSpec } from './tower-spec.ts'
import { TowerTokens } from './tower-tokens.ts'

/**
 * A fitted two-tower model over a state: every item that is described has its vector at the next request, whether
 * training met it or not, and a subject has one from its attributes and its last events.
 */
export class TowerCatalogue implements OpenTowers {
  readonly #model: TwoTower
  readonly #state: FeatureState
  readonly #subject: string
  readonly #item: string
  readonly #bits: number
  readonly #known: NamesInCatalogue
  readonly #scale: ClosenessScale
  readonly #tokens: TowerTokens
  readonly #vectors: ItemVectors
  /** The last subject that was asked about, and all that its vector hangs on. */
  #asked:
    | { readonly recent: Sequence; readonly asOf: readonly number[]; readonly vector: Float32Array | undefined }
    | undefined

  /** @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH` when the bytes are not what `TowerExamples.fit` gave */
  constructor(bytes: Uint8Array, spec: TwoTowerSpec, setting: RetrievalSetting, state: FeatureState) {
    const reader = new ByteReader(bytes, 'MODEL_CORRUPT')
    const { names, closeness } = readHead(reader)
    this.#known = new NamesInCatalogue(names, state.attributes.keys(setting.item))
    this.#scale = closeness
    this.#model = loadTwoTower(reader.bytes())
    this.#state = state
    this.#subject = setting.subject
    this.#item = setting.item
    this.#bits = spec.options.bits ?? DEFAULT_BITS
    this.#tokens = new TowerTokens(state.attributes, setting, spec)
    const { dimensions } = this.#model
    const describe = (item: number, vector: Float32Array): void => this.#describe(item, vector)
    const cells = reader.atEnd ? undefined : reader.bytes()
    this.#vectors = new ItemVectors(state.attributes, setting.item, dimensions, describe, cells)
    this.#vectors.refresh()
  }

  closest(recent: Sequence, request: RetrievalRequest, limit: number): ScoredItems | undefined {
    const vector = this.userVector(request.subject, recent)
    return vector && this.#vectors.closest(vector, request, limit)
  }

  closenessOf(vector: Float32Array, items: ArrayLike<number>, out: Float64Array): void {
    const { mean, spread } = this.#scale
    this.#vectors.products(vector, items, out)
    for (let place = 0; place < items.length; place++) out[place] = (out[place]! - mean) / spread
  }

  userVector(subject: number, recent: Sequence): Float32Array | undefined {
    const { attributes } = this.#state
    const asOf = [subject, recent.writes, attributes.revision(this.#subject), attributes.revision(this.#item)]
    const known = this.#asked
    // A request asks for candidates, and twice how candidates are rated.
    if (known?.recent !== recent || known.asOf.some((value, place) => value !== asOf[place])) {
      this.#asked = { recent, asOf, vector: this.#vectorOf(subject, recent) }
    }
    return this.#asked?.vector
  }

  #vectorOf(subject: number, recent: Sequence): Float32Array | undefined {
    const history = Array.from(recent.items(subject), (item) => ({
      identity: this.#identity(item),
      tokens: this.#tokens.ofPastItem(item),
    }))
    const vector = new Float32Array(this.#model.dimensions)
    this.#model.userVector(userFeatures(this.#tokens.ofUser(subject), history, this.#bits), vector)
    return vector.some((value) => value !== 0) ? vector : undefined
  }

  #describe(item: number, vector: Float32Array): void {
    this.#model.itemVector(itemFeatures(this.#identity(item), this.#tokens.ofItem(item), this.#bits), vector)
  }

  /** A name that the model never met says nothing: in its place of the table stands another one, or nothing. */
  #identity(item: number): number | undefined {
    return this.#known.placeOf(item) < 0 ? undefined : itemIdentity(this.#state.attributes.keys(this.#item).name(item))
  }
}

/** What stands before the model; the first files held names alone. */
function readHead(reader: ByteReader): { names: readonly string[]; closeness: ClosenessScale } {
  const head = reader.json() as readonly string[] | { names: readonly string[]; closeness: ClosenessScale }
  return 'names' in head ? head : { names: head, closeness: UNSCALED }
}
