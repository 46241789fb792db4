import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { openKernels } from '../../foundation/index.ts'
import { type DistinctValues, findNumericalBins } from './numerical-bins.ts'

const values = fc.array(
  fc.oneof(
    fc.integer({ min: -9, max: 9 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -2, max: 2, noNaN: true }),
  ),
  { maxLength: 400 },
)

describe('the bins of a number', () => {
  it('cover the line: bounds ascend to infinity, no more than allowed, each but the last with enough values', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 255 }), fc.nat(2), (sample, maxBins, missing) => {
        const { upperBounds, hasMissing } = findNumericalBins(distinctOf(sample), missing, { maxBins, minRowsInBin: 3 })
        assert.equal(hasMissing, missing > 0)
        assert.ok(upperBounds.length + (hasMissing ? 1 : 0) <= Math.max(2, maxBins))
        assert.equal(upperBounds.at(-1), Number.POSITIVE_INFINITY)
        for (let bin = 1; bin < upperBounds.length; bin++) assert.ok(upperBounds[bin]! > upperBounds[bin - 1]!)
      }),
      { seed: 3 },
    )
  })

  it('hold one value each when there are few, zero apart, with bounds midway', () => {
    const { upperBounds } = findNumericalBins(distinctOf([1, 1, 2, 2, 4, 4, 0, 0, -2, -2]), 0, {
      maxBins: 255,
      minRowsInBin: 1,
    })
    const rounded = Array.from(upperBounds, (bound) => Number(bound.toFixed(9)))
    assert.deepEqual(rounded, [-0, 0, 1.5, 3, Number.POSITIVE_INFINITY])
  })

  it('hold about as many values each when there are many', () => {
    const sample = Array.from({ length: 10_000 }, (_, index) => 1 + index / 7)
    const { upperBounds } = findNumericalBins(distinctOf(sample), 0, { maxBins: 101, minRowsInBin: 3 })
    let before = 0
    // The first bin is for what is not above zero.
    for (const bound of upperBounds.slice(1)) {
      const count = sample.filter((value) => value <= bound).length
      assert.ok(Math.abs(count - before - 100) <= 2, `${count - before}`)
      before = count
    }
  })

  it('are found over the different values that the kernel sorts out', () => {
    fc.assert(
      fc.property(values, (sample) => {
        const { arena, program } = openKernels()
        const sorted = arena.float64s(sample.length)
        sorted.set(sample)
        const scratch = arena.float64s(sample.length + 1024)
        const out = arena.float64s(sample.length + 1)
        const counts = arena.int32s(sample.length + 1)
        if (sample.length > 0) program.sortValues(sorted.byteOffset, sample.length, scratch.byteOffset)
        assert.deepEqual([...sorted].map(positiveZero), sample.toSorted((a, b) => a - b).map(positiveZero))
        const length = program.distinctValues(sorted.byteOffset, sample.length, out.byteOffset, counts.byteOffset)
        const expected = distinctOf(sample)
        assert.deepEqual([...out.subarray(0, length)].map(positiveZero), [...expected.values].map(positiveZero))
        assert.deepEqual([...counts.subarray(0, length)], [...expected.counts])
      }),
      { seed: 4 },
    )
  })
})

function positiveZero(value: number): number {
  return value + 0
}

/** Sorted and counted, with a zero between negative and positive values. */
function distinctOf(sample: readonly number[]): DistinctValues {
  const counts = new Map<number, number>()
  for (const value of sample.map(positiveZero).sort((a, b) => a - b)) {
    const before = [...counts.keys()].at(-1)
    if (before !== undefined && before < 0 && value > 0) counts.set(0, 0)
    // Neighbouring doubles count as one, the larger.
    const isNext = before !== undefined && value !== before && value - before <= Math.abs(before) * 2 ** -52
    const isTiny = before !== undefined && value !== before && value - before === Number.MIN_VALUE
    const held = isNext || isTiny ? counts.get(before) : undefined
    if (held !== undefined && before !== undefined) counts.delete(before)
    counts.set(value, (counts.get(value) ?? 0) + (held ?? 0) + 1)
  }
  return { values: Float64Array.from(counts.keys()), counts: Int32Array.from(counts.values()), length: counts.size }
}
