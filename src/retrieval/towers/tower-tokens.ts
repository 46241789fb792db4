import type { AttributeStore } from '../../features/index.ts'
import type { RetrievalSetting } from '../environment.ts'
import { AttributeTokens, type Tokens } from './attribute-tokens.ts'
import type { TowerAttribute, TwoTowerSpec } from './tower-spec.ts'

/** What both sides of a spec read of a state, in step with it. */
export class TowerTokens {
  readonly #user: AttributeTokens
  readonly #item: AttributeTokens
  readonly #past: AttributeTokens
  readonly #attributes: AttributeStore
  readonly #entity: string
  /** By item: what it is like in a history, and as of which description. */
  readonly #pastTokens: (Tokens | undefined)[] = []
  readonly #pastAsOf: number[] = []

  constructor(attributes: AttributeStore, { item }: RetrievalSetting, spec: TwoTowerSpec) {
    // A history of texts would be hundreds of tokens; what they are about stands in its items' other attributes.
    const isCarried = (path: TowerAttribute): boolean => typeof path !== 'string' || attributes.kindOf(path) !== 'text'
    this.#attributes = attributes
    this.#entity = item
    this.#user = new AttributeTokens(attributes, spec.user)
    this.#item = new AttributeTokens(attributes, spec.item)
    this.#past = new AttributeTokens(attributes, spec.item.filter(isCarried))
  }

  ofUser(key: number): Tokens {
    return this.#user.read(key)
  }

  ofItem(key: number): Tokens {
    return this.#item.read(key)
  }

  /** What an item says as part of a history. */
  ofPastItem(key: number): Tokens {
    const describedAt = this.#attributes.describedAt(this.#entity, key)
    const kept = this.#pastTokens[key]
    if (kept && this.#pastAsOf[key] === describedAt) return kept
    // Without gaps: an array written far behind its end turns into a slow dictionary.
    while (this.#pastTokens.length < key) this.#pastTokens.push(undefined)
    const tokens = this.#past.read(key)
    this.#pastTokens[key] = tokens
    this.#pastAsOf[key] = describedAt
    return tokens
  }
}
