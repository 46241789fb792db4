import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../../foundation/index.ts'
import { categoricalFeatures, readTreeParameters } from './tree-parameters.ts'

describe("parameters in LightGBM's spelling", () => {
  it('are read by their names and aliases', () => {
    assert.deepEqual(
      readTreeParameters([
        'num_trees=50',
        'eta=0.05',
        'max_depth=-1',
        'min_child_weight=5.0',
        'monotone_constraints=1,0,-1',
        'interaction_constraints=[0,1],[2]',
        'is_unbalance=true',
        'alpha=.3',
        'header=false',
        'label_column=name:y',
        'categorical_feature=0,2',
        'metric=auc,binary_logloss',
        'eval_at=1,3',
        'num_threads=0',
        'force_row_wise=true',
      ]),
      {
        training: {
          iterations: 50,
          learningRate: 0.05,
          maxDepth: undefined,
          minHessianInLeaf: 5,
          monotone: [1, 0, -1],
          interactions: [[0, 1], [2]],
        },
        objective: { balanced: true, alpha: 0.3 },
        table: { header: false, label: 'y' },
        run: { categorical: [0, 2], metrics: ['auc', 'binary_logloss'], evalAt: [1, 3], threads: undefined },
      },
    )
  })

  it('name categorical features by number or by name', () => {
    const { categorical = [] } = readTreeParameters(['categorical_feature=name:colour,size']).run
    assert.deepEqual(categoricalFeatures(categorical, ['age', 'size', 'colour']), [2, 1])
    assert.throws(() => categoricalFeatures([3], ['age']), isWrong)
    assert.throws(() => categoricalFeatures(['shape'], ['age']), isWrong)
  })

  const isWrong = (error: unknown): boolean => isSluiceError(error, 'INVALID_ARGUMENT')
  for (const wrong of ['num_treez=5', 'num_trees', 'num_trees=many', 'num_trees=', 'header=perhaps', 'eval_at=1,x']) {
    it(`are refused where LightGBM has none such: ${wrong}`, () => {
      assert.throws(() => readTreeParameters([wrong]), isWrong)
    })
  }
})
