import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  LIGHTGBM_CASES,
  lightgbmAbsent,
  lightgbmQueries,
  readLightgbmColumn,
  readLightgbmMetrics,
  readLightgbmRows,
} from '../../testing/index.ts'
import { listNdcg } from '../tree-objectives/list-ndcg.ts'
import { listStarts } from '../tree-objectives/query-lists.ts'
import { treeObjective } from '../tree-objectives/tree-objective.ts'
import { fitTrees } from './fit-trees.ts'

const FEATURES = 301
/** The settings in its training.json. */
const SETTINGS = { iterations: 50, leaves: 31, learningRate: 0.1, minRowsInLeaf: 50, minHessianInLeaf: 5 }
const PLACES = [1, 3, 5, 10]

describe('LambdaMART on the example of LightGBM', { skip: lightgbmAbsent }, () => {
  it('has the test NDCG of LightGBM after every one of 50 iterations, and passes its gates', () => {
    const train = readRanking(LIGHTGBM_CASES.lambdarank.train)
    const test = readRanking(LIGHTGBM_CASES.lambdarank.test)
    const starts = listStarts(test.groups, test.rowCount)
    const metrics = PLACES.map((places) => listNdcg({ labels: test.labels, starts, places }))
    const reached: number[][] = []
    const metric = (scores: Float64Array): number => {
      reached.push(metrics.map((ndcg) => ndcg(scores)))
      return reached.at(-1)?.[0] ?? 0
    }
    const objective = treeObjective({ kind: 'lambdarank', labels: train.labels, groups: train.groups })
    fitTrees(train, objective, { ...SETTINGS, validation: { rows: test, metric, largerIsBetter: true } })

    const printed = readLightgbmMetrics('lambdarank')
    for (const [index, places] of PLACES.entries()) {
      printed[`ndcg@${places}`]?.forEach((expected, iteration) => {
        const difference = Math.abs((reached[iteration]?.[index] ?? Number.NaN) - expected)
        assert.ok(
          difference < 1e-6,
          `NDCG@${places} after ${iteration + 1}: ${reached[iteration]?.[index]}, ${expected}`,
        )
      })
    }
    assert.ok(Math.max(...reached.map(([first = 0]) => first)) > 0.5674)
    assert.ok(Math.max(...reached.map(([, third = 0]) => third)) > 0.578)
  })
})

function readRanking(path: string) {
  return { ...readLightgbmRows(path, FEATURES), groups: readLightgbmColumn(lightgbmQueries(path)) }
}
