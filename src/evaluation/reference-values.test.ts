import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import {
  averagePrecision,
  brierScore,
  coefficientOfDetermination,
  cohenKappa,
  confusionAt,
  dcg,
  fScore,
  kendallTauB,
  logLoss,
  macroF1,
  matthewsCorrelation,
  meanAbsoluteError,
  meanSquaredError,
  medianAbsoluteError,
  multiclassConfusion,
  ndcg,
  pearsonCorrelation,
  precisionOf,
  recallOf,
  rocAuc,
  spearmanCorrelation,
  weightedF1,
} from './index.ts'

/** Values of scikit-learn 1.2.1 and scipy 1.10.1, which lie beside the repository and not in it. */
const file = new URL('../../../shared/conformance/statistics/reference-values.json', import.meta.url)

interface Reference {
  binary: { label: number[]; score: number[]; weight: number[]; expect: Record<string, unknown> }[]
  ranking: { relevance: number[]; score: number[]; expect: Record<string, unknown> }[]
  regression: { label: number[]; prediction: number[]; expect: Record<string, unknown> }[]
  agreement: { a: number[]; b: number[]; expect: Record<string, unknown> }[]
}

const absent = existsSync(file) ? false : 'the reference values (../shared/conformance/statistics) are not there'
const read = () => JSON.parse(readFileSync(file, 'utf8')) as Reference

describe('equality with scikit-learn and scipy', { skip: absent }, () => {
  it('holds for every metric of binary rows, with ties and weights', () => {
    for (const { label, score, weight, expect } of read().binary) {
      const [labels, scores, weights] = [Float64Array.from(label), Float64Array.from(score), Float64Array.from(weight)]
      const table = confusionAt(labels, scores, 0.5)
      compare(expect, {
        roc_auc: rocAuc(labels, scores),
        roc_auc_weighted: rocAuc(labels, scores, weights),
        average_precision: averagePrecision(labels, scores),
        average_precision_weighted: averagePrecision(labels, scores, weights),
        log_loss: logLoss(labels, scores),
        log_loss_weighted: logLoss(labels, scores, weights),
        brier: brierScore(labels, scores),
        precision_at_half: precisionOf(table),
        recall_at_half: recallOf(table),
        f1_at_half: fScore(table),
        f2_at_half: fScore(table, 2),
        mcc_at_half: matthewsCorrelation(table),
        confusion_at_half: [
          [table.trueNegative, table.falsePositive],
          [table.falseNegative, table.truePositive],
        ],
      })
    }
  })

  it('holds for discounted gain, with its cutoffs, gains and ties', () => {
    for (const { relevance, score, expect } of read().ranking) {
      const [labels, scores] = [Float64Array.from(relevance), Float64Array.from(score)]
      const computed = Object.keys(expect).map((name) => [name, discountedGainNamed(name, labels, scores)])
      compare(expect, Object.fromEntries(computed))
    }
  })

  it('holds for errors of regression and correlations', () => {
    for (const { label, prediction, expect } of read().regression) {
      const [labels, predictions] = [Float64Array.from(label), Float64Array.from(prediction)]
      compare(expect, {
        mean_squared_error: meanSquaredError(labels, predictions),
        mean_absolute_error: meanAbsoluteError(labels, predictions),
        median_absolute_error: medianAbsoluteError(labels, predictions),
        r2: coefficientOfDetermination(labels, predictions),
        pearson: pearsonCorrelation(labels, predictions),
        spearman: spearmanCorrelation(labels, predictions),
        kendall_tau_b: kendallTauB(labels, predictions),
      })
    }
  })

  it('holds for agreement of raters and F1 over classes', () => {
    for (const { a, b, expect } of read().agreement) {
      const [first, second] = [Int32Array.from(a), Int32Array.from(b)]
      const classCount = 1 + Math.max(...a, ...b)
      const table = multiclassConfusion(first, second, classCount)
      compare(expect, {
        cohen_kappa: cohenKappa(first, second, { classCount }),
        cohen_kappa_linear: cohenKappa(first, second, { classCount, weighting: 'linear' }),
        cohen_kappa_quadratic: cohenKappa(first, second, { classCount, weighting: 'quadratic' }),
        macro_f1: macroF1(table),
        weighted_f1: weightedF1(table),
      })
    }
  })
})

/** Reads a name such as `ndcg_at_10_linear_gain_ties_averaged`. */
function discountedGainNamed(name: string, labels: Float64Array, scores: Float64Array): number {
  const match = /^(n?dcg)_at_(\d+|all)_(linear|exponential)_gain(_ties_averaged)?$/.exec(name)
  assert.ok(match, `a variant that this test does not know: ${name}`)
  const metric = match[1] === 'ndcg' ? ndcg : dcg
  return metric(labels, scores, {
    k: match[2] === 'all' ? undefined : Number(match[2]),
    gain: match[3] === 'linear' ? 'linear' : 'exponential',
  })
}

/** Every expected value has a computed one within 1e-9. */
function compare(expected: Record<string, unknown>, computed: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(name in computed, `no value for ${name}`)
    const [wanted, got] = [[value].flat(2), [computed[name]].flat(2)].map((list) => list.map(Number))
    assert.equal(wanted?.length, got?.length, name)
    wanted?.forEach((number, index) => {
      assert.ok(
        Math.abs(number - (got?.[index] ?? Number.NaN)) <= 1e-9,
        `${name}: expected ${number}, got ${got?.[index]}`,
      )
    })
  }
}
