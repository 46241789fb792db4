import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DAY_MS } from '../../foundation/index.ts'
import { binOf, RowProfiler } from './row-profile.ts'

describe('the profile of rows', () => {
  it('counts every row in one bin of each column, as a naive count does', () => {
    const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN), fc.double({ noNaN: true }))
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 300 }), (pairs) => {
        const profiler = new RowProfiler(['a', 'b'], { seed: 1, expected: pairs.length })
        for (const [row, pair] of pairs.entries()) {
          profiler.add({ id: `${row}`, at: row }, () => Float64Array.from(pair))
        }
        const { columns, rows } = profiler.finish()!
        assert.equal(rows, pairs.length)
        for (const [column, { edges, counts, usualShift }] of columns.entries()) {
          assert.equal(usualShift, null)
          const values = pairs.map((pair) => pair[column]!)
          for (const [bin, count] of counts.entries()) {
            const [above, below] = [edges[bin - 1] ?? Number.NEGATIVE_INFINITY, edges[bin] ?? Number.POSITIVE_INFINITY]
            const isIn = (each: number) =>
              bin > edges.length ? Number.isNaN(each) : (each > above || bin === 0) && each <= below
            assert.equal(count, values.filter(isIn).length)
          }
          for (const each of values) assert.ok(counts[binOf(edges, each)]! > 0)
        }
      }),
      { seed: 5, numRuns: 200 },
    )
  })

  it('says how far its own days lie apart, and draws some 20,000 of many rows by their ids', () => {
    const profile = (order: (row: number) => number) => {
      const profiler = new RowProfiler(['weekday', 'steady'], { seed: 3, expected: 100_000 })
      for (let index = 0; index < 100_000; index++) {
        const row = order(index)
        const at = row * (DAY_MS / 5_000)
        profiler.add({ id: `p${row}`, at }, () => Float64Array.of(Math.floor(at / DAY_MS) % 7, row % 10))
      }
      return profiler.finish()!
    }
    const { rows, columns } = profile((row) => row)
    assert.ok(rows > 19_000 && rows < 21_000)
    assert.ok(columns[0]!.usualShift! > 1 && columns[1]!.usualShift! < 0.1)
    assert.deepEqual(profile((row) => 99_999 - row).columns, columns)
    assert.equal(new RowProfiler(['a'], { seed: 1, expected: 0 }).finish(), undefined)
  })
})
