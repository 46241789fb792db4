import { type Application, defineApp, type SearchSystem, searchSystem } from '../application/index.ts'
import { defineFeatures } from '../features/index.ts'
import { DAY_MS, MINUTE_MS, type Random, randomFrom } from '../foundation/index.ts'
import {
  boolean,
  category,
  defineProblem,
  defineSchema,
  id,
  integer,
  number,
  ref,
  text,
  timestamp,
} from '../problem/index.ts'
import { exposures, logisticRanker } from '../ranking/index.ts'

/** When the first event of {@link smallSearchEvents} happens: 1 January 2026, UTC. */
export const SMALL_SEARCH_START_MS = Date.UTC(2026, 0, 1)

const schema = defineSchema({
  entities: {
    user: { country: category().optional() },
    product: {
      title: text(),
      description: text().optional(),
      brand: category().optional(),
      price: number({ min: 0 }).optional(),
      listedAt: timestamp().optional(),
      removed: boolean().optional(),
      /** Somebody pays for it. */
      promoted: boolean().optional(),
    },
    /** A product that is to stand at a place for a query. */
    pin: { query: text(), product: ref('product'), position: integer({ min: 1 }), removed: boolean().optional() },
  },
  events: {
    query: {
      decision: id(),
      user: ref('user').optional(),
      text: text(),
      filters: text().optional(),
      results: integer({ min: 0 }).optional(),
      tookMs: number({ min: 0 }).optional(),
    },
    impression: {
      decision: id(),
      user: ref('user').optional(),
      product: ref('product'),
      position: integer({ min: 1 }),
    },
    click: { decision: id().optional(), user: ref('user').optional(), product: ref('product') },
  },
})

const features = defineFeatures(schema, (f) => ({
  price: f.attribute('product.price'),
  age: f.daysSince('product.listedAt'),
  clickRate: f.ratio(
    f.count('click', { by: 'product', window: '30d' }),
    f.count('impression', { by: 'product', window: '30d' }),
    { prior: [0.2, 2] },
  ),
  brandAffinity: f.affinity('click', { by: 'user', of: 'product.brand', halfLife: '14d' }),
}))

/** What a test may put in the place of a part of {@link smallSearchService}. */
export type SmallSearchParts = Partial<Omit<SearchSystem, 'task'>>

/** An application of one search system, `shop`. */
export function smallSearchService(parts: SmallSearchParts = {}): Application {
  const shop = searchSystem({
    problem: defineProblem({
      task: 'ranking',
      objective: 'click',
      success: [{ name: 'clicksPerSearch', better: 'higher' }],
      guardrails: { p99Ms: 50 },
      scale: { users: 100, items: 200, eventsPerSecond: 10, requestsPerSecond: 10 },
    }),
    subject: 'user',
    documents: 'product',
    fields: {
      title: { kind: 'text', boost: 2 },
      description: { kind: 'text' },
      maker: { kind: 'text', from: 'brand' },
      brand: { kind: 'keyword' },
      price: { kind: 'number' },
    },
    removed: 'removed',
    match: ['title', 'maker'],
    queries: {
      ...{ event: 'query', text: 'text', decision: 'decision' },
      ...{ results: 'results', filters: 'filters', tookMs: 'tookMs' },
    },
    pins: { entity: 'pin', query: 'query', document: 'product', position: 'position', removed: 'removed' },
    ranking: logisticRanker({
      label: { event: 'click', within: '1h' },
      examples: exposures('impression', { group: 'decision', position: 'position' }),
      model: { basis: 'piecewise' },
    }),
    ...parts,
  })
  return defineApp({ name: 'small-search', schema, features, systems: { shop } })
}

/** An event of {@link smallSearchEvents}. */
export interface SmallSearchEvent {
  readonly id: string
  readonly type: string
  readonly at: number
  readonly [field: string]: unknown
}

