import type { AttributeStore } from '../../features/index.ts'
import { hashInteger, hashString } from '../../foundation/index.ts'
import { textTokens } from './text-tokens.ts'
import type { TowerAttribute } from './tower-spec.ts'

/** What the attributes of one entity say, as hashes with weights; the squares of an attribute's weights add up to 1. */
export interface Tokens {
  readonly hashes: Int32Array
  readonly values: Float64Array
}

/** Reads attributes as hashed tokens, the same in training and in serving. */
export class AttributeTokens {
  readonly #readers: readonly ((key: number) => readonly number[])[]

  constructor(attributes: AttributeStore, paths: readonly TowerAttribute[]) {
    this.#readers = paths.map((attribute) => hashReader(attributes, attribute))
  }

  /** The tokens of what is known of a key; none for a stranger (-1). */
  read(key: number): Tokens {
    const hashes: number[] = []
    const values: number[] = []
    for (const reader of key < 0 ? [] : this.#readers) {
      const found = reader(key)
      const value = 1 / Math.sqrt(found.length)
      for (const hash of found) {
        hashes.push(hash)
        values.push(value)
      }
    }
    return { hashes: Int32Array.from(hashes), values: Float64Array.from(values) }
  }
}

function hashReader(attributes: AttributeStore, attribute: TowerAttribute): (key: number) => readonly number[] {
  const path = typeof attribute === 'string' ? attribute : attribute.path
  const seed = hashString(path)
  const { categories } = attributes
  if (typeof attribute !== 'string') {
    const number = attributes.numberReader(path)
    return (key) => {
      const band = Math.floor(number(key) / attribute.band)
      return Number.isFinite(band) ? [hashInteger(band, seed)] : []
    }
  }
  const kind = attributes.kindOf(path)
  if (kind === 'text')
    return (key) => textTokens(attributes.text(path, key) ?? '').map((token) => hashString(token, seed))
  if (kind === 'boolean') {
    const number = attributes.numberReader(path)
    return (key) => (Number.isNaN(number(key)) ? [] : [hashInteger(number(key), seed)])
  }
  const list = attributes.categoryListReader(path)
  return (key) => Array.from(list(key), (category) => hashString(categories.name(category), seed))
}
