import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { listNdcg } from '../tree-objectives/list-ndcg.ts'
import { listStarts } from '../tree-objectives/query-lists.ts'
import { treeObjective } from '../tree-objectives/tree-objective.ts'
import { fitTrees } from './fit-trees.ts'

/** What LightGBM's own command line reached on its own example, which lies beside the repository. */
const shared = new URL('../../../../shared/', import.meta.url)
const absent =
  existsSync(new URL('conformance/lightgbm/', shared)) && existsSync(new URL('data/lightgbm-examples/', shared))
    ? false
    : 'the models of LightGBM (../shared/conformance/lightgbm) or their data (../shared/data) are not there'

const FEATURES = 301
/** The settings in its training.json. */
const SETTINGS = { iterations: 50, leaves: 31, learningRate: 0.1, minRowsInLeaf: 50, minHessianInLeaf: 5 }
const PLACES = [1, 3, 5, 10]

describe('LambdaMART on the example of LightGBM', { skip: absent }, () => {
  it('has the test NDCG of LightGBM after every one of 50 iterations, and passes its gates', () => {
    const train = readRanking('rank.train')
    const test = readRanking('rank.test')
    const starts = listStarts(test.groups, test.rowCount)
    const metrics = PLACES.map((places) => listNdcg({ labels: test.labels, starts, places }))
    const reached: number[][] = []
    const metric = (scores: Float64Array): number => {
      reached.push(metrics.map((ndcg) => ndcg(scores)))
      return reached.at(-1)?.[0] ?? 0
    }
    const objective = treeObjective({ kind: 'lambdarank', labels: train.labels, groups: train.groups })
    fitTrees(train, objective, { ...SETTINGS, validation: { rows: test, metric, largerIsBetter: true } })

    const printed = readPrinted()
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

function readPrinted(): Record<string, number[]> {
  const path = new URL('conformance/lightgbm/lambdarank/training.json', shared)
  const training = JSON.parse(readFileSync(path, 'utf8')) as { test_metric_by_iteration: Record<string, number[]> }
  return training.test_metric_by_iteration
}

/** LibSVM rows, what is not named being 0, and the sizes of their queries. */
function readRanking(name: string) {
  const lines = readLines(`${name}.gz`)
  const rows = new Float64Array(lines.length * FEATURES)
  for (const [row, line] of lines.entries()) {
    for (const cell of line.split(' ').slice(1)) {
      const [feature, value] = cell.split(':')
      rows[row * FEATURES + Number(feature)] = Number(value)
    }
  }
  const labels = Float64Array.from(lines, (line) => Number.parseFloat(line))
  const groups = readLines(`${name}.query.gz`).map(Number)
  return { rows, labels, groups, rowCount: lines.length, featureCount: FEATURES }
}

function readLines(name: string): string[] {
  const path = new URL(`data/lightgbm-examples/lambdarank/${name}`, shared)
  return gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n')
}
