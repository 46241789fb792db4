import { DAY_MS, type Random } from '../../../foundation/index.ts'
import { pick, weightedIndex } from '../../chance.ts'
import { COLOURS } from './colours.ts'
import type { HiddenShop } from './hidden-shop.ts'
import { DEPARTMENTS, PRODUCT_TYPES } from './product-types.ts'
import type { Product } from './products.ts'

/** How often what kind of thing is looked for. */
const KINDS = {
  type: 34,
  'brand type': 16,
  'colour type': 12,
  'feature type': 12,
  'type below a price': 7,
  code: 6,
  model: 5,
  brand: 5,
  'colour brand type': 2,
  service: 1,
} as const

export type IntentKind = keyof typeof KINDS

/** What somebody looks for; what is absent does not matter to them. */
export interface SearchIntent {
  readonly kind: IntentKind
  /** Index into `PRODUCT_TYPES`. */
  readonly type?: number
  readonly brand?: number
  /** As said: a plain colour, or a shade of one. */
  readonly colour?: string
  readonly feature?: string
  readonly maxPrice?: number
  /** One line of products, by its number. */
  readonly line?: number
  /** One product, by its number. */
  readonly product?: number
}

const MOST_DRAWS = 20
const KIND_NAMES = Object.keys(KINDS) as readonly IntentKind[]
const KIND_WEIGHTS = Object.values(KINDS)
const PRICE_STEPS = [5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500]

/**
 * What a person looks for at a moment. It begins with a product that is on sale, so that there is something to find; of
 * that the intent keeps what matters.
 */
export function drawIntent(shop: HiddenShop, random: Random, person: number, atMs: number): SearchIntent {
  const kind = KIND_NAMES[weightedIndex(random, KIND_WEIGHTS)]!
  if (kind === 'service') return { kind }
  const number = drawTarget(shop, random, person, atMs)
  const target = shop.products[number]!
  const { type, brand, line } = target
  switch (kind) {
    case 'type':
      return { kind, type }
    case 'brand type':
      return { kind, type, brand }
    case 'colour type':
      return { kind, type, colour: colourSaid(random, target) }
    case 'feature type':
      return { kind, type, feature: pick(random, target.features) }
    case 'type below a price':
      return { kind, type, maxPrice: PRICE_STEPS.find((step) => step > target.price) ?? 2000 }
    case 'code':
      return { kind, product: number, line }
    case 'model':
      return { kind, line, brand, type }
    case 'brand':
      return { kind, brand }
    case 'colour brand type':
      return { kind, type, brand, colour: colourSaid(random, target) }
  }
}

/** Of three products of a type, the one that suits the person best. */
function drawTarget(shop: HiddenShop, random: Random, person: number, atMs: number): number {
  const { options, demand } = shop
  const { interests, brands, budget } = shop.people[person]!
  const day = Math.max(0, Math.floor((atMs - options.startMs) / DAY_MS))
  const type = weightedIndex(
    random,
    demand[day]!.map((weight, each) => weight * interests[departmentOf[each]!]!),
  )
  const suits = (number: number): number => {
    const { brand, price, quality } = shop.products[number]!
    return brands[brand]! + quality - Math.abs(Math.log(price / PRODUCT_TYPES[type]!.price) - budget)
  }
  const drawn = Array.from({ length: 3 }, () => drawOnSale(shop, random, type, atMs))
  return drawn.reduce((best, number) => (suits(number) > suits(best) ? number : best))
}

function drawOnSale({ products, productsOfType }: HiddenShop, random: Random, type: number, atMs: number): number {
  const numbers = productsOfType[type]!
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const number = pick(random, numbers)
    if (isOnSale(products[number]!, atMs)) return number
  }
  // The first of a type is there before anybody asks for it, and stays.
  return numbers[0]!
}

export function isOnSale({ listedAt, removedAt }: Product, atMs: number): boolean {
  return listedAt <= atMs && atMs < removedAt
}

/** Mostly the plain colour, sometimes the shade as its seller says it. */
function colourSaid(random: Random, { colour }: Product): string {
  const { name, plain } = COLOURS[colour]!
  return random.uniform() < 0.7 ? plain : name
}

const departmentOf = PRODUCT_TYPES.map(({ department }) => DEPARTMENTS.indexOf(department))
