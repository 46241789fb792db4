import { DAY_MS, type Random, randomFrom } from '../../../foundation/index.ts'
import { distinctWeightedIndices, weightedIndex } from '../../chance.ts'
import type { Brand } from './brands.ts'
import { COLOURS, colourInDialect } from './colours.ts'
import type { ResolvedSearchOptions } from './options.ts'
import { type Described, drawModel, drawWay, writeDescription, writeTitle } from './product-text.ts'
import { DEPARTMENTS, PRODUCT_TYPES } from './product-types.ts'

const SHARE_AT_START = 0.85
const OLDEST_DAYS = 400
const SHARE_SOLD_OUT = 0.03
const MOST_COLOURS = 4

/** There are more kinds of what goes with a thing than of the thing. */
const TYPE_SHARES = PRODUCT_TYPES.map(({ goesWith }) => (goesWith === undefined ? 1 : 2.5))

/** What is true of one product; row `n` is product `p<n>`. */
export interface Product {
  /** Index into `PRODUCT_TYPES`. */
  readonly type: number
  readonly brand: number
  /** Index into `COLOURS`. */
  readonly colour: number
  /** Products of one line differ in their colour. */
  readonly line: number
  readonly model: string
  readonly code: string
  readonly features: readonly string[]
  readonly title: string
  readonly description: string
  readonly price: number
  /** As customers gave it on average, out of 5; undefined when nobody has. */
  readonly rating: number | undefined
  readonly listedAt: number
  /** When it is sold out for good; infinite when never. */
  readonly removedAt: number
  /** What is hidden: how good it is, and how good it looks. */
  readonly quality: number
  readonly allure: number
  /** A fashion: how much it adds at its height, when that is, and how many days it spreads. */
  readonly fad: { readonly height: number; readonly at: number; readonly days: number }
}

/** Draws all products, in the order of their listing. */
export function createProducts(options: ResolvedSearchOptions, brands: readonly Brand[]): readonly Product[] {
  const { seed, products, startMs, days } = options
  const moments = randomFrom(seed, 'listing')
  const atStart = Math.ceil(products * SHARE_AT_START)
  const drawn: Product[] = []
  for (let line = 0; drawn.length < products; line++) {
    // Lines come in the order of time, so that a product's number tells no more than when it came.
    const first = drawn.length
    const listedAt =
      first < atStart
        ? startMs - OLDEST_DAYS * DAY_MS * (1 - first / atStart) - DAY_MS * moments.uniform()
        : startMs + days * DAY_MS * ((first - atStart + moments.uniform()) / (products - atStart + 1))
    drawn.push(...drawLine(options, brands, line, Math.floor(listedAt)))
  }
  return drawn.slice(0, products)
}

function drawLine(
  { seed, startMs, days }: ResolvedSearchOptions,
  brands: readonly Brand[],
  line: number,
  listedAt: number,
): Product[] {
  const random = randomFrom(seed, 'line', line)
  const typeIndex = weightedIndex(random, TYPE_SHARES)
  const type = PRODUCT_TYPES[typeIndex]!
  const department = DEPARTMENTS.indexOf(type.department)
  const brandIndex = weightedIndex(
    random,
    brands.map(({ departments, weight }) => (departments.includes(department) ? weight : 0)),
  )
  const brand = brands[brandIndex]!
  const described = describe(random, typeIndex, brand)
  const dialect = random.uniform() < 0.8 ? brand.dialect : 0
  const way = drawWay(random, type, dialect)
  const title = writeTitle(random, described, way)
  const description = writeDescription(random, described, way)
  const price = Math.exp(Math.log(type.price) + brand.level + 0.35 * random.normal())
  const quality = brand.quality + 0.3 * Math.log(price / type.price) + 0.5 * random.normal()
  const allure = 0.5 * random.normal()
  const isRated = random.uniform() < 0.8
  const rating = Math.min(5, Math.max(1, 3.9 + 0.5 * quality + 0.3 * random.normal()))
  const count = 1 + random.integer(MOST_COLOURS)
  const colours = distinctWeightedIndices(
    random,
    COLOURS.map(({ weight }) => weight),
    count,
  )
  return colours.map((colour, variant): Product => {
    // A line is never wholly sold out, so that what was once there to look for stays.
    const isSoldOut = random.uniform() < SHARE_SOLD_OUT && variant > 0
    const removedAt = isSoldOut ? Math.floor(startMs + days * DAY_MS * random.uniform()) : Number.POSITIVE_INFINITY
    return {
      ...{ type: typeIndex, brand: brandIndex, colour, line, model: described.model, features: described.features },
      code: `${brand.code}-${1000 + line * 7}${count > 1 ? `/${variant + 1}` : ''}`,
      title: `${title}, ${colourInDialect(COLOURS[colour]!.name, dialect)}`,
      description,
      price: roundPrice(price * (variant === 0 ? 1 : 1 + 0.04 * random.normal())),
      rating: isRated ? Math.round(rating * 10) / 10 : undefined,
      listedAt,
      removedAt: removedAt > listedAt ? removedAt : Number.POSITIVE_INFINITY,
      quality,
      allure: allure + 0.2 * random.normal(),
      fad: {
        height: random.uniform() < 0.15 ? 0.6 + random.exponential() : 0,
        at: startMs + DAY_MS * days * (1.2 * random.uniform() - 0.1),
        days: 2 + 3 * random.uniform(),
      },
    }
  })
}

function describe(random: Random, typeIndex: number, brand: Brand): Described {
  const type = PRODUCT_TYPES[typeIndex]!
  const count = 1 + random.integer(Math.min(3, type.features.length))
  const features = distinctWeightedIndices(random, new Float64Array(type.features.length).fill(1), count).map(
    (feature) => type.features[feature]!,
  )
  const material = type.materials[random.integer(type.materials.length)]!
  return { type, brand, model: drawModel(random), features, material }
}

/** As shops write prices: 7.99, 34.90 or 620. */
function roundPrice(price: number): number {
  if (price >= 200) return Math.round(price / 10) * 10
  return Math.max(0.99, Math.round(price) - (price < 20 ? 0.01 : 0.1))
}
