import type { EventRecord } from '../../data/index.ts'
import { FeatureState, type Interner, type Sequence } from '../../features/index.ts'
import { assert, ByteWriter, hashString, SluiceError } from '../../foundation/index.ts'
import { fitTwoTower, type SparseRows, type TowerFeatures, type TwoTowerExamples } from '../../models/index.ts'
import { satisfies } from '../../problem/index.ts'
import { type RetrievalSetting, referenceField } from '../environment.ts'
import { subjectHistory } from '../sources/item-to-item.ts'
import { closenessScale } from './closeness-scale.ts'
import { packFeatures } from './pack-features.ts'
import { towerCells } from './tower-cells.ts'
import { identityFeature, itemFeatures, itemIdentity, type PastItem, userFeatures } from './tower-features.ts'
import { DEFAULT_BITS, DEFAULT_MAX_EXAMPLES, type TwoTowerSpec } from './tower-spec.ts'
import { TowerTokens } from './tower-tokens.ts'

/** One in so many examples decides when the fit stops, at most so many of them, and no fewer than the last. */
const VALIDATION_SHARE = 0.03
const MOST_VALIDATION = 1000
const FEWEST_VALIDATION = 50

/**
 * Collects what a two-tower model learns from, in one pass over the log: for each meeting what was known of the subject
 * before it, and for each item that somebody met what is known of it at the end.
 */
export class TowerExamples {
  readonly #spec: TwoTowerSpec
  readonly #setting: RetrievalSetting
  readonly #state: FeatureState
  readonly #recent: Sequence
  readonly #tokens: TowerTokens
  readonly #fields: { readonly subject: string; readonly item: string }
  readonly #share: number
  readonly #bits: number
  /** Items by their number in the state: their place among those that were met. */
  readonly #places = new Map<number, number>()
  readonly #users: TowerFeatures[] = []
  readonly #targets: number[] = []
  readonly #validationUsers: TowerFeatures[] = []
  readonly #validationTargets: number[] = []

  /** @param meetings - how many meetings the log holds; of more than `maxExamples` a sample is taken */
  constructor(setting: RetrievalSetting, spec: TwoTowerSpec, meetings: number) {
    const { schema, subject, item } = setting
    const history = subjectHistory(setting, spec.event, spec.where, spec.history)
    this.#spec = spec
    this.#setting = setting
    this.#state = new FeatureState(schema, [history])
    this.#recent = this.#state.aggregate<'sequence'>(history)
    this.#tokens = new TowerTokens(this.#state.attributes, setting, spec)
    this.#fields = {
      subject: referenceField(schema, spec.event, subject),
      item: referenceField(schema, spec.event, item),
    }
    this.#share = (spec.options.maxExamples ?? DEFAULT_MAX_EXAMPLES) / meetings
    this.#bits = spec.options.bits ?? DEFAULT_BITS
  }

  /** Takes in a record; records come in the order of the log. */
  apply(offset: number, record: EventRecord): void {
    const { event, where } = this.#spec
    const { subject, item } = this.#setting
    if (record.type === event && satisfies(record, where)) {
      const subjectKey = this.#keys(subject).find(record[this.#fields.subject] as string)
      const features = this.#isSampled(record.id) ? this.#userFeatures(subjectKey) : undefined
      this.#state.apply(offset, record)
      const itemKey = this.#keys(item).find(record[this.#fields.item] as string)
      const place = this.#places.get(itemKey) ?? this.#places.size
      this.#places.set(itemKey, place)
      if (features) this.#add(record.id, features, place)
    } else if (record.type === subject || record.type === item) this.#state.apply(offset, record)
  }

  /**
   * Fits the model and saves it together with the names of the items that it met and the scale of its closeness, and of
   * many with cells to search them by.
   *
   * @throws SluiceError `NO_TRAINING_DATA`
   */
  fit(): Uint8Array {
    const { names, examples, validation } = this.collected()
    const isEnough = validation.targets.length >= FEWEST_VALIDATION
    const model = fitTwoTower(examples, { ...this.#spec.options, ...(isEnough ? { validation } : {}) })
    const cells = towerCells(model, examples)
    const writer = new ByteWriter().json({ names, closeness: closenessScale(model, examples) }).bytes(model.save())
    return (cells ? writer.bytes(cells) : writer).finish()
  }

  /**
   * What was collected so far: the items that were met, and examples over them to learn from and to stop by.
   *
   * @throws SluiceError `NO_TRAINING_DATA`
   */
  collected() {
    if (this.#targets.length === 0) {
      throw new SluiceError(
        'NO_TRAINING_DATA',
        `two towers: expected ${this.#spec.event} events to learn from, got none; import more events first`,
      )
    }
    const bits = this.#bits
    const names = Array.from(this.#places.keys(), (key) => this.#keys(this.#setting.item).name(key))
    const identities = names.map(itemIdentity)
    const items = Array.from(this.#places, ([key, place]) =>
      itemFeatures(identities[place], this.#tokens.ofItem(key), bits),
    )
    const pack = (rows: readonly TowerFeatures[]): SparseRows => packFeatures(rows, 2 ** bits)
    const examples: TwoTowerExamples = {
      users: pack(this.#users),
      targets: Int32Array.from(this.#targets),
      items: pack(items),
      itemIds: Int32Array.from(identities, (identity) => identityFeature(identity, bits)),
    }
    const validation = { users: pack(this.#validationUsers), targets: Int32Array.from(this.#validationTargets) }
    return { names, examples, validation }
  }

  #keys(entity: string): Interner {
    return this.#state.attributes.keys(entity)
  }

  /** The lots hang on the event's id, because offsets are others in a log that never saw somebody. */
  #isSampled(id: string): boolean {
    return this.#share >= 1 || this.#lot(id, 'sample') < this.#share
  }

  #lot(id: string, purpose: string): number {
    const seed = hashString(purpose, this.#spec.options.seed ?? 0)
    return (hashString(id, seed) >>> 0) / 2 ** 32
  }

  #userFeatures(key: number): TowerFeatures {
    const own = this.#tokens.ofUser(key)
    return userFeatures(own, this.#history(key), this.#bits)
  }

  #history(key: number): PastItem[] {
    if (key < 0) return []
    return Array.from(this.#recent.items(key), (item) => {
      assert(this.#places.has(item), 'who stands in a history was met')
      return {
        identity: itemIdentity(this.#keys(this.#setting.item).name(item)),
        tokens: this.#tokens.ofPastItem(item),
      }
    })
  }

  #add(id: string, features: TowerFeatures, place: number): void {
    // Nothing is known of the person: there is nothing to learn from.
    if (features.indices.length === 0) return
    const isHeld = this.#validationTargets.length < MOST_VALIDATION && this.#lot(id, 'validation') < VALIDATION_SHARE
    if (isHeld) {
      this.#validationUsers.push(features)
      this.#validationTargets.push(place)
    } else {
      this.#users.push(features)
      this.#targets.push(place)
    }
  }
}
