import { hashInteger, hashString } from '../../foundation/index.ts'
import type { TowerFeatures } from '../../models/index.ts'
import type { Tokens } from './attribute-tokens.ts'

/** The place of an item in a history says how much it speaks: half as much every so many items back. */
const HALF_LIFE = 8
const OWN_ITEM = 0x1d0f17e3
const PAST_ITEM = 0x2b7e1516
const NEWEST_ITEM = 0x3c6ef372
const PAST_CONTENT = 0x4f1bbcdc

/** An item of a history. */
export interface PastItem {
  /** {@link itemIdentity}; undefined for an item that the model does not know by name. */
  readonly identity: number | undefined
  readonly tokens: Tokens
}

/** What a name is hashed to. */
export function itemIdentity(name: string): number {
  return hashString(name)
}

/** The feature that stands for the item alone. */
export function identityFeature(identity: number, bits: number): number {
  return hashInteger(identity, OWN_ITEM) >>> (32 - bits)
}

/** The features of an item: its tokens and, if the model knows it by name, the item alone. */
export function itemFeatures(identity: number | undefined, tokens: Tokens, bits: number): TowerFeatures {
  const builder = new FeatureBuilder(bits)
  if (identity !== undefined) builder.add(hashInteger(identity, OWN_ITEM), 1)
  tokens.hashes.forEach((hash, index) => {
    builder.add(hash, tokens.values[index]!)
  })
  return builder.finish()
}

/**
 * The features of a person: its tokens, the items it met last and what those are like. The squares of the weights of a
 * history's items add up to 1, and so do about those of what they are like.
 *
 * @param history - oldest first
 */
export function userFeatures(own: Tokens, history: readonly PastItem[], bits: number): TowerFeatures {
  const builder = new FeatureBuilder(bits)
  own.hashes.forEach((hash, index) => {
    builder.add(hash, own.values[index]!)
  })
  const weights = history.map((_, index) => 2 ** ((index + 1 - history.length) / HALF_LIFE))
  const length = Math.hypot(...weights)
  const sum = weights.reduce((left, right) => left + right, 0)
  history.forEach(({ identity, tokens }, index) => {
    if (identity !== undefined) {
      builder.add(hashInteger(identity, PAST_ITEM), weights[index]! / length)
      if (index === history.length - 1) builder.add(hashInteger(identity, NEWEST_ITEM), 0.5)
    }
    tokens.hashes.forEach((hash, token) => {
      builder.add(hashInteger(hash, PAST_CONTENT), (tokens.values[token]! * weights[index]!) / sum)
    })
  })
  return builder.finish()
}

/** Features in the order in which they first came, each once. */
class FeatureBuilder {
  readonly #shift: number
  readonly #values = new Map<number, number>()

  constructor(bits: number) {
    this.#shift = 32 - bits
  }

  add(hash: number, value: number): void {
    const feature = hash >>> this.#shift
    this.#values.set(feature, (this.#values.get(feature) ?? 0) + value)
  }

  finish(): TowerFeatures {
    return { indices: Uint32Array.from(this.#values.keys()), values: Float64Array.from(this.#values.values()) }
  }
}