const KINDS = ['lamp', 'chair', 'kettle', 'bicycle', 'jacket', 'tent', 'guitar', 'blanket']
const COLOURS = ['red', 'green', 'blue', 'yellow']
const BRANDS = ['Acme', 'Borealis', 'Calypso', 'Dorado', 'Eos']
const USES = ['travel', 'garden', 'winter', 'kitchen', 'children']
const SHOWN = 8

/**
 * A shop of products of eight kinds in four colours, and people who look for a kind, mostly with a colour or a brand.
 * They look at what stands high, and click on the kind and colour that they want, on cheap things and on the brand that
 * they like.
 */
export function smallSearchEvents({
  products = 160,
  users = 40,
  searches = 600,
  seed = 1,
}: {
  readonly products?: number
  readonly users?: number
  readonly searches?: number
  readonly seed?: number
} = {}): SmallSearchEvent[] {
  const shop = Array.from({ length: products }, (_, number) => smallProduct(number, seed))
  const events: SmallSearchEvent[] = shop.map(({ id, at, kind: _kind, colour: _colour, ...fields }) => {
    return { id: `l-${id}`, type: 'product', at, product: id, ...fields }
  })
  for (let search = 0; search < searches; search++) {
    const at = SMALL_SEARCH_START_MS + DAY_MS + search * 30 * MINUTE_MS
    events.push(...smallSearch(shop, { search, at, users, seed }))
  }
  return events.sort((a, b) => a.at - b.at)
}

type SmallProduct = ReturnType<typeof smallProduct>

function smallProduct(number: number, seed: number) {
  const random = randomFrom(seed, 'product', number)
  const kind = KINDS[number % KINDS.length]!
  const colour = oneOf(random, COLOURS)
  const brand = oneOf(random, BRANDS)
  const use = oneOf(random, USES)
  return {
    id: `p${number}`,
    at: SMALL_SEARCH_START_MS + number,
    kind,
    colour,
    title: `${colour} ${kind} for ${use}`,
    description: `A ${kind} by ${brand}. Also seen with a ${oneOf(random, KINDS)} and made for ${oneOf(random, USES)}.`,
    brand,
    price: Math.round(10 + 90 * random.uniform()),
    listedAt: SMALL_SEARCH_START_MS - Math.floor(random.uniform() * 100) * DAY_MS,
  }
}

function smallSearch(
  shop: readonly SmallProduct[],
  { search, at, users, seed }: { search: number; at: number; users: number; seed: number },
): SmallSearchEvent[] {
  const random = randomFrom(seed, 'search', search)
  const asker = random.integer(users)
  const liked = BRANDS[asker % BRANDS.length]!
  const kind = oneOf(random, KINDS)
  const colour = oneOf(random, COLOURS)
  const query = random.uniform() < 0.6 ? `${colour} ${kind}` : kind
  const user = random.uniform() < 0.8 ? { user: `u${asker}` } : {}
  const decision = `small-${search}`
  const fitting = shop.filter((product) => product.kind === kind)
  const others = shop.filter((product) => product.kind !== kind && product.colour === colour)
  const shown = [...random.shuffle(fitting).slice(0, SHOWN - 3), ...random.shuffle(others).slice(0, 3)]
  const page = random.shuffle(shown)
  const events: SmallSearchEvent[] = [
    { id: `q-${decision}`, type: 'query', at, decision, text: query, results: fitting.length, tookMs: 3, ...user },
  ]
  page.forEach((product, index) => {
    const place = { decision, product: product.id, ...user }
    events.push({ id: `i-${decision}-${index}`, type: 'impression', at: at + 1, position: index + 1, ...place })
    const wish =
      (product.kind === kind ? 0.5 : 0.02) *
      (query === kind || product.colour === colour ? 1 : 0.3) *
      (product.brand === liked ? 1.6 : 0.7) *
      (product.price < 50 ? 1.2 : 0.7)
    if (random.uniform() > wish / Math.sqrt(1 + index)) return
    events.push({ id: `c-${decision}-${index}`, type: 'click', at: at + 1000 * (index + 1), ...place })
  })
  return events
}

function oneOf(random: Random, list: readonly string[]): string {
  return list[random.integer(list.length)]!
}
