import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pageWorth } from './page-worth.ts'

const CATEGORIES = [[1], [1, 2], [3], [1]].map((list) => new Set(list))
const catalogue = {
  itemCount: 4,
  knownBy: Uint32Array.of(8, 1, 1, 0),
  people: 8,
  categories: (item: number) => CATEGORIES[item] ?? new Set<number>(),
}

describe('what pages are worth beyond being right', () => {
  it('is the share of the catalogue, bits of news, places of the tail and distance by categories', () => {
    const lists = { starts: Uint32Array.of(0, 2, 4), items: Int32Array.of(0, 1, 0, 2) }
    assert.deepEqual(pageWorth(lists, catalogue), {
      coverageAt10: 3 / 4,
      noveltyAt10: (0 + 3 + 0 + 3) / 4,
      longTailShareAt10: 2 / 4,
      diversityAt10: (1 / 2 + 1) / 2,
    })
  })

  it('is measured on the first ten places alone', () => {
    const items = Int32Array.from({ length: 12 }, (_, place) => (place < 10 ? 0 : place - 9))
    assert.equal(pageWorth({ starts: Uint32Array.of(0, 12), items }, catalogue).coverageAt10, 1 / 4)
  })

  it('is not defined for pages without items', () => {
    const empty = { starts: Uint32Array.of(0, 0), items: new Int32Array(0) }
    const nothing = { coverageAt10: 0, noveltyAt10: null, longTailShareAt10: null, diversityAt10: null }
    assert.deepEqual(pageWorth(empty, catalogue), nothing)
  })
})
