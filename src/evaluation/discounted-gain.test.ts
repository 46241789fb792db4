import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import { dcg, dcgOfRanked, ndcg, ndcgByQuery, ndcgOfRanked } from './discounted-gain.ts'
import { labelsByScore, labelsOfRanking } from './ranked-labels.ts'

// A case of scikit-learn 1.2.1 (`dcg_score`, `ndcg_score`) with many ties.
const TIED_LABELS = Float64Array.of(3, 1, 2, 0, 1, 4, 4, 3, 1, 0, 0, 3, 3, 4, 3, 2, 3, 4, 4, 0)
const TIED_SCORES = Float64Array.of(2, -0, -0, 0, 1, -0, 2, 1, 2, 0, 0, -1, 1, 2, -1, 2, 3, -1, 1, -1)

const close = (got: number, wanted: number) =>
  assert.ok(Math.abs(got - wanted) <= 1e-12, `expected ${wanted}, got ${got}`)

const judgedRows = fc
  .array(fc.record({ label: fc.integer({ min: 0, max: 4 }), score: fc.integer({ min: -3, max: 3 }) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rows) => ({
    labels: Float64Array.from(rows, (row) => row.label),
    scores: Float64Array.from(rows, (row) => row.score),
  }))

describe('ndcg', () => {
  it("equals scikit-learn's with ties averaged", () => {
    close(ndcg(TIED_LABELS, TIED_SCORES, { k: 1 }), 0.75)
    close(ndcg(TIED_LABELS, TIED_SCORES, { k: 10 }), 0.7756749577354672)
    close(dcg(TIED_LABELS, TIED_SCORES), 17.018541835238654)
  })

  it('is the gain of the definition when no scores are tied', () => {
    const labels = Float64Array.of(0, 3, 1)
    const scores = Float64Array.of(3, 2, 1)
    close(ndcg(labels, scores), (3 / Math.log2(3) + 1 / 2) / (3 + 1 / Math.log2(3)))
    close(ndcg(labels, scores, { gain: 'exponential' }), (7 / Math.log2(3) + 1 / 2) / (7 + 1 / Math.log2(3)))
  })

  it('averages over the orders of tied rows: the mean of an order and its reverse for pairs of ties', () => {
    const labels = Float64Array.of(3, 0, 2, 1)
    const swapped = Float64Array.of(0, 3, 1, 2)
    const scores = Float64Array.of(1, 1, 0, 0)
    const kept = (rows: Float64Array) => dcg(rows, scores, { ties: 'inputOrder', k: 3 })
    close(dcg(labels, scores, { k: 3 }), (kept(labels) + kept(swapped)) / 2)
  })

  it('stays in [0, 1], is 1 for the best order and does not depend on the order of the input', () => {
    fc.assert(
      fc.property(judgedRows, fc.integer({ min: 1, max: 15 }), ({ labels, scores }, k) => {
        const value = ndcg(labels, scores, { k })
        assert.ok(value >= 0 && value <= 1 + 1e-12)
        close(ndcg(labels.slice().reverse(), scores.slice().reverse(), { k }), value)
        close(ndcg(labels, labels, { k, whenNoneRelevant: 1 }), 1)
      }),
      { seed: 2 },
    )
  })

  it('of a ranked list is that of the scores which rank it', () => {
    fc.assert(
      fc.property(judgedRows, fc.integer({ min: 1, max: 15 }), ({ labels, scores }, k) => {
        const options = { k, gain: 'exponential', ties: 'inputOrder' } as const
        close(ndcgOfRanked(labelsByScore(labels, scores), labels, options), ndcg(labels, scores, options))
      }),
      { seed: 3 },
    )
  })

  it('lets the caller say what a query without relevant row counts', () => {
    const nothing = Float64Array.of(0, 0)
    assert.equal(ndcg(nothing, nothing), 0)
    assert.equal(ndcg(nothing, nothing, { whenNoneRelevant: 1 }), 1)
    assert.equal(ndcg(new Float64Array(0), new Float64Array(0), { whenNoneRelevant: Number.NaN }), Number.NaN)
  })

  it('refuses negative labels, cutoffs below 1 and lengths that differ', () => {
    const one = Float64Array.of(1)
    assert.throws(
      () => ndcg(Float64Array.of(-1), one),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
    assert.throws(
      () => ndcg(one, one, { k: 0 }),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
    assert.throws(
      () => ndcg(one, new Float64Array(2)),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
  })
})

describe('ndcgByQuery', () => {
  it('is ndcg of the rows of each query, empty ones too', () => {
    const values = ndcgByQuery(TIED_LABELS, TIED_SCORES, Uint32Array.of(0, 5, 5, 20), { k: 3 })
    assert.deepEqual(Array.from(values), [
      ndcg(TIED_LABELS.slice(0, 5), TIED_SCORES.slice(0, 5), { k: 3 }),
      0,
      ndcg(TIED_LABELS.slice(5), TIED_SCORES.slice(5), { k: 3 }),
    ])
  })

  it('refuses starts that do not end with the last row', () => {
    assert.throws(
      () => ndcgByQuery(TIED_LABELS, TIED_SCORES, Uint32Array.of(0, 5)),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
  })
})

describe('labelsOfRanking', () => {
  it('gives 0 to what nobody judged and to an item that stands there again', () => {
    const labels = labelsOfRanking(
      Int32Array.of(7, 5, 7, 9),
      new Map([
        [7, 2],
        [9, 1],
      ]),
    )
    assert.deepEqual(Array.from(labels), [2, 0, 0, 1])
    close(dcgOfRanked(labels), 2 + 1 / Math.log2(5))
  })
})
