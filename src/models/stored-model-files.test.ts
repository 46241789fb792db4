import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
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

function bytesOf({ bytes }: { readonly bytes: string }): Uint8Array {
  return Buffer.from(bytes, 'base64')
}
