import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { cohenKappa } from './cohen-kappa.ts'
import { f1ByClass, macroF1, multiclassConfusion, weightedF1 } from './multiclass-f1.ts'

const close = (got: number, wanted: number) =>
  assert.ok(Math.abs(got - wanted) < 1e-12, `expected ${wanted}, got ${got}`)

describe('cohenKappa', () => {
  it("equals the example of scikit-learn's documentation", () => {
    close(
      cohenKappa(Int32Array.of(2, 0, 2, 2, 0, 1), Int32Array.of(0, 0, 2, 2, 0, 2), { classCount: 3 }),
      0.42857142857142855,
    )
  })

  it('is 1 for agreement, and forgives a near miss more than a far one when classes are in order', () => {
    const first = Int32Array.of(0, 1, 2, 3, 0, 3)
    close(cohenKappa(first, first, { classCount: 4 }), 1)
    const quadratic = (second: Int32Array) => cohenKappa(first, second, { classCount: 4, weighting: 'quadratic' })
    assert.ok(quadratic(Int32Array.of(1, 1, 2, 3, 0, 3)) > quadratic(Int32Array.of(3, 1, 2, 3, 0, 3)))
  })

  it('refuses a class beyond those that were announced', () => {
    assert.throws(
      () => cohenKappa(Int32Array.of(3), Int32Array.of(0), { classCount: 3 }),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
  })
})

describe('F1 over classes', () => {
  it("equals the example of scikit-learn's documentation", () => {
    const table = multiclassConfusion(Int32Array.of(0, 1, 2, 0, 1, 2), Int32Array.of(0, 2, 1, 0, 0, 1), 3)
    assert.deepEqual(Array.from(f1ByClass(table)), [0.8, 0, 0])
    close(macroF1(table), 0.26666666666666666)
    close(weightedF1(table), 0.26666666666666666)
  })

  it('leaves a class that never occurs out of the macro mean', () => {
    const rows = [Int32Array.of(0, 1, 1), Int32Array.of(0, 1, 0)] as const
    close(macroF1(multiclassConfusion(...rows, 5)), macroF1(multiclassConfusion(...rows, 2)))
  })
})
