import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { coordinateSearch } from './coordinate-search.ts'

describe('the coordinate search', () => {
  it('finds the best of a score that adds up over options, in one pass', () => {
    const space = { a: [1, 2, 3], b: [10, 20], c: [0] }
    const { best, trials } = coordinateSearch(space, ({ a, b }) => -((Number(a) - 2) ** 2) + Number(b))
    assert.deepEqual(best, { options: { a: 2, b: 20, c: 0 }, score: 20 })
    assert.equal(trials.length, 4)
  })

  it('keeps the value tried first where another is no better', () => {
    assert.deepEqual(coordinateSearch({ a: [5, 6, 7] }, () => 1).best.options, { a: 5 })
  })
})
