import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../../foundation/index.ts'
import {
  LIGHTGBM_CASES,
  lightgbmAbsent,
  lightgbmPath,
  lightgbmQueries,
  readLightgbmMetrics,
  readLightgbmNumbers,
} from '../../../testing/index.ts'
import { readGroupSizes, readTreeFile } from './tree-files.ts'
import { treeMetrics, usualMetrics } from './tree-metrics.ts'

const NAMES = ['binary', 'categorical-missing', 'lambdarank', 'multiclass', 'regression'] as const

describe('the metrics of tree models', () => {
  for (const name of NAMES) {
    it(`are those that LightGBM prints for the same predictions: ${name}`, { skip: lightgbmAbsent }, async () => {
      const { test } = LIGHTGBM_CASES[name]
      const table = await readTreeFile(lightgbmPath(test))
      const rawScores = readLightgbmNumbers(`conformance/lightgbm/${name}/prediction-raw.tsv.gz`)
      const responses = readLightgbmNumbers(`conformance/lightgbm/${name}/prediction-response.tsv.gz`)
      const classCount = rawScores.length / table.rowCount
      const ranks = name === 'lambdarank'
      const groupSizes = ranks ? await readGroupSizes(lightgbmPath(lightgbmQueries(test)), table.rowCount) : undefined
      const printed = Object.entries(readLightgbmMetrics(name)).map(([metric, values]) => [metric, values.at(-1)])
      const names = printed.map(([metric]) => String(metric))
      const metrics = treeMetrics(names, { labels: table.labels, rawScores, responses, classCount, groupSizes })
      for (const [metric, value] of printed) {
        const difference = Math.abs((metrics[String(metric)] ?? Number.NaN) - Number(value))
        // Six digits are printed.
        assert.ok(difference <= 5e-6 * Number(value), `${metric}: ${value}`)
      }
    })
  }

  const rows = {
    labels: Float64Array.of(0, 2, 1),
    rawScores: Float64Array.of(3, 1, 1, 0, 0, 1, 2, 2, 0),
    responses: Float64Array.of(0.5, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5, 0),
    classCount: 3,
  }
  it('go wrong by class where the largest score is of another, the first of equal ones', () => {
    assert.deepEqual(treeMetrics(['multi_error', 'multi_logloss'], rows), {
      multi_error: 1 / 3,
      multi_logloss: Math.log(2),
    })
  })

  it('of rates and of soft labels are those of one row reckoned by hand', () => {
    const one = {
      labels: Float64Array.of(2),
      rawScores: Float64Array.of(0),
      responses: Float64Array.of(3),
      classCount: 1,
    }
    assert.deepEqual(treeMetrics(['poisson', 'l1', 'rmse'], one), { poisson: 3 - 2 * Math.log(3), l1: 1, rmse: 1 })
    const soft = { ...one, labels: Float64Array.of(0.25), responses: Float64Array.of(0.5) }
    assert.deepEqual(treeMetrics(['cross_entropy', 'binary_error'], { ...soft, labels: Float64Array.of(0.25) }), {
      cross_entropy: Math.log(2),
      binary_error: 1,
    })
  })

  it('have names, and NDCG has queries', () => {
    const refused = (error: unknown): boolean => isSluiceError(error, 'INVALID_ARGUMENT')
    assert.throws(() => treeMetrics(['aucc'], rows), refused)
    assert.throws(() => treeMetrics(['ndcg'], rows), refused)
    assert.deepEqual(
      [usualMetrics('binary')[0], usualMetrics('huber')[0], usualMetrics('lambdarank')[0]],
      ['auc', 'l2', 'ndcg'],
    )
  })
})
