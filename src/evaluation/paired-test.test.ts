import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError, randomFrom } from '../foundation/index.ts'
import { pairedTest } from './paired-test.ts'
import { twoSidedStudentT } from './student-t.ts'

const near = (found: number, expected: number, within = 1e-12) =>
  assert.ok(Math.abs(found - expected) <= within * Math.max(1, Math.abs(expected)), `${found} and not ${expected}`)

describe("Student's t", () => {
  it('has the closed forms of 1, 2 and 4 degrees of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 40, noNaN: true }), (t) => {
        near(twoSidedStudentT(t, 1), 1 - (2 / Math.PI) * Math.atan(Math.abs(t)))
        near(twoSidedStudentT(t, 2), 1 - Math.abs(t) / Math.sqrt(2 + t * t))
        const x = t / Math.sqrt(4 + t * t)
        near(twoSidedStudentT(t, 4), 1 - Math.abs(1.5 * x - 0.5 * x ** 3))
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('has the printed quantiles of the usual tables', () => {
    for (const [t, degrees, expected] of [
      [2.228138852, 10, 0.05],
      [2.75, 30, 0.01],
      [1.660391156, 99, 0.1],
      [3.3915, 99, 0.001],
      [1.9623415, 999, 0.05],
    ] as const) {
      near(twoSidedStudentT(t, degrees), expected, 2e-5)
    }
    assert.deepEqual([twoSidedStudentT(0, 7), twoSidedStudentT(Number.POSITIVE_INFINITY, 7)], [1, 0])
    assert.ok(Number.isNaN(twoSidedStudentT(Number.NaN, 7)))
  })
})

describe('the paired test', () => {
  it('gives the worked example of sleep after two drugs (Student 1908, as R prints it)', () => {
    const first = Float64Array.of(0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2)
    const second = Float64Array.of(1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
    const { t, tProbability, difference, better, worse, same, randomisationProbability } = pairedTest(second, first, {
      seed: 1,
    })
    near(t, 4.0621, 1e-4)
    near(tProbability, 0.002833, 1e-3)
    near(difference.estimate, 1.58)
    assert.deepEqual([better, worse, same], [9, 0, 1])
    // Nine differences of one sign: only all signs alike are as large.
    assert.equal(randomisationProbability, 2 / 2 ** 9)
  })

  it('goes through all signs of few queries, as a naive count of them does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 9 }), (values) => {
        let sums = [0]
        for (const value of values) sums = sums.flatMap((sum) => [sum + value, sum - value])
        const least = Math.abs(values.reduce((sum, value) => sum + value, 0))
        const expected = sums.filter((sum) => Math.abs(sum) >= least).length / sums.length
        const { randomisationProbability } = pairedTest(Float64Array.from(values), new Float64Array(values.length), {
          seed: 1,
        })
        near(randomisationProbability, expected)
      }),
      { seed: 2, numRuns: 200 },
    )
  })

  it('draws signs where queries are many, and both tests agree on normal differences', () => {
    for (const shift of [0, 0.15, 0.4]) {
      const random = randomFrom(5, 'differences')
      const candidate = Float64Array.from({ length: 80 }, () => random.normal() + shift)
      const { tProbability, randomisationProbability } = pairedTest(candidate, new Float64Array(80), { seed: 3 })
      assert.ok(
        Math.abs(tProbability - randomisationProbability) < 0.02,
        `${tProbability}, ${randomisationProbability}`,
      )
    }
  })

  it('finds a difference by chance as often as it says', () => {
    let [ofT, ofSigns] = [0, 0]
    for (let world = 0; world < 300; world++) {
      const random = randomFrom(world, 'null')
      const differences = Float64Array.from({ length: 25 }, () => random.normal())
      const found = pairedTest(differences, new Float64Array(25), { seed: world, samples: 1, permutations: 500 })
      if (found.tProbability < 0.05) ofT++
      if (found.randomisationProbability < 0.05) ofSigns++
    }
    assert.ok(ofT > 5 && ofT < 27 && ofSigns > 5 && ofSigns < 27, `${ofT}, ${ofSigns} of 300`)
  })

  it('leaves out queries that either does not define, and says nothing from one', () => {
    const { pairs, t, tProbability, difference } = pairedTest(
      Float64Array.of(1, Number.NaN, 3),
      Float64Array.of(0, 1, Number.NaN),
      { seed: 1 },
    )
    assert.deepEqual([pairs, t, tProbability, difference.estimate], [1, Number.NaN, Number.NaN, 1])
    assert.throws(
      () => pairedTest(Float64Array.of(1), Float64Array.of(1, 2), { seed: 1 }),
      (e) => isSluiceError(e, 'SHAPE_MISMATCH'),
    )
    assert.throws(
      () => pairedTest(Float64Array.of(1), Float64Array.of(1), { seed: 1, permutations: 0 }),
      (e) => isSluiceError(e, 'INVALID_ARGUMENT'),
    )
  })
})
