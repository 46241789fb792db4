import type { Random } from '../../../foundation/index.ts'
import { pick } from '../../chance.ts'
import { colourInDialect } from './colours.ts'
import type { HiddenShop } from './hidden-shop.ts'
import type { SearchIntent } from './intents.ts'
import { PRODUCT_TYPES } from './product-types.ts'
import { typed } from './typing.ts'

/** What people look for in a shop's search that is no product. */
const SERVICES = ['track my order', 'return policy', 'gift voucher', 'opening hours', 'student discount', 'contact']

const PRICE_WORDS: readonly ((limit: number) => string)[] = [
  (limit) => `under ${limit}`,
  (limit) => `below ${limit}`,
  (limit) => `less than ${limit}`,
  (limit) => `under $${limit}`,
  (limit) => `up to ${limit}`,
]

/** A person's first words for an intent, then what they try when these bring nothing: with more care, or other words. */
export function queriesFor(shop: HiddenShop, random: Random, person: number, intent: SearchIntent): readonly string[] {
  const { dialect, haste } = shop.people[person]!
  const rate = shop.options.typingErrors * haste
  const meant = worded(shop, random, intent, dialect)
  const isPrefix = random.uniform() < 0.05
  const first = typed(random, isPrefix ? brokenOff(random, meant) : meant, rate)
  const second = typed(random, first === meant ? reworded(shop, random, intent, meant) : meant, rate / 4)
  return [first, second, typed(random, reworded(shop, random, intent, second), rate / 4)]
}

/** An intent in words, as somebody who makes no mistake writes it. */
export function worded(shop: HiddenShop, random: Random, intent: SearchIntent, dialect: 0 | 1): string {
  const { kind, type, brand, colour, feature, maxPrice, line, product } = intent
  if (kind === 'service') return pick(random, SERVICES)
  if (kind === 'code') return codeWords(random, shop.products[product!]!.code)
  const maker = brand === undefined ? '' : shop.brands[brand]!.name.toLowerCase()
  if (kind === 'model') return `${maker} ${shop.products.find((each) => each.line === line)!.model.toLowerCase()}`
  if (type === undefined) return maker
  const thing = numbered(random, typeWords(random, type, dialect))
  const parts = [maker, colour === undefined ? '' : colourInDialect(colour, dialect), feature ?? '', thing]
  // Some say first what it is and then what it should be like.
  if (random.uniform() < 0.15) parts.reverse()
  if (maxPrice !== undefined) parts.push(pick(random, PRICE_WORDS)(maxPrice))
  return parts.filter((part) => part !== '').join(' ')
}

/** Other words for the same; when there are none, the same again. */
function reworded(shop: HiddenShop, random: Random, intent: SearchIntent, before: string): string {
  for (const dialect of [1, 0] as const) {
    const other = worded(shop, random, intent, dialect)
    if (other !== before) return other
  }
  return before
}

function typeWords(random: Random, type: number, dialect: 0 | 1): string {
  const { ways } = PRODUCT_TYPES[type]!
  return random.uniform() < 0.12 ? pick(random, ways) : ways[Math.min(dialect, ways.length - 1)]!
}

/** One or several of a thing, as people write it. */
function numbered(random: Random, thing: string): string {
  if (random.uniform() >= 0.2) return thing
  if (/[^s]s$/.test(thing)) return thing.slice(0, -1)
  return /[a-rt-z]$/.test(thing) && !thing.endsWith('x') ? `${thing}s` : thing
}

/** An article number with its signs, without, or in small letters. */
function codeWords(random: Random, code: string): string {
  const luck = random.uniform()
  if (luck < 0.5) return code
  return luck < 0.75 ? code.toLowerCase() : code.replaceAll(/[-/]/g, ' ').toLowerCase()
}

/** What is sent before the last word is written to its end. */
function brokenOff(random: Random, text: string): string {
  const last = text.slice(text.lastIndexOf(' ') + 1)
  if (last.length < 5) return text
  return text.slice(0, text.length - 1 - random.integer(last.length - 3))
}
