import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError } from '../../foundation/index.ts'
import { fitEase } from '../ease.ts'
import type { Interactions, ItemModel } from '../item-model.ts'
import { writeModelFile } from '../model-file.ts'
import { fitPopularity, Popularity } from '../popularity.ts'
import { Blend, loadBlend } from './blend.ts'

const DATA: Interactions = {
  userCount: 4,
  itemCount: 5,
  starts: Uint32Array.of(0, 3, 5, 8, 11),
  items: Int32Array.of(0, 1, 4, 1, 2, 0, 2, 3, 1, 3, 4),
}

describe('a blend', () => {
  it('adds what one computes by hand: scores over their mean and deviation among what was not met', () => {
    // Of the items 1, 2, 3 the first scores 1, 2, 3 (deviation 0.8165), the second 6, 0, 0 (mean 2, deviation 2.8284).
    const blend = new Blend([
      { model: new Popularity(Float64Array.of(50, 1, 2, 3)), weight: 0.5 },
      { model: new Popularity(Float64Array.of(-9, 6, 0, 0)), weight: 2 },
    ])
    const scores = scoresOf(blend, [0])
    const expected = [
      -0.5 / Math.sqrt(2 / 3) + 8 / Math.sqrt(8),
      -4 / Math.sqrt(8),
      0.5 / Math.sqrt(2 / 3) - 4 / Math.sqrt(8),
    ]
    for (const [place, value] of expected.entries()) {
      assert.ok(Math.abs((scores[place + 1] ?? Number.NaN) - value) < 1e-12)
    }
  })

  it('ranks as its one member does, and takes nothing from a member that scores all alike', () => {
    const ease = fitEase(DATA, { l2: 1 })
    const order = (model: ItemModel) => {
      const scores = scoresOf(model, [1])
      return [0, 2, 3, 4].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
    }
    const same = { model: new Popularity(new Float64Array(5).fill(3)), weight: 10 }
    assert.deepEqual(order(new Blend([{ model: ease, weight: 0.2 }])), order(ease))
    assert.deepEqual(order(new Blend([{ model: ease, weight: 1 }, same])), order(ease))
  })

  it('is saved with its members and refuses members of other items, none, weights that are no number, and blends', () => {
    const [ease, popularity] = [fitEase(DATA), fitPopularity(DATA)]
    const blend = new Blend([
      { model: ease, weight: 0.75 },
      { model: popularity, weight: 0.25 },
    ])
    assert.deepEqual(scoresOf(loadBlend(blend.save()), [2]), scoresOf(blend, [2]))
    refuses('INVALID_ARGUMENT', () => new Blend([]))
    refuses('INVALID_ARGUMENT', () => new Blend([{ model: ease, weight: Number.NaN }]))
    const larger = fitPopularity({ ...DATA, itemCount: 6 })
    refuses('SHAPE_MISMATCH', () => new Blend([...blend.members, { model: larger, weight: 1 }]))
    refuses('MODEL_MISMATCH', () => loadBlend(new Blend([{ model: blend, weight: 1 }]).save()))
    const alien = {
      kind: 'alien',
      itemCount: 5,
      scoreItems: () => {},
      save: () => writeModelFile('alien', 1, new Uint8Array(0)),
    }
    refuses('MODEL_MISMATCH', () => loadBlend(new Blend([{ model: alien, weight: 1 }]).save()))
  })
})

function scoresOf(model: ItemModel, history: readonly number[]): Float64Array {
  const out = new Float64Array(model.itemCount)
  model.scoreItems(Int32Array.from(history), undefined, out)
  return out
}

function refuses(code: ErrorCode, act: () => unknown): void {
  assert.throws(act, (error) => isSluiceError(error, code))
}
