import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../foundation/index.ts'
import {
  LIGHTGBM_CASES,
  type LightgbmRows,
  lightgbmAbsent,
  readLightgbmFile,
  readLightgbmNumbers,
  readLightgbmRows,
} from '../../testing/index.ts'
import { leavesOf, scoreTrees } from './predict-trees.ts'
import { readLightgbmText } from './read-lightgbm-text.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { TreeExplainer } from './tree-explainer.ts'
import { responseOf, writeResponses } from './tree-response.ts'
import { writeLightgbmText } from './write-lightgbm-text.ts'

for (const [name, { test }] of Object.entries(LIGHTGBM_CASES)) {
  describe(`the ${name} model of LightGBM`, { skip: lightgbmAbsent }, () => {
    const golden = lightgbmAbsent ? undefined : readGolden(name, test)

    it('gives its raw scores, responses and leaves', () => {
      assert.ok(golden)
      const { ensemble, rows, rowCount } = golden
      const scores = new Float64Array(rowCount * ensemble.classCount)
      scoreTrees(ensemble, rows, rowCount, scores)
      assertClose(scores, predicted(name, 'raw'))
      writeResponses(responseOf(ensemble.objective), scores, rowCount, ensemble.classCount, scores)
      assertClose(scores, predicted(name, 'response'))
      assert.deepEqual(Float64Array.from(leavesOf(ensemble, rows, 100)), predicted(name, 'leaf'))
    })

    it('gives its contributions, which sum to the raw scores', () => {
      assert.ok(golden)
      const { ensemble, rows } = golden
      const block = ensemble.featureCount + 1
      const contributions = new Float64Array(100 * ensemble.classCount * block)
      new TreeExplainer(ensemble).contributions(rows, 100, contributions)
      assertClose(contributions, predicted(name, 'contrib'))
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

describe('a text that is no sound LightGBM model', { skip: lightgbmAbsent }, () => {
  it('is refused', () => {
    const text = readLightgbmFile('conformance/lightgbm/categorical-missing/model.txt.gz')
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

interface Golden extends LightgbmRows {
  readonly text: string
  readonly ensemble: TreeEnsemble
}

function readGolden(name: string, data: string): Golden {
  const text = readLightgbmFile(`conformance/lightgbm/${name}/model.txt.gz`)
  const ensemble = readLightgbmText(text)
  return { text, ensemble, ...readLightgbmRows(data, ensemble.featureCount) }
}

function predicted(name: string, what: 'raw' | 'response' | 'leaf' | 'contrib'): Float64Array {
  return readLightgbmNumbers(`conformance/lightgbm/${name}/prediction-${what}.tsv.gz`)
}

/** To 1e-6 relative, with an absolute allowance for what cancels. */
function assertClose(values: ArrayLike<number>, expected: Float64Array): void {
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
