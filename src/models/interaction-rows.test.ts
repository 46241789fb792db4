import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { distinctRows, transpose } from './interaction-rows.ts'

describe('distinct rows', () => {
  it('hold each item of a user once, at its last place, with its largest weight, and none of weight 0', () => {
    const rows = distinctRows({
      userCount: 3,
      itemCount: 5,
      starts: Uint32Array.of(0, 4, 4, 7),
      items: Int32Array.of(4, 1, 4, 0, 2, 2, 3),
      weights: Float64Array.of(3, 1, 2, 1, 0, 0.5, 0),
    })
    assert.deepEqual(Array.from(rows.starts), [0, 3, 3, 4])
    assert.deepEqual(Array.from(rows.columns), [1, 4, 0, 2])
    assert.deepEqual(Array.from(rows.values), [1, 3, 1, 0.5])
  })
})

describe('the transpose of a sparse matrix', () => {
  it('turned twice is the matrix with its columns in rising order', () => {
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(fc.nat(6)), { minLength: 1 }), (given) => {
        fc.pre(given.some((row) => row.length > 0))
        const lengths = given.map((row) => row.length)
        const starts = Uint32Array.from([
          0,
          ...lengths.map((_, row) => lengths.slice(0, row + 1).reduce((a, b) => a + b)),
        ])
        const items = Int32Array.from(given.flat())
        const rows = distinctRows({ userCount: given.length, itemCount: 7, starts, items })
        const back = transpose(transpose(rows))
        assert.deepEqual(back.starts, rows.starts)
        assert.deepEqual(
          Array.from(back.columns),
          given.flatMap((row) => row.toSorted((a, b) => a - b)),
        )
      }),
      { seed: 24 },
    )
  })
})
