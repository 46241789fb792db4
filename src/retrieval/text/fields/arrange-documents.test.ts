import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { LiveTextIndex } from '../live-text-index.ts'
import { searchText, type TextSearchOptions } from '../search-text.ts'
import { distanceOf } from './earth.ts'
import type { FieldFilter, GeoPoint } from './field-filter.ts'
import type { SortKey } from './sort-documents.ts'

interface Product {
  readonly id: string
  readonly text: string
  readonly brand: readonly string[]
  readonly price: readonly number[]
  readonly sold: readonly number[]
  readonly place: readonly GeoPoint[]
  readonly stocked: readonly boolean[]
}

const DAY = 86_400_000
const FIELDS = {
  text: { kind: 'text' },
  brand: { kind: 'keyword' },
  price: { kind: 'number' },
  sold: { kind: 'date' },
  place: { kind: 'geo' },
  stocked: { kind: 'boolean' },
} as const

const few = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { maxLength: 3 })
const product: fc.Arbitrary<Product> = fc.record({
  id: fc.nat(40).map(String),
  text: fc
    .array(fc.constantFrom('red', 'blue', 'shoe', 'boot', 'old'), { maxLength: 6 })
    .map((words) => words.join(' ')),
  brand: few(fc.constantFrom('acme', 'acmf', 'bolt', 'cog', 'Ünal', 'zebra')),
  price: few(fc.constantFrom(-2.5, 0, 0.1, 0.3, 10, 19.99, 20, 300)),
  sold: few(fc.nat(800).map((days) => days * DAY + 5)),
  place: few(
    fc.record({ latitude: fc.integer({ min: -90, max: 90 }), longitude: fc.integer({ min: -180, max: 180 }) }),
  ),
  stocked: fc.array(fc.boolean(), { maxLength: 1 }),
})
const products = fc.array(product, { maxLength: 40 })
const query = fc.constantFrom('', 'red', 'red shoe', 'boot blue old', 'red red')
const WORDS = { proximity: false, spelling: false, compounds: false } as const
const ALL = 1000

/** In several segments, with some replaced and some taken away. */
function indexOf(documents: readonly Product[], removed: readonly string[]) {
  const index = new LiveTextIndex({ fields: FIELDS, language: 'none' }, { segmentWords: 25 })
  for (const document of documents) index.add({ ...document })
  for (const id of removed) index.delete(id)
  const left = documents.filter(({ id }, place) => documents.findLastIndex((other) => other.id === id) === place)
  return { snapshot: index.refresh(), left: left.filter(({ id }) => !removed.includes(id)) }
}

function has(values: readonly (string | number | boolean)[], filter: FieldFilter | undefined): boolean {
  if (filter === undefined) return true
  if (Array.isArray(filter)) return values.some((value) => (filter as readonly unknown[]).includes(value))
  if (typeof filter !== 'object') return values.includes(filter)
  const { min = -Infinity, max = Infinity, below = Infinity } = filter as Record<string, number>
  return (values as readonly number[]).some((value) => value >= min && value <= max && value < below)
}

const saysAny = ({ text }: Product, words: string): boolean =>
  words === '' || words.split(' ').some((word) => text.split(' ').includes(word))

const filters = fc.record(
  {
    brand: fc.subarray(['acme', 'bolt', 'zebra', 'none'], { minLength: 1 }),
    price: fc.constantFrom({ min: 0 }, { max: 10 }, { min: 0.1, below: 20 }),
    stocked: fc.boolean(),
  },
  { requiredKeys: [] },
)
type Filters = { brand?: string[]; price?: FieldFilter; stocked?: boolean }

const passes = (one: Product, chosen: Filters, except?: keyof Filters): boolean =>
  (['brand', 'price', 'stocked'] as const).every((field) => field === except || has(one[field], chosen[field]))

function assertProperty(
  check: (given: ReturnType<typeof indexOf>, words: string, chosen: Filters, pick: number) => void,
) {
  fc.assert(
    fc.property(
      products,
      few(fc.nat(40).map(String)),
      query,
      filters,
      fc.nat(10_000),
      (given, removed, words, chosen, pick) => check(indexOf(given, removed), words, chosen as Filters, pick),
    ),
    { seed: 9, numRuns: 120 },
  )
}

