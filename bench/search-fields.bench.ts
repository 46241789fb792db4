/*
 * Filters, facets, sorting, groups and distances over a million documents in a live index of several segments.
 *
 *   node bench/search-fields.bench.ts [--documents 1000000] [--rounds 15] [--seed 1] [--json]
 *
 * Documents of three words out of 2,000, with a brand out of 5,000 (the first ones far more often), a price, a day, a point
 * anywhere on earth and whether they are in stock. Filters are timed alone, on every document and with ends that no round
 * has twice, so that nothing is remembered, and once more as they are remembered. What is asked of a query is timed with
 * one that half of the documents answer. Times are CPU time of the process, the median of all rounds.
 */
import { parseArgs } from 'node:util'
import { randomFrom } from '../src/foundation/index.ts'
import { LiveTextIndex, searchText, type TextSearchOptions } from '../src/retrieval/index.ts'
import { median } from './load/quantiles.ts'
import { printReport } from './load/report.ts'
import { cpuMs } from './peers/search-engines.ts'

/** The claim holds when no filter takes longer, and nothing that is asked of a query. */
const MOST_FILTER_MS = 5
const MOST_QUERY_MS = 50
const DAY = 86_400_000

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const documents = Number(values.documents)
const random = randomFrom(seed, 'search-fields-bench')

const index = new LiveTextIndex({
  fields: {
    title: { kind: 'text' },
    brand: { kind: 'keyword' },
    price: { kind: 'number' },
    listed: { kind: 'date' },
    place: { kind: 'geo' },
    stocked: { kind: 'boolean' },
  },
})
for (let number = 0; number < documents; number++) {
  const words = [0, 0].map(() => `w${random.integer(2000)}`)
  index.add({
    id: `d${number}`,
    title: `${random.integer(2) === 0 ? 'half' : 'rest'} ${words.join(' ')}`,
    brand: `brand ${Math.floor(5000 * random.uniform() ** 3)}`,
    price: Math.floor(random.uniform() * 1e5) / 100,
    listed: random.integer(3000) * DAY,
    place: { latitude: (Math.asin(2 * random.uniform() - 1) * 180) / Math.PI, longitude: random.uniform() * 360 - 180 },
    stocked: random.integer(10) > 0,
  })
  if ((number + 1) % 10_000 === 0) index.refresh()
  if ((number + 1) % 100_000 === 0) process.stderr.write(`${number + 1} documents\n`)
}
while (index.work(50_000));
const snapshot = index.refresh()

/** The median of the rounds, each with a number of its own. */
function milliseconds(work: (round: number) => unknown): number {
  const times = Array.from({ length: Number(values.rounds) }, (_, round) => {
    const from = cpuMs()
    work(round)
    return cpuMs() - from
  })
  return median(times)
}

const narrow = (field: string, filter: Parameters<typeof snapshot.narrow>[2]): void => {
  snapshot.narrow(new Uint8Array(snapshot.documentCount).fill(1), field, filter)
}
const near = (round: number) => ({ latitude: 50 + round / 1000, longitude: 10 })
const filterMs = {
  oneOfThree: milliseconds((round) => narrow('brand', ['brand 3', 'brand 50', `brand ${round}`])),
  bounds: milliseconds((round) => narrow('price', { min: 100 + round / 100, below: 250 })),
  notBounds: milliseconds((round) => narrow('price', { not: { min: 100 + round / 100, below: 250 } })),
  days: milliseconds((round) => narrow('listed', { min: round * DAY, below: 900 * DAY })),
  within50Km: milliseconds((round) => narrow('place', { near: near(round), within: 50_000 })),
  within5000Km: milliseconds((round) => narrow('place', { near: near(round), within: 5_000_000 })),
  box: milliseconds((round) => narrow('place', { box: { south: round / 100, north: 40, west: -20, east: 80 } })),
  remembered: milliseconds(() => narrow('price', { min: 100, below: 250 })),
}

const ask = (options: TextSearchOptions) => () => searchText(snapshot, 'half', options)
const facets = { brand: {}, stocked: {}, price: { step: 100 }, listed: { step: 'year' } } as const
const rings = Array.from({ length: 16 }, (_, place) => 100_000 * (place + 1))
const queryMs = {
  alone: milliseconds(ask({})),
  filtered: milliseconds(ask({ filters: { stocked: true, price: { max: 200 } } })),
  total: milliseconds(ask({ total: true })),
  brandFacet: milliseconds(ask({ facets: { brand: {} } })),
  fourFacets: milliseconds(ask({ facets })),
  fourFacetsTwoChosen: milliseconds(ask({ facets, filters: { stocked: true, brand: ['brand 3', 'brand 7'] } })),
  sortedByPrice: milliseconds(ask({ sort: [{ field: 'price' }] })),
  sortedByBrandAndScore: milliseconds(ask({ sort: [{ field: 'brand' }, 'score'] })),
  nearestFirst: milliseconds(ask({ sort: [{ field: 'place', near: near(0) }] })),
  grouped: milliseconds(ask({ group: { by: 'brand', size: 3 } })),
  sixteenRings: milliseconds(ask({ facets: { place: { from: near(0), rings } } })),
  allTogether: milliseconds(
    ask({
      facets,
      sort: [{ field: 'brand' }, 'score'],
      group: { by: 'brand', size: 3 },
      total: true,
      filters: { price: { max: 800 } },
    }),
  ),
}
const valueBytes = Object.keys(snapshot.layout.fields)
  .filter((field) => field !== 'title')
  .map((field) => [field, snapshot.fieldParts(field).reduce((sum, { values: part }) => sum + part.memoryBytes, 0)])

printReport(
  'search-fields',
  {
    holds:
      Object.values(filterMs).every((ms) => ms < MOST_FILTER_MS) &&
      Object.values(queryMs).every((ms) => ms < MOST_QUERY_MS),
    command: 'node bench/search-fields.bench.ts',
    seed,
    documents,
    segments: snapshot.fieldParts('price').length,
    matches: searchText(snapshot, 'half', { total: true }).total,
    filterMs,
    queryMs,
    bytesADocument: Object.fromEntries(valueBytes.map(([field, bytes]) => [field, Number(bytes) / documents])),
  },
  values.json,
)
