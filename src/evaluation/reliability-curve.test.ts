import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError, randomFrom } from '../foundation/index.ts'
import { calibrationError, reliabilityCurve } from './reliability-curve.ts'

const close = (got: number, wanted: number) =>
  assert.ok(Math.abs(got - wanted) < 1e-9, `expected ${wanted}, got ${got}`)

const foretold = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 20 })), { minLength: 1, maxLength: 60 })
  .map((rows) => ({
    labels: Float64Array.from(rows, ([label]) => label),
    probabilities: Float64Array.from(rows, ([, twentieths]) => twentieths / 20),
  }))
const binnings = fc.constantFrom('equalMass' as const, 'equalWidth' as const)

describe('reliabilityCurve', () => {
  it('equals the worked example with two bins of equal width', () => {
    const curve = reliabilityCurve(Float64Array.of(0, 1, 1, 1), Float64Array.of(0.1, 0.3, 0.5, 1), {
      bins: 2,
      binning: 'equalWidth',
    })
    assert.deepEqual(curve, [
      { meanPredicted: 0.2, observedRate: 0.5, weight: 2 },
      { meanPredicted: 0.75, observedRate: 1, weight: 2 },
    ])
  })

  it('puts the same number of different probabilities in every bin of equal mass', () => {
    const random = randomFrom(11)
    const probabilities = Float64Array.from({ length: 1000 }, () => random.uniform() ** 4)
    const curve = reliabilityCurve(new Float64Array(1000), probabilities, { bins: 8 })
    assert.deepEqual(
      curve.map(({ weight }) => weight),
      Array<number>(8).fill(125),
    )
  })

  it('holds every row once, keeps both means and rises from bin to bin, whatever the input', () => {
    fc.assert(
      fc.property(foretold, binnings, fc.integer({ min: 1, max: 12 }), ({ labels, probabilities }, binning, bins) => {
        const curve = reliabilityCurve(labels, probabilities, { bins, binning })
        const total = (value: (bin: (typeof curve)[number]) => number) =>
          curve.reduce((sum, bin) => sum + value(bin), 0)
        const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0)
        close(
          total(({ weight }) => weight),
          labels.length,
        )
        close(
          total(({ weight, observedRate }) => weight * observedRate),
          sum(labels),
        )
        close(
          total(({ weight, meanPredicted }) => weight * meanPredicted),
          sum(probabilities),
        )
        assert.ok(curve.every((bin, index) => bin.meanPredicted > (curve[index - 1]?.meanPredicted ?? -1)))
      }),
      { seed: 7 },
    )
  })

  it('does not depend on the order of the rows and takes a weight for so many copies', () => {
    fc.assert(
      fc.property(foretold, binnings, ({ labels, probabilities }, binning) => {
        const twice = (values: Float64Array) => Float64Array.from([...values, ...values.toReversed()])
        const weights = new Float64Array(labels.length).fill(2)
        close(
          calibrationError(twice(labels), twice(probabilities), { binning }),
          calibrationError(labels, probabilities, { binning, weights }),
        )
      }),
      { seed: 8 },
    )
  })
})

describe('calibrationError', () => {
  it('is the mean distance of the curve from the diagonal', () => {
    close(
      calibrationError(Float64Array.of(0, 1, 1, 1), Float64Array.of(0.1, 0.3, 0.5, 1), { bins: 2 }),
      0.5 * 0.3 + 0.5 * 0.25,
    )
  })

  it('is small for calibrated probabilities and sees a shift of them', () => {
    const random = randomFrom(12)
    const probabilities = Float64Array.from({ length: 20_000 }, () => 0.8 * random.uniform())
    const labels = probabilities.map((probability) => (random.uniform() < probability ? 1 : 0))
    for (const binning of ['equalMass', 'equalWidth'] as const) {
      assert.ok(calibrationError(labels, probabilities, { binning }) < 0.015)
      const shifted = probabilities.map((probability) => probability + 0.1)
      assert.ok(Math.abs(calibrationError(labels, shifted, { binning }) - 0.1) < 0.015)
    }
  })

  it('refuses a number of bins that is not whole', () => {
    assert.throws(
      () => calibrationError(Float64Array.of(1), Float64Array.of(1), { bins: 0.5 }),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
  })
})