describe('facets', () => {
  it('count all documents of a query, as a plain look at each does, without what was chosen for themselves', () => {
    assertProperty(({ snapshot, left }, words, chosen, pick) => {
      const ranges = [{ max: 10 }, { min: 10, below: 20 }, { min: 0, max: 300 }]
      const rings = [1e6, 5e6]
      const from = { latitude: 10, longitude: 20 }
      const most = 1 + (pick % 4)
      const facets = { brand: { most }, price: { ranges }, stocked: {}, place: { rings, from } }
      const answer = searchText(snapshot, words, { ...WORDS, filters: chosen as never, facets, total: true, limit: 3 })
      const said = left.filter((one) => saysAny(one, words))
      const matches = said.filter((one) => passes(one, chosen))
      assert.equal(answer.total, matches.length)
      const { brand, price, stocked, place } = answer.facets!
      const branded = said.filter((one) => passes(one, chosen, 'brand'))
      const counts = ['Ünal', 'acme', 'acmf', 'bolt', 'cog', 'zebra']
        .map((value) => ({ value, count: branded.filter((one) => one.brand.includes(value)).length }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
        .filter(
          ({ value, count }, place) => (count > 0 && place < most) || (isKnown(value) && chosen.brand?.includes(value)),
        )
      function isKnown(value: string): boolean {
        return brand!.values!.some((one) => one.value === value) || branded.some((one) => one.brand.includes(value))
      }
      assert.deepEqual(brand!.values, counts)
      const all = branded.reduce((sum, one) => sum + new Set(one.brand).size, 0)
      assert.equal(brand!.others!.count, all - counts.reduce((sum, { count }) => sum + count, 0))
      assert.equal(brand!.missing, branded.filter((one) => one.brand.length === 0).length)
      const priced = said.filter((one) => passes(one, chosen, 'price'))
      const inRange = ranges.map((range) => ({ ...range, count: priced.filter((one) => has(one.price, range)).length }))
      assert.deepEqual(price!.ranges, inRange)
      assert.equal(
        price!.least,
        priced.some((one) => one.price.length > 0) ? Math.min(...priced.flatMap((one) => one.price)) : undefined,
      )
      const stock = said.filter((one) => passes(one, chosen, 'stocked'))
      assert.equal(
        stocked!.values!.find(({ value }) => value === 'true')?.count ?? 0,
        stock.filter((one) => one.stocked[0]).length,
      )
      const near = rings.map((within) => ({
        within,
        count: matches.filter((one) => one.place.some((point) => distanceOf(point, from) <= within)).length,
      }))
      assert.deepEqual(place!.rings, near)
      assert.equal(place!.missing, matches.filter((one) => one.place.length === 0).length)
    })
  })

  it('of numbers and dates fall into bins, each of which a filter would find', () => {
    assertProperty(({ snapshot, left }, words, _chosen, pick) => {
      const step = [0.1, 7, 1000][pick % 3]!
      const calendar = (['day', 'week', 'month', 'year'] as const)[pick % 4]!
      const facets = { price: { step }, sold: { step: calendar } }
      const answer = searchText(snapshot, words, { ...WORDS, facets: step === 0.1 ? { sold: facets.sold } : facets })
      const matches = left.filter((one) => saysAny(one, words))
      for (const field of Object.keys(answer.facets!) as ('price' | 'sold')[]) {
        const { ranges = [], least = 0, greatest = 0 } = answer.facets![field]!
        const values = matches.flatMap((one) => one[field])
        assert.equal(ranges.length > 0, values.length > 0)
        if (values.length > 0) assert.deepEqual([least, greatest], [Math.min(...values), Math.max(...values)])
        for (const [place, { count, ...range }] of ranges.entries()) {
          assert.equal(count, matches.filter((one) => has(one[field], range as FieldFilter)).length)
          if (place > 0) assert.equal(range.min, ranges[place - 1]!.below)
        }
      }
    })
  })

  it('begin weeks on Monday and months on their first day', () => {
    const index = new LiveTextIndex({ fields: FIELDS })
    index.add({ id: '1', sold: ['2026-11-19T10:00:00Z', '2027-01-01'] })
    const startsOf = (step: 'week' | 'month' | 'year') =>
      searchText(index.refresh(), '', { facets: { sold: { step } } }).facets!.sold!.ranges!.map(({ min }) =>
        new Date(min!).toISOString().slice(0, 10),
      )
    assert.deepEqual(startsOf('week').slice(0, 2), ['2026-11-16', '2026-11-23'])
    assert.deepEqual(startsOf('month'), ['2026-11-01', '2026-12-01', '2027-01-01'])
    assert.deepEqual(startsOf('year'), ['2026-01-01', '2027-01-01'])
  })
})

const here = { latitude: 50, longitude: 10 }
const SORTS: readonly (readonly SortKey[])[] = [
  [{ field: 'price' }],
  [{ field: 'price', order: 'descending' }, { field: 'brand' }],
  [{ field: 'brand' }, 'score'],
  [
    { field: 'brand', order: 'descending' },
    { field: 'place', near: here },
  ],
  [{ field: 'place', near: here }],
  [
    { field: 'place', near: here, order: 'descending' },
    { field: 'sold', order: 'descending' },
  ],
  [{ field: 'stocked', order: 'descending' }, 'score'],
  [{ field: 'stocked' }, { field: 'brand' }, { field: 'price' }, 'score'],
]

/** What a product is sorted by, said plainly. */
function sortValue(one: Product, key: Exclude<SortKey, 'score'>): string | number | undefined {
  const values =
    key.field === 'place'
      ? one.place.map((point) => distanceOf(point, here))
      : (one[key.field as 'price'] as readonly (string | number | boolean)[]).map((value) =>
          typeof value === 'boolean' ? String(value) : value,
        )
  if (key.field === 'place') return values.length === 0 ? undefined : Math.min(...(values as number[]))
  return (values as (string | number)[]).sort((a, b) => (a < b ? -1 : 1)).at(key.order === 'descending' ? -1 : 0)
}

function compare(one: Product, other: Product, keys: readonly SortKey[], scores: ReadonlyMap<string, number>): number {
  for (const key of keys) {
    if (key === 'score') return scores.get(other.id)! - scores.get(one.id)!
    const [a, b] = [sortValue(one, key), sortValue(other, key)]
    if (a === b) continue
    if (a === undefined || b === undefined) return a === undefined ? 1 : -1
    return (a < b ? -1 : 1) * (key.order === 'descending' ? -1 : 1)
  }
  return 0
}

describe('a sort', () => {
  it('is that of all documents of a query, those without a value last', () => {
    assertProperty(({ snapshot, left }, words, chosen, pick) => {
      const sort = SORTS[pick % SORTS.length]!
      const limit = 1 + (pick % 13)
      const all = { ...WORDS, filters: chosen as never, total: true }
      const scores = new Map(
        searchText(snapshot, words, { ...all, limit: ALL }).hits.map(({ id, score }) => [id, score]),
      )
      const matches = left.filter((one) => saysAny(one, words) && passes(one, chosen))
      const wanted = matches.sort((a, b) => compare(a, b, sort, scores)).slice(0, limit)
      const { hits } = searchText(snapshot, words, { ...all, sort, limit })
      assert.deepEqual(
        hits.map(({ id }) => id),
        wanted.map(({ id }) => id),
      )
      for (const [place, { id, score, sortedBy }] of hits.entries()) {
        assert.equal(score, scores.get(id))
        const fields = sort.filter((key) => key !== 'score')
        for (const [at, key] of fields.entries()) {
          const value = sortValue(wanted[place]!, key)
          const got = sortedBy![at]
          if (key.field === 'place' && value !== undefined) assert.ok(Math.abs(Number(got) - Number(value)) < 1)
          else assert.equal(got, value ?? null)
        }
      }
    })
  })
})

describe('groups', () => {
  it('hold the best documents of each value, in the order of their best ones', () => {
    assertProperty(({ snapshot, left }, words, chosen, pick) => {
      const options: TextSearchOptions = { ...WORDS, filters: chosen as never, total: true }
      const ids = searchText(snapshot, words, { ...options, limit: ALL }).hits.map(({ id }) => id)
      const [limit, size] = [1 + (pick % 4), 1 + (pick % 3)]
      const brandOf = new Map(left.map(({ id, brand }) => [id, brand[0]]))
      const values = [...new Set(ids.map((id) => brandOf.get(id)))]
      const {
        groups = [],
        groupCount,
        hits,
      } = searchText(snapshot, words, { ...options, group: { by: 'brand', size }, limit })
      const wanted = values.slice(0, limit).map((value) => {
        const own = ids.filter((id) => brandOf.get(id) === value)
        return { ...(value === undefined ? {} : { value }), count: own.length, ids: own.slice(0, size) }
      })
      assert.deepEqual(
        groups.map(({ hits: own, ...group }) => ({ ...group, ids: own.map(({ id }) => id) })),
        wanted,
      )
      assert.equal(groupCount, values.length)
      assert.deepEqual(
        hits,
        groups.flatMap((group) => group.hits),
      )
    })
  })
})

describe('groups of many documents', () => {
  const index = new LiveTextIndex({ fields: FIELDS, language: 'none' })
  for (let number = 0; number < 3000; number++) {
    const text = number < 2900 ? 'red shoe' : 'red shoe with long laces'
    const brand = number < 2900 ? 'large' : `small ${number % 7}`
    index.add({ id: `${number}`, text, brand, price: (number * 7919) % 3000 })
  }
  const snapshot = index.refresh()

  it('are found behind a group that has most of the best', () => {
    const { groups = [] } = searchText(snapshot, 'shoe', { group: { by: 'brand', size: 2 }, limit: 3 })
    const wanted = [
      ['0', '1'],
      ['2900', '2907'],
      ['2901', '2908'],
    ]
    assert.deepEqual(
      groups.map(({ hits }) => hits.map(({ id }) => id)),
      wanted,
    )
    assert.deepEqual(
      groups.map(({ value, count }) => [value, count]),
      [
        ['large', 2900],
        ['small 2', 15],
        ['small 3', 15],
      ],
    )
  })

  it('follow a sort', () => {
    const sort = [{ field: 'price', order: 'descending' } as const]
    const { groups = [], groupCount } = searchText(snapshot, 'laces', { sort, group: { by: 'brand', size: 1 } })
    const best = groups.map(({ hits: [hit] }) => hit!.sortedBy![0] as number)
    assert.deepEqual(
      best,
      best.toSorted((a, b) => b - a),
    )
    assert.equal(groupCount, 7)
    assert.equal(groups.length, 7)
  })
})

describe('pinned results', () => {
  it('come first in their order, as far as filters and what is forbidden let them', () => {
    assertProperty(({ snapshot, left }, words, chosen, pick) => {
      const pinned = [String(pick % 41), '7', String((pick * 7) % 41), 'unknown', '7']
      const text = `${words} -old`
      const options: TextSearchOptions = { ...WORDS, filters: chosen as never, total: true }
      const ids = searchText(snapshot, text, { ...options, limit: ALL }).hits.map(({ id }) => id)
      const shown = left.filter((one) => passes(one, chosen) && !one.text.split(' ').includes('old'))
      const first = [...new Set(pinned)].filter((id) => shown.some((one) => one.id === id))
      const { hits, total } = searchText(snapshot, text, { ...options, pinned, limit: ALL })
      const wanted = [...first, ...ids.filter((id) => !first.includes(id))]
      assert.deepEqual(
        hits.map(({ id }) => id),
        wanted,
      )
      assert.deepEqual(
        hits.map((hit) => hit.pinned === true),
        wanted.map((_, place) => place < first.length),
      )
      assert.equal(total, wanted.length)
    })
  })
})

describe('filters on several fields', () => {
  it('hold together as all and not and any say', () => {
    assertProperty(({ snapshot, left }, words, chosen) => {
      const where = {
        any: [
          { filters: chosen as never },
          { all: [{ filters: { brand: 'cog' } }, { not: { filters: { price: { min: 10 } } } }] },
        ],
      }
      const { hits } = searchText(snapshot, words, { ...WORDS, where, limit: ALL })
      const wanted = left.filter(
        (one) =>
          saysAny(one, words) && (passes(one, chosen) || (one.brand.includes('cog') && !has(one.price, { min: 10 }))),
      )
      assert.deepEqual(hits.map(({ id }) => id).sort(), wanted.map(({ id }) => id).sort())
    })
  })
})
