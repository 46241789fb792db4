import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError, randomFrom } from '../foundation/index.ts'
import { type Ease, fitEase, loadEase } from './ease.ts'
import type { Interactions } from './item-model.ts'

/** Who met what, of which NumPy computed the weights below: inverse of the Gram matrix, then -P[i,j] / P[j,j]. */
const ROWS = [
  [0, 1, 4],
  [1, 2],
  [0, 2, 3],
  [1, 3, 4],
]
const NUMPY_WEIGHTS = [
  [0, -0.105263157895, 0.336633663366, 0.103585657371, 0.248366013072],
  [-0.119521912351, 0, 0.455445544554, -0.119521912351, 0.549019607843],
  [0.406374501992, 0.484210526316, 0, 0.406374501992, -0.418300653595],
  [0.103585657371, -0.105263157895, 0.336633663366, 0, 0.248366013072],
  [0.454183266932, 0.884210526316, -0.633663366337, 0.454183266932, 0],
]

describe('EASE', () => {
  for (const side of ['items', 'users'] as const) {
    it(`has the weights that NumPy computes, by way of ${side}`, () => {
      const model = fitEase(interactions(ROWS, 5), { l2: 0.5, side })
      for (const [item, row] of NUMPY_WEIGHTS.entries()) close(scores(model, [item]), row)
    })

    it(`adds the weights of a history, each item once, by way of ${side}`, () => {
      const model = fitEase(interactions(ROWS, 5), { l2: 0.5, dropout: 0.25, side })
      const numpy = [0.290017775283, 0.054380664653, 0.770318021201, 0.145008887642, 0.609686609687]
      close(scores(model, [3, 0, 3], [1, 1, 2]), numpy)
    })
  }

  it('scores the same by way of items and of users, whatever the data and options', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 0.8, noNaN: true }), fc.nat(2), (seed, dropout, exponent) => {
        const data = randomInteractions(seed)
        const options = { l2: 1.5, dropout, userExponent: exponent / 2, popularityExponent: exponent / 4, maxItems: 20 }
        const history = [1, 2, 5, 9]
        const byItems = scores(fitEase(data, { ...options, side: 'items' }), history)
        close(byItems, scores(fitEase(data, { ...options, side: 'users' }), history), 1e-5)
      }),
      { seed: 21, numRuns: 30 },
    )
  })

  for (const side of ['items', 'users'] as const) {
    it(`keeps its scores to 2^-10 in half the bytes, by way of ${side}, and comes back from them`, () => {
      const model = fitEase(randomInteractions(5), { side })
      const half = model.inHalves()
      const history = [1, 2, 5, 9]
      const [wanted, got] = [scores(model, history), scores(half, history)]
      const largest = Math.max(...Array.from(wanted, Math.abs))
      wanted.forEach((score, item) => {
        assert.ok(Math.abs(score - (got[item] ?? Number.NaN)) <= largest * 4 * 2 ** -10)
      })
      assert.ok(half.save().length < model.save().length)
      const loaded = loadEase(half.save())
      assert.deepEqual(loaded.save(), half.save())
      assert.deepEqual(scores(loaded, history), got)
      assert.deepEqual(loaded.inHalves().save(), half.save())
      assert.deepEqual(loadEase(model.save()).save(), model.save())
    })
  }

  it('takes the smaller side by itself', () => {
    assert.equal(fitEase(interactions(ROWS, 5)).form, 'factored')
    assert.equal(fitEase(interactions(ROWS, 5), { maxItems: 3 }).form, 'dense')
  })

  it('leaves what it did not keep at 0, and learns the rest as if that did not exist', () => {
    const data = interactions([...ROWS, [1, 2], [1, 2]], 5)
    const model = fitEase(data, { l2: 0.5, maxItems: 2 })
    const alone = fitEase(interactions([[1], [1, 2], [2], [1], [1, 2], [1, 2]], 5), { l2: 0.5 })
    assert.deepEqual(scores(model, [1, 4]), scores(alone, [1, 4]))
    assert.equal(scores(model, [1])[4], 0)
  })

  it('names the neighbours of an item, best first, without itself', () => {
    const { items, scores: similarities } = fitEase(interactions(ROWS, 5), { l2: 0.5 }).neighbours(4, 2)
    assert.deepEqual(Array.from(items), [1, 0])
    close(similarities, [0.884210526316, 0.454183266932])
  })

  it('refuses options out of their range', () => {
    for (const options of [{ l2: 0 }, { l2: Number.NaN }, { dropout: 1 }, { maxItems: 0 }]) {
      assert.throws(
        () => fitEase(interactions(ROWS, 5), options),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
      )
    }
  })
})

function interactions(rows: readonly (readonly number[])[], itemCount: number): Interactions {
  const starts = Uint32Array.from([0, ...rows.map((_, user) => rows.slice(0, user + 1).flat().length)])
  return { userCount: rows.length, itemCount, starts, items: Int32Array.from(rows.flat()) }
}

function randomInteractions(seed: number): Interactions {
  const random = randomFrom(seed)
  const rows = Array.from({ length: 35 }, () => Array.from({ length: random.integer(9) }, () => random.integer(25)))
  return interactions([...rows, [1]], 25)
}

function scores(model: Ease, history: readonly number[], weights?: readonly number[]): Float64Array {
  const out = new Float64Array(model.itemCount)
  model.scoreItems(Int32Array.from(history), weights && Float64Array.from(weights), out)
  return out
}

function close(actual: Float64Array, expected: ArrayLike<number>, tolerance = 1e-6): void {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, index) => {
    const wanted = expected[index] ?? Number.NaN
    assert.ok(Math.abs(value - wanted) < tolerance, `at ${index}: ${value} is not ${wanted}`)
  })
}
