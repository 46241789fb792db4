import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../../../foundation/index.ts'
import { LiveTextIndex } from '../live-text-index.ts'
import { searchText, type TextSearchOptions } from '../search-text.ts'
import { distanceOf } from './earth.ts'

/** More than are shown, so that most of them are left out on the way. */
const COUNT = 4000
const FROM = { latitude: 48, longitude: 11 }
const WORDS = { spelling: false, compounds: false, proximity: false } as const

interface Shoe {
  readonly id: string
  readonly text: string
  readonly brand: string
  readonly size: number
  readonly price: readonly number[]
  readonly place: { readonly latitude: number; readonly longitude: number }
}

const random = randomFrom(5, 'many-documents')
const shoes = Array.from(
  { length: COUNT },
  (_, number): Shoe => ({
    id: `${number}`,
    text: `shoe${' red'.repeat(random.integer(4))}`,
    brand: `brand ${Math.floor(40 * random.uniform() ** 3)}`,
    size: 36 + random.integer(10),
    price: Array.from({ length: random.integer(3) }, () => random.integer(500)),
    place: { latitude: 45 + random.integer(60) / 10, longitude: 8 + random.integer(60) / 10 },
  }),
)
const index = new LiveTextIndex(
  {
    fields: {
      text: { kind: 'text' },
      brand: { kind: 'keyword' },
      size: { kind: 'number' },
      price: { kind: 'number' },
      place: { kind: 'geo' },
    },
  },
  { segmentWords: 1500 },
)
for (const shoe of shoes) index.add({ ...shoe })
const snapshot = index.refresh()
const ask = (options: TextSearchOptions, text = 'shoe red') => searchText(snapshot, text, { ...WORDS, ...options })
const scores = new Map(ask({ limit: COUNT }).hits.map(({ id, score }) => [id, score]))
const least = ({ price }: Shoe): number => Math.min(...price, Number.POSITIVE_INFINITY)
const byText = (one: string, other: string): number => (one < other ? -1 : Number(one > other))
const difference = (one: number, other: number): number => (one === other ? 0 : one - other)

/** Orders by several keys, as a chain of comparisons. */
const ORDERS: readonly { readonly sort: TextSearchOptions['sort']; compare(one: Shoe, other: Shoe): number }[] = [
  {
    sort: [{ field: 'brand' }, { field: 'price' }],
    compare: (one, other) => byText(one.brand, other.brand) || difference(least(one), least(other)),
  },
  {
    sort: [{ field: 'size', order: 'descending' }, { field: 'brand' }, 'score'],
    compare: (one, other) =>
      other.size - one.size || byText(one.brand, other.brand) || difference(scores.get(other.id)!, scores.get(one.id)!),
  },
  {
    sort: [{ field: 'place', near: FROM }, { field: 'size' }],
    compare: (one, other) =>
      difference(distanceOf(one.place, FROM), distanceOf(other.place, FROM)) || one.size - other.size,
  },
]

describe('a page of many documents', () => {
  it('is the first of all when they are sorted by several fields', () => {
    for (const { sort, compare } of ORDERS) {
      const sorted = shoes.toSorted(compare).map(({ id }) => id)
      for (const limit of [1, 7, 60, 900]) {
        const found = ask({ sort, limit }).hits.map(({ id }) => id)
        assert.deepEqual(found, sorted.slice(0, limit), `${JSON.stringify(sort)}, ${limit}`)
      }
    }
  })

  it('has the groups of the first documents in any order', () => {
    const byScore = {
      sort: undefined,
      compare: (one: Shoe, other: Shoe) => difference(scores.get(other.id)!, scores.get(one.id)!),
    }
    for (const { sort, compare } of [...ORDERS, byScore]) {
      const sorted = shoes.toSorted(compare)
      const brands = [...new Set(sorted.map(({ brand }) => brand))]
      const { groups = [] } = ask({ sort, group: { by: 'brand', size: 2 }, limit: 30 })
      assert.deepEqual(
        groups.map(({ value, hits }) => [value, hits.map(({ id }) => id)]),
        brands.slice(0, 30).map((own) => {
          const members = sorted.filter(({ brand }) => brand === own)
          return [own, members.slice(0, 2).map(({ id }) => id)]
        }),
        JSON.stringify(sort),
      )
    }
  })

  it('counts many ranges that overlap, and rings around a place', () => {
    const ranges = Array.from({ length: 40 }, (_, place) => ({ min: 10 * place, below: 10 * place + 45 }))
    const rings = [0, 1000, 80_000, distanceOf(shoes[0]!.place, FROM), 250_000, 1e9]
    const { facets } = ask({
      facets: { price: { ranges: [...ranges, { above: 499 }, { min: 7, max: 7 }] }, place: { rings, from: FROM } },
    })
    const within = (isIn: (price: number) => boolean): number => shoes.filter(({ price }) => price.some(isIn)).length
    assert.deepEqual(
      facets!.price!.ranges!.map(({ count }) => count),
      [
        ...ranges.map(({ min, below }) => within((price) => price >= min && price < below)),
        0,
        within((price) => price === 7),
      ],
    )
    assert.deepEqual(
      facets!.place!.rings!.map(({ count }) => count),
      rings.map((metres) => shoes.filter(({ place }) => distanceOf(place, FROM) <= metres).length),
    )
  })
})
