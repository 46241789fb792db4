import type { Random } from '../../../foundation/index.ts'
import { pick } from '../../chance.ts'
import type { Brand } from './brands.ts'
import { PRODUCT_TYPES, type ProductType } from './product-types.ts'

/** What a title and a description are written from. */
export interface Described {
  readonly type: ProductType
  readonly brand: Brand
  readonly model: string
  readonly features: readonly string[]
  readonly material: string
}

/** Shares of titles that do not say what it is, and that name another thing as well. */
const [TERSE, STUFFED] = [0.1, 0.1]

const MODEL_WORDS = (
  'Aria Bolt Cascade Dune Echo Flux Glide Halo Iris Jet Kite Loft Metro Nova Onyx Pulse Ridge Sierra Terra Vega Wave ' +
  'Apex Breeze Cove Drift Elm Fjord Grove Haven Isle Lark Mesa Nest Orbit Pine Quest Reef Sol Tide Vale'
).split(' ')

const PRAISE = [
  'Our best seller for good reason.',
  'Easy to clean and made to last for years.',
  'Loved by customers all over the country.',
  'A thoughtful gift for friends and family.',
  'Comes in a recyclable box with a two year warranty.',
  'Designed with care and tested every day.',
  'Simple, honest and well made.',
  'Small enough for a flat, strong enough for every day.',
]

/** How a maker names a line, such as `Ridge 240`. */
export function drawModel(random: Random): string {
  const number = random.uniform() < 0.5 ? String(2 + random.integer(8)) : `${10 * (10 + random.integer(80))}`
  return `${pick(random, MODEL_WORDS)} ${number}`
}

/** A way to say a type: mostly that of one's dialect, now and then another. */
export function drawWay(random: Random, type: ProductType, dialect: 0 | 1): string {
  if (random.uniform() < 0.2) return pick(random, type.ways)
  return type.ways[Math.min(dialect, type.ways.length - 1)]!
}

/** What a line's products are called before their colour; `way` is how its maker says the type. */
export function writeTitle(random: Random, { type, brand, model, features }: Described, way: string): string {
  const feature = random.uniform() < 0.7 ? ` ${features[0]}` : ''
  const host = type.goesWith === undefined ? '' : ` for ${type.goesWith}`
  // Some makers think that everybody knows what it is; others name what it is not.
  const thing = random.uniform() < TERSE ? '' : ` ${way}`
  const head = `${brand.name} ${model}${feature}${thing}${host}`
  return random.uniform() < STUFFED ? `${head} - perfect with ${otherOf(random, type)}` : head
}

/** Two to five sentences; they name other things as well, as descriptions do. */
export function writeDescription(random: Random, described: Described, way: string): string {
  const { type, brand, features, material } = described
  const again = random.uniform() < 0.35 ? pick(random, type.ways) : way
  const sentences = [`${sentenceCase(features.join(' and '))} ${again} by ${brand.name}, made of ${material}.`]
  if (random.uniform() < 0.5) sentences.push(pick(random, PRAISE))
  if (type.goesWith !== undefined) sentences.push(`Fits nearly every ${type.goesWith}.`)
  if (random.uniform() < 0.4) sentences.push(`Goes well with our ${otherOf(random, type)}.`)
  sentences.push(pick(random, PRAISE))
  return sentences.join(' ')
}

/** Something else of the same department. */
function otherOf(random: Random, { department, name }: ProductType): string {
  const others = PRODUCT_TYPES.filter((type) => type.department === department && type.name !== name)
  return pick(random, pick(random, others).ways)
}

function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
