import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { loadBlend } from './blend/blend.ts'
import { loadSingleItemModel } from './blend/load-single-item-model.ts'
import { loadCalibrator } from './calibration/choose-calibrator.ts'
import { loadClassTemperature } from './calibration/class-temperature.ts'
import { loadRowModel } from './compression/load-row-model.ts'
import { loadFactorisationMachine, loadFieldAwareMachine } from './factors/fit-factor-machine.ts'
import { loadLogisticRegression } from './logistic-regression.ts'
import { loadFtrlProximal } from './online/ftrl-proximal.ts'
import { loadHashedFtrl } from './online/hashed-ftrl.ts'
import { loadRidgeRegression } from './ridge-regression.ts'

interface Stored {
  readonly bytes: string
  readonly score: number
}
interface Files {
  sparseRow: { indices: number[]; values: number[] }
  denseRow: (number | null)[]
  hashedRow: [string, number]
  'hashed-ftrl': { readonly bytes: string; readonly probability: number }
  'ftrl-proximal': Stored
  'factorisation-machine': Stored
  'field-aware-factorisation-machine': Stored
  'ridge-regression': Stored
  'logistic-regression': Stored
}

/** Calibrators, compressed trees and compressed factor machines, each with what it said when it was written. */
interface SmallFiles {
  readonly score: number
  readonly row: readonly number[]
  readonly calibrators: Readonly<Record<string, { readonly bytes: string; readonly probability: number }>>
  readonly classes: { readonly bytes: string; readonly probabilities: readonly number[] }
  readonly trees: Readonly<Record<string, Stored>>
  readonly factors: Readonly<Record<string, Stored>>
}

/** Item models, each with what it said of a history when it was written. */
interface ItemModelFiles {
  readonly history: readonly number[]
  readonly files: Readonly<Record<string, { readonly bytes: string; readonly scores: readonly number[] }>>
}

describe('model files that earlier versions wrote', () => {
  const file = new URL('golden/linear-models-version-1.json', import.meta.url)
  const files: Files = JSON.parse(readFileSync(file, 'utf8'))
  const indices = Uint32Array.from(files.sparseRow.indices)
  const values = Float64Array.from(files.sparseRow.values)
  const row = Float64Array.from(files.denseRow, (value) => value ?? Number.NaN)

  it('of sparse models are read, and score as they did to the bit', () => {
    const loaders = {
      'ftrl-proximal': loadFtrlProximal,
      'factorisation-machine': loadFactorisationMachine,
      'field-aware-factorisation-machine': loadFieldAwareMachine,
    } as const
    for (const kind of ['ftrl-proximal', 'factorisation-machine', 'field-aware-factorisation-machine'] as const) {
      assert.equal(loaders[kind](bytesOf(files[kind])).score(indices, values), files[kind].score)
    }
  })

  it('of dense models are read, and score as they did to the bit', () => {
    const loaders = { 'ridge-regression': loadRidgeRegression, 'logistic-regression': loadLogisticRegression } as const
    for (const kind of ['ridge-regression', 'logistic-regression'] as const) {
      const out = new Float64Array(1)
      loaders[kind](bytesOf(files[kind])).scoreRows(row, 1, out)
      assert.equal(out[0], files[kind].score)
    }
  })

  it('of hashed columns are read, and foretell as they did', () => {
    const model = loadHashedFtrl(bytesOf(files['hashed-ftrl']))
    assert.ok(Math.abs(model.predict(files.hashedRow) - files['hashed-ftrl'].probability) < 1e-12)
  })
})

describe('files of small models that earlier versions wrote', () => {
  const file = new URL('golden/small-models.json', import.meta.url)
  const files: SmallFiles = JSON.parse(readFileSync(file, 'utf8'))

  it('of calibrators are read, and give the same probabilities', () => {
    for (const [kind, stored] of Object.entries(files.calibrators)) {
      const calibrator = loadCalibrator(bytesOf(stored))
      assert.ok(calibrator.kind.startsWith(kind))
      assert.ok(Math.abs(calibrator.probability(files.score) - stored.probability) < 1e-12, kind)
    }
    const probabilities = new Float64Array(3)
    loadClassTemperature(bytesOf(files.classes)).probabilities(Float64Array.from(files.row), probabilities)
    files.classes.probabilities.forEach((expected, index) => {
      assert.ok(Math.abs(probabilities[index]! - expected) < 1e-12)
    })
  })

  it('of trees in small tables are read, and score as they did to the bit', () => {
    for (const [tables, stored] of Object.entries(files.trees)) {
      const out = new Float64Array(1)
      loadRowModel(bytesOf(stored)).scoreRows(Float64Array.from(files.row), 1, out)
      assert.equal(out[0], stored.score, tables)
    }
  })

  it('of factors in half precision and in shared rows are read, and score as they did to the bit', () => {
    for (const [name, stored] of Object.entries(files.factors)) {
      const load = name.startsWith('field-aware') ? loadFieldAwareMachine : loadFactorisationMachine
      const machine = load(bytesOf(stored))
      assert.equal(machine.score(Uint32Array.of(1, 8), Float64Array.of(1, 0.5)), stored.score, name)
      assert.deepEqual(Buffer.from(machine.save()).toString('base64'), stored.bytes, name)
    }
  })
})

describe('files of item models that earlier versions wrote', () => {
  const file = new URL('golden/item-models-version-1.json', import.meta.url)
  const { history, files }: ItemModelFiles = JSON.parse(readFileSync(file, 'utf8'))

  for (const [name, stored] of Object.entries(files)) {
    it(`of ${name} are read, score as they did and are written as they were`, () => {
      const load = name === 'blend' ? loadBlend : loadSingleItemModel
      const model = load(bytesOf(stored))
      const scores = new Float64Array(model.itemCount)
      model.scoreItems(Int32Array.from(history), undefined, scores)
      stored.scores.forEach((expected, item) => {
        assert.ok(
          Math.abs(scores[item]! - expected) < 1e-6,
          `item ${item}: ${scores[item]} in the place of ${expected}`,
        )
      })
      assert.equal(Buffer.from(model.save()).toString('base64'), stored.bytes)
    })
  }
})

function bytesOf({ bytes }: { readonly bytes: string }): Uint8Array {
  return Buffer.from(bytes, 'base64')
}
