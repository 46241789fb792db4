import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { isSluiceError } from '../../foundation/index.ts'
import { leavesOf, scoreTrees } from './predict-trees.ts'
import { readLightgbmText } from './read-lightgbm-text.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { TreeExplainer } from './tree-explainer.ts'
import { responseOf, writeResponses } from './tree-response.ts'
import { writeLightgbmText } from './write-lightgbm-text.ts'

/** Models and predictions of LightGBM's own command line, which lie beside the repository and not in it. */
const shared = new URL('../../../../shared/', import.meta.url)
const absent =
  existsSync(new URL('conformance/lightgbm/', shared)) && existsSync(new URL('data/lightgbm-examples/', shared))
    ? false
    : 'the models of LightGBM (../shared/conformance/lightgbm) or their data (../shared/data) are not there'

const EXAMPLES = 'data/lightgbm-examples'
const TEST_ROWS = {
  binary: `${EXAMPLES}/binary_classification/binary.test.gz`,
  regression: `${EXAMPLES}/regression/regression.test.gz`,
  lambdarank: `${EXAMPLES}/lambdarank/rank.test.gz`,
  multiclass: `${EXAMPLES}/multiclass_classification/multiclass.test.gz`,
  'categorical-missing': 'conformance/lightgbm/categorical-missing/test.tsv.gz',
} as const

for (const [name, data] of Object.entries(TEST_ROWS)) {
  describe(`the ${name} model of LightGBM`, { skip: absent }, () => {
    const golden = absent ? undefined : readGolden(name, data)

    it('gives its raw scores, responses and leaves', () => {
      assert.ok(golden)
      const { ensemble, rows, rowCount } = golden
      const scores = new Float64Array(rowCount * ensemble.classCount)
      scoreTrees(ensemble, rows, rowCount, scores)
      assertClose(scores, readTable(`${name}/prediction-raw.tsv.gz`).flat())
      writeResponses(responseOf(ensemble.objective), scores, rowCount, ensemble.classCount, scores)
      assertClose(scores, readTable(`${name}/prediction-response.tsv.gz`).flat())
      assert.deepEqual(Array.from(leavesOf(ensemble, rows, 100)), readTable(`${name}/prediction-leaf.tsv.gz`).flat())
    })

    it('gives its contributions, which sum to the raw scores', () => {
      assert.ok(golden)
      const { ensemble, rows } = golden
      const block = ensemble.featureCount + 1
      const contributions = new Float64Array(100 * ensemble.classCount * block)
      new TreeExplainer(ensemble).contributions(rows, 100, contributions)
      assertClose(contributions, readTable(`${name}/prediction-contrib.tsv.gz`).flat())
      const scores = new Float64Array(100 * ensemble.classCount)
      scoreTrees(ensemble, rows, 100, scores)
      for (const [index, score] of scores.entries()) {
        const sum = contributions.subarray(index * block, (index + 1) * block).reduce((total, value) => total + value)
        assert.ok(Math.abs(sum - score) < 1e-9)
      }
    })

    it('is the same when it is written and read back, and is written as LightGBM wrote it', () => {
      assert.ok(golden)
      const text = writeLightgbmText(golden.ensemble)
      assert.deepEqual(readLightgbmText(text), golden.ensemble)
      assert.deepEqual(comparable(text), comparable(golden.text))
    })
  })
}

describe('a text that is no sound LightGBM model', { skip: absent }, () => {
  it('is refused', () => {
    const text = readText('conformance/lightgbm/categorical-missing/model.txt.gz')
    refuses('MODEL_CORRUPT', '')
    refuses('MODEL_CORRUPT', text.slice(0, text.length / 2))
    refuses('MODEL_CORRUPT', text.replace('left_child=4 17', 'left_child=0 17'))
    refuses('MODEL_CORRUPT', text.replace('left_child=4 17', 'left_child=17'))
    refuses('MODEL_CORRUPT', text.replace('threshold=0 1 2', 'threshold=0 1 two'))
    refuses('MODEL_CORRUPT', text.replace('split_feature=0', 'split_feature=8'))
    refuses('MODEL_CORRUPT', text.replace('Tree=3\n', '\n'))
    refuses('MODEL_CORRUPT', text.replace('max_feature_idx=7', 'max_feature_idx=-1'))
    refuses('MODEL_MISMATCH', text.replace('version=v4', 'version=v9'))
    refuses('MODEL_MISMATCH', text.replace('is_linear=0', 'is_linear=1'))
  })
})

function refuses(code: 'MODEL_CORRUPT' | 'MODEL_MISMATCH', text: string): void {
  assert.throws(
    () => readLightgbmText(text),
    (error) => isSluiceError(error, code),
  )
}

interface Golden {
  readonly text: string
  readonly ensemble: TreeEnsemble
  readonly rows: Float64Array
  readonly rowCount: number
}

/** The test rows, dense: tab-separated with the label first, or LibSVM with what is not named being 0. */
function readGolden(name: string, data: string): Golden {
  const text = readText(`conformance/lightgbm/${name}/model.txt.gz`)
  const ensemble = readLightgbmText(text)
  const lines = readText(data).trimEnd().split('\n')
  const rows = new Float64Array(lines.length * ensemble.featureCount)
  for (const [row, line] of lines.entries()) {
    const cells = line.split(/\s+/).slice(1)
    for (const [column, cell] of cells.entries()) {
      const [feature, value] = cell.includes(':') ? cell.split(':') : [column, cell]
      rows[row * ensemble.featureCount + Number(feature)] = Number(value)
    }
  }
  return { text, ensemble, rows, rowCount: lines.length }
}

function readText(path: string): string {
  return gunzipSync(readFileSync(new URL(path, shared))).toString('utf8')
}

function readTable(path: string): number[][] {
  const lines = readText(`conformance/lightgbm/${path}`).trimEnd().split('\n')
  return lines.map((line) => line.split('\t').map(Number))
}

/** To 1e-6 relative, with an absolute allowance for what cancels. */
function assertClose(values: ArrayLike<number>, expected: readonly number[]): void {
  assert.equal(values.length, expected.length)
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(values[index]! - expected[index]!)
    const allowed = 1e-6 * Math.abs(expected[index]!) + 1e-12
    assert.ok(difference <= allowed, `value ${index}: expected ${expected[index]}, got ${values[index]}`)
  }
}

/** The lines of a model with every number as it parses, and without the lengths that depend on how they are printed. */
function comparable(text: string): string[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('tree_sizes='))
  return lines.map((line) => line.replaceAll(/-?\d+(\.\d+)?(e[+-]?\d+)?/g, (digits) => String(Number(digits))))
}
