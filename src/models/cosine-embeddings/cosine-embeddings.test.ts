import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError, randomFrom } from '../../foundation/index.ts'
import type { Interactions } from '../item-model.ts'
import { fitCosineEmbeddings } from './cosine-embeddings.ts'
import type { CosineOptions } from './cosine-options.ts'
import { CosineTraining } from './cosine-training.ts'

describe('cosine embeddings', () => {
  it('move the items of a user down the gradient of the loss that is written out, as finite differences have it', () => {
    // One item besides the two that were met: what is drawn is one of three, and margin 1 lets none of them count.
    const options = { ...OPTIONS, margin: 0.999999, learningRate: 1e-3 }
    const rows = { rowCount: 1, columnCount: 3, starts: Uint32Array.of(0, 2), columns: Int32Array.of(0, 1) }
    const training = new CosineTraining({ ...rows, values: Float64Array.of(1, 1) }, options)
    const before = training.table.slice()
    training.epoch(0)
    const loss = (table: Float32Array): number => -2 * cosine(table.subarray(0, 4), table.subarray(4, 8))
    for (let at = 0; at < 8; at++) {
      const [up, down] = [before.slice(), before.slice()]
      up[at]! += 1e-2
      down[at]! -= 1e-2
      const slope = loss(up) - loss(down)
      const moved = training.table[at]! - before[at]!
      if (Math.abs(slope) > 1e-3) assert.equal(Math.sign(moved), -Math.sign(slope), `number ${at}`)
    }
    assert.deepEqual(training.table.subarray(8), before.subarray(8))
  })

  it('draw together what is met together and push the rest away', () => {
    const model = fitCosineEmbeddings(clubs(), { dimensions: 8, epochs: 30, negativeWeight: 1 })
    const near = new Set(model.neighbours(0, 5).items)
    assert.deepEqual(near, new Set([1, 2, 3, 4, 5]))
    const scores = new Float64Array(12)
    model.scoreItems(Int32Array.of(6, 7), undefined, scores)
    for (const item of [8, 9, 10, 11]) assert.ok(scores[item]! > Math.max(...scores.subarray(0, 6)))
  })

  it('score the cosine of a history and an item, whatever the scale of the weights; a stranger scores nothing', () => {
    const model = fitCosineEmbeddings(clubs(), { dimensions: 6, epochs: 3 })
    const person = new Float32Array(6)
    const history = Int32Array.of(3, 8, 3)
    model.foldIn(history, Float64Array.of(2, 4, 1), person)
    const scores = new Float64Array(12)
    model.scoreItems(history, Float64Array.of(1, 2, 0.5), scores)
    scores.forEach((score, item) => {
      assert.ok(Math.abs(score - cosine(person, model.itemVectors.subarray(item * 6, item * 6 + 6))) < 1e-5)
    })
    model.scoreItems(new Int32Array(0), undefined, scores)
    assert.ok(scores.every((score) => score === 0))
  })

  it('are the same for the same seed and others for another', () => {
    const saved = (seed: number) => fitCosineEmbeddings(clubs(), { dimensions: 5, epochs: 2, seed }).save()
    assert.deepEqual(saved(3), saved(3))
    assert.notDeepEqual(saved(3), saved(4))
  })

  it('refuse options out of their range and room of another length', () => {
    const wrong: Partial<CosineOptions>[] = [
      { dimensions: 0 },
      { epochs: 1.5 },
      { learningRate: 0 },
      { negatives: 0 },
      { negativeWeight: -1 },
      { margin: 1 },
      { seed: Number.NaN },
    ]
    for (const options of wrong) {
      assert.throws(
        () => fitCosineEmbeddings(clubs(), options),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
      )
    }
    const model = fitCosineEmbeddings(clubs(), { dimensions: 4, epochs: 1 })
    assert.throws(
      () => model.foldIn(Int32Array.of(0), undefined, new Float32Array(5)),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
  })
})

const OPTIONS: CosineOptions = {
  dimensions: 4,
  epochs: 1,
  learningRate: 0.05,
  negatives: 1,
  margin: 0.2,
  negativeWeight: 10,
  seed: 2,
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, k) => sum + value * y[k]!, 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

/** 40 users who each met four items of one of two clubs of six. */
function clubs(): Interactions {
  const random = randomFrom(9, 'cosine clubs')
  const rows = Array.from({ length: 40 }, (_, user) =>
    random.shuffle([0, 1, 2, 3, 4, 5].map((item) => item + 6 * (user % 2))).slice(0, 4),
  )
  const starts = Uint32Array.from({ length: 41 }, (_, user) => 4 * user)
  return { userCount: 40, itemCount: 12, starts, items: Int32Array.from(rows.flat()) }
}
