import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../foundation/index.ts'
import { responseOf, writeResponses } from './tree-response.ts'

describe('the response of an objective', () => {
  it('is what LightGBM makes of a raw score', () => {
    for (const [objective, score, expected] of [
      ['', -3, -3],
      ['custom', -3, -3],
      ['lambdarank', 2, 2],
      ['regression', 2, 2],
      ['regression sqrt', -3, -9],
      ['huber', -3, -3],
      ['quantile', -3, -3],
      ['poisson', 1, Math.E],
      ['tweedie', 0, 1],
      ['gamma', 0, 1],
      ['binary sigmoid:1', 0, 0.5],
      ['binary sigmoid:2', 1, 1 / (1 + Math.exp(-2))],
      ['cross_entropy', 1, 1 / (1 + Math.exp(-1))],
      ['cross_entropy_lambda', 1, Math.log1p(Math.E)],
      ['multiclassova num_class:3 sigmoid:0.5', 1, 1 / (1 + Math.exp(-0.5))],
    ] as const) {
      const out = new Float64Array(1)
      writeResponses(responseOf(objective), Float64Array.of(score), 1, 1, out)
      assert.ok(Math.abs(out[0]! - expected) < 1e-12, `${objective}: ${out[0]}`)
    }
  })

  it('is a share of each class for softmax, whatever the size of the scores', () => {
    const scores = Float64Array.of(1000, 1000, -1000, 0, Math.log(2), 0)
    writeResponses(responseOf('multiclass num_class:3'), scores, 2, 3, scores)
    for (const [index, share] of [0.5, 0.5, 0, 0.25, 0.5, 0.25].entries()) {
      assert.ok(Math.abs(scores[index]! - share) < 1e-12)
    }
  })

  it('is refused for an objective that nobody knows', () => {
    for (const objective of ['entropy', 'binary sigmoid:0', 'binary sigmoid:x']) {
      assert.throws(
        () => responseOf(objective),
        (error) => isSluiceError(error, 'MODEL_MISMATCH'),
      )
    }
  })
})
