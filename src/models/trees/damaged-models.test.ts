import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../../foundation/index.ts'
import { randomEnsemble, randomRows } from '../../testing/index.ts'
import { writeModelFile } from '../model-file.ts'
import { readLightgbmText } from './read-lightgbm-text.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { readTreeFile, TREES_KIND, writeTreeFile } from './tree-file.ts'
import { TreeScorer } from './tree-scorer.ts'
import { writeLightgbmText } from './write-lightgbm-text.ts'

const ENSEMBLE = randomEnsemble(
  { treeCount: 4, leafCount: 6, featureCount: 3, classCount: 2, categoricalShare: 0.4, missing: true },
  3,
)

describe('a damaged model', () => {
  it('of text is refused with a code, or can still be walked', () => {
    const text = writeLightgbmText(ENSEMBLE)
    const damage = fc.record({
      at: fc.nat(text.length - 1),
      removed: fc.nat(12),
      added: fc.oneof(
        fc.constantFrom('', '-', '0', '99999999', 'nan', '1e400', '\n', ' ', '='),
        fc.string({ maxLength: 4 }),
      ),
    })
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
        const damaged = damages.reduce((all, { at, removed, added }) => {
          return all.slice(0, at) + added + all.slice(at + removed)
        }, text)
        walksOrIsRefused(() => readLightgbmText(damaged))
      }),
      { seed: 11, numRuns: 2000 },
    )
  })

  it('of bytes under a checksum of their own is refused with a code, or can still be walked', () => {
    const bytes = payloadOf(writeTreeFile(ENSEMBLE))
    const damage = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
        const damaged = bytes.slice()
        for (const [at, value] of damages) damaged[at] = value
        walksOrIsRefused(() => readTreeFile(writeModelFile(TREES_KIND, 1, damaged)))
      }),
      { seed: 12, numRuns: 2000 },
    )
  })
})

/** What the envelope holds: its last part. */
function payloadOf(file: Uint8Array): Uint8Array {
  return file.slice(writeModelFile(TREES_KIND, 1, new Uint8Array(0)).length)
}

function walksOrIsRefused(read: () => TreeEnsemble): void {
  let ensemble: TreeEnsemble
  try {
    ensemble = read()
  } catch (error) {
    assert.ok(isSluiceError(error, 'MODEL_CORRUPT') || isSluiceError(error, 'MODEL_MISMATCH'), String(error))
    return
  }
  const rows = randomRows(5, ensemble.featureCount, 1)
  const out = new Float64Array(5 * ensemble.classCount)
  new TreeScorer(ensemble).scoreRows(rows, 5, out)
  assert.ok(out.every((score) => !Number.isNaN(score)))
}
