import { DAY_MS } from '../../../foundation/index.ts'
import { COLOURS, PLAIN_COLOURS } from './colours.ts'
import type { HiddenShop } from './hidden-shop.ts'
import { isOnSale, type SearchIntent } from './intents.ts'
import type { ResolvedSearchOptions } from './options.ts'
import { PRODUCT_TYPES } from './product-types.ts'
import type { Product } from './products.ts'

/** How far a product answers an intent: 3 wholly, 2 but for one thing, 1 it is near, 0 it is something else. */
export type Grade = 0 | 1 | 2 | 3

const [EXACT, NEAR] = [3, 1]
/** Log-odds of a click by grade, of a product that is like any other. */
const CLICK_BY_GRADE = [-5, -2.6, -1.5, -0.5]

/**
 * How far a product answers an intent, whoever asks. The type (or the maker, the line or the article when these were
 * asked for) must be right, or a near one for grade 1; of what else matters each thing that is wrong costs a grade or
 * two. A product that is not on sale answers nothing.
 */
export function gradeOf(intent: SearchIntent, number: number, product: Product, atMs: number): Grade {
  if (!isOnSale(product, atMs)) return 0
  const whole = subjectGrade(intent, number, product)
  if (whole === 0) return 0
  return Math.max(
    0,
    whole - brandFault(intent, product) - colourFault(intent, product) - wishFault(intent, product),
  ) as Grade
}

/** What the intent is about in the first place. */
function subjectGrade(
  { kind, type, brand, line, product: wanted }: SearchIntent,
  number: number,
  product: Product,
): number {
  if (kind === 'service') return 0
  if (kind === 'code') return number === wanted ? EXACT : product.line === line ? NEAR + 1 : 0
  if (kind === 'model')
    return product.line === line ? EXACT : product.brand === brand && product.type === type ? NEAR : 0
  if (type === undefined) return EXACT
  if (product.type === type) return EXACT
  return PRODUCT_TYPES[product.type]!.family === PRODUCT_TYPES[type]!.family ? NEAR : 0
}

function brandFault({ kind, brand }: SearchIntent, product: Product): number {
  if (kind === 'model' || brand === undefined || product.brand === brand) return 0
  return kind === 'brand' ? EXACT : 2
}

/** Who asks for a plain colour takes its shades; who asks for a shade would rather have that. */
function colourFault({ colour }: SearchIntent, product: Product): number {
  if (colour === undefined) return 0
  const { name, plain } = COLOURS[product.colour]!
  if (name === colour || plain === colour) return 0
  return plain === COLOURS.find((known) => known.name === colour)!.plain ? 1 : 2
}

function wishFault({ feature, maxPrice }: SearchIntent, { features, price }: Product): number {
  const missing = feature === undefined || features.includes(feature) ? 0 : 1
  if (maxPrice === undefined || price <= maxPrice) return missing
  return missing + (price <= 1.1 * maxPrice ? 1 : EXACT)
}

/** Log-odds that a person who looks at a product on a page of answers opens it: its grade, and the person's taste. */
export function clickLogOdds(
  shop: HiddenShop,
  person: number,
  intent: SearchIntent,
  number: number,
  atMs: number,
): number {
  const product = shop.products[number]!
  const { brands, colours, budget } = shop.people[person]!
  const { quality, allure, fad } = product
  const dearness = Math.log(product.price / PRODUCT_TYPES[product.type]!.price) - budget
  const price = intent.maxPrice === undefined ? -1.2 * Math.min(2, dearness * dearness) : -0.3 * Math.max(0, dearness)
  const colour = intent.colour === undefined ? colours[plainNumber[product.colour]!]! : 0
  const days = (atMs - fad.at) / DAY_MS / fad.days
  const fashion = fad.height * Math.exp(-0.5 * days * days)
  const grade = CLICK_BY_GRADE[gradeOf(intent, number, product, atMs)]!
  return grade + 0.6 * quality + 0.5 * allure + brands[product.brand]! + colour + price + fashion
}

/**
 * Probability that a product is opened by somebody who looks at it: the noise, and else by {@link clickLogOdds}.
 */
export function clickProbability(
  shop: HiddenShop,
  person: number,
  intent: SearchIntent,
  number: number,
  atMs: number,
): number {
  const { clickNoise } = shop.options
  return clickNoise + (1 - clickNoise) / (1 + Math.exp(-clickLogOdds(shop, person, intent, number, atMs)))
}

/** Probability that a position of a page is looked at, 1 at the top; the same for everybody and every page. */
export function examinationProbability({ positionBias }: ResolvedSearchOptions, position: number): number {
  return position ** -positionBias
}

const plainNumber = COLOURS.map(({ plain }) => PLAIN_COLOURS.indexOf(plain))
