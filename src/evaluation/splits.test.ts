import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import { randomSplit, stratifiedSplit } from './row-split.ts'
import { globalTimeSplit, splitAtTimes } from './time-split.ts'

const groupLists = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 60 }).map((groups) => Int32Array.from(groups))

describe('stratifiedSplit', () => {
  it('puts every row in one part and three quarters of each group, rounded down, in train', () => {
    fc.assert(
      fc.property(groupLists, fc.integer(), (groups, seed) => {
        const { train, test } = stratifiedSplit(groups, { trainShare: 0.75, seed })
        assert.deepEqual(Array.from([...train, ...test].sort((a, b) => a - b)), Array.from(groups.keys()))
        for (const group of new Set(groups)) {
          const size = groups.filter((each) => each === group).length
          assert.equal(train.filter((row) => groups[row] === group).length, Math.floor(0.75 * size))
        }
      }),
      { seed: 10 },
    )
  })

  it('is the same for the same seed, differs for another, and lists rows in order', () => {
    const groups = Int32Array.from({ length: 200 }, (_, row) => row % 10)
    const split = (seed: number) => stratifiedSplit(groups, { trainShare: 0.75, seed })
    assert.deepEqual(split(1), split(1))
    assert.notDeepEqual(split(1), split(2))
    assert.deepEqual(split(1).train, split(1).train.slice().sort())
  })

  it('draws every row of a group equally often', () => {
    const times = new Float64Array(4)
    for (let seed = 0; seed < 2000; seed++) {
      for (const row of stratifiedSplit(new Int32Array(4), { trainShare: 0.75, seed }).test)
        times[row] = (times[row] ?? 0) + 1
    }
    assert.ok(
      times.every((count) => Math.abs(count - 500) < 100),
      String(times),
    )
  })

  it('refuses negative groups and shares of nothing or everything', () => {
    for (const [groups, trainShare] of [
      [Int32Array.of(-1), 0.5],
      [Int32Array.of(0), 1],
      [Int32Array.of(0), 0],
    ] as const) {
      assert.throws(
        () => stratifiedSplit(groups, { trainShare, seed: 1 }),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
      )
    }
  })
})

describe('randomSplit', () => {
  it('gives train its share of all rows', () => {
    const { train, test } = randomSplit(1001, { trainShare: 0.8, seed: 1 })
    assert.deepEqual([train.length, test.length], [800, 201])
  })
})

describe('globalTimeSplit', () => {
  it('trains on nothing that happened at or after the first test row', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1 }), (times) => {
        const timesMs = Float64Array.from(times)
        const { train, test, cutMs } = globalTimeSplit(timesMs, { trainShare: 0.8 })
        assert.ok(
          train.every((row) => (timesMs[row] ?? 0) < cutMs) && test.every((row) => (timesMs[row] ?? 0) >= cutMs),
        )
        assert.equal(train.length + test.length, times.length)
        assert.ok(train.length <= 0.8 * times.length && test.length > 0)
      }),
      { seed: 11 },
    )
  })
})

describe('splitAtTimes', () => {
  it('counts a row at a boundary to the later part, and lets a part be the gap', () => {
    const [before, train, gap, test] = splitAtTimes(Float64Array.of(5, 1, 10, 20, 19, 30), [5, 10, 20])
    assert.deepEqual(
      [before, train, gap, test].map((part) => Array.from(part ?? [])),
      [[1], [0], [2, 4], [3, 5]],
    )
  })

  it('refuses boundaries that descend and times that are no number', () => {
    assert.throws(
      () => splitAtTimes(Float64Array.of(1), [2, 1]),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
    assert.throws(
      () => splitAtTimes(Float64Array.of(Number.NaN), [1]),
      (error) => isSluiceError(error, 'NOT_FINITE'),
    )
  })
})
