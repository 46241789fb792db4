import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError, randomFrom } from '../../foundation/index.ts'
import type { Interactions } from '../item-model.ts'
import { fitSpectral } from './fit-spectral.ts'
import type { SpectralOptions } from './spectral-options.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

const USERS = 14
const ITEMS = 9

describe('the spectral filter', () => {
  it('scores as the normalised matrix, projected by its own eigenvectors, does when written out densely', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0, 0.3, 0.5), fc.constantFrom(0, 0.4), (seed, exponent, lift) => {
        const data = randomInteractions(seed)
        const options = {
          userExponent: exponent,
          itemExponent: exponent / 2,
          popularityExponent: lift,
          valueExponent: 1,
        }
        const model = fitSpectral(data, { ...options, factors: ITEMS, iterations: 40 })
        close(scoresOf(model, [0, 3]), denseScores(data, [0, 3], options))
      }),
      { seed: 31, numRuns: 25 },
    )
  })

  it('keeps the leading directions alone: of two clubs that share nothing, a member of one is offered that one', () => {
    const rows = Array.from({ length: 12 }, (_, user) => (user % 2 === 0 ? [0, 1, 2, 3] : [4, 5, 6, 7, 8]))
    const model = fitSpectral(interactions(rows), { factors: 2 })
    const scores = scoresOf(model, [4, 5])
    for (const item of [0, 1, 2, 3]) assert.ok(Math.abs(scores[item] ?? 1) < 1e-6)
    for (const item of [6, 7, 8]) assert.ok((scores[item] ?? 0) > 0.01)
  })

  it('scores what its vectors say, and a stranger with zeros', () => {
    const model = fitSpectral(randomInteractions(5), { factors: 5 })
    assert.equal(model.dimensions, 8)
    const person = new Float32Array(8)
    model.foldIn(Int32Array.of(1, 4, 1), undefined, person)
    const products = Float64Array.from({ length: ITEMS }, (_, item) =>
      model.itemVectors.subarray(item * 8, item * 8 + 8).reduce((sum, value, k) => sum + value * (person[k] ?? 0), 0),
    )
    close(scoresOf(model, [1, 4, 1]), products)
    close(scoresOf(model, []), new Float64Array(ITEMS))
  })

  it('refuses options out of their range and room of another length', () => {
    for (const options of [{ factors: 0 }, { factors: 1.5 }, { iterations: 0 }, { itemExponent: Number.NaN }]) {
      assert.throws(
        () => fitSpectral(randomInteractions(1), options),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
      )
    }
    const model = fitSpectral(randomInteractions(1))
    assert.throws(
      () => model.foldIn(Int32Array.of(0), undefined, new Float32Array(3)),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
  })
})

describe('the eigenvalues of a symmetric matrix', () => {
  it('are those that one finds by hand', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 0, 1, 2, 0, 0, 0, 5), 3)
    close(values, Float64Array.of(5, 3, 1))
    close(vectors.map(Math.abs), Float64Array.of(0, Math.SQRT1_2, Math.SQRT1_2, 0, Math.SQRT1_2, Math.SQRT1_2, 1, 0, 0))
  })

  it('give the matrix back, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, order) => {
        const random = randomFrom(seed)
        const matrix = new Float64Array(order * order)
        for (let i = 0; i < order; i++) {
          for (let j = 0; j <= i; j++) matrix[i * order + j] = matrix[j * order + i] = random.normal()
        }
        const { values, vectors } = symmetricEigen(matrix, order)
        const at = (i: number, k: number): number => vectors[i * order + k] ?? Number.NaN
        const back = matrix.map((_, place) =>
          values.reduce((sum, value, k) => sum + at(Math.floor(place / order), k) * value * at(place % order, k), 0),
        )
        close(back, matrix, 1e-9)
      }),
      { seed: 32, numRuns: 50 },
    )
  })
})

/** h D^-b V f(L) V' D^(b - p) with all eigenvectors of the dense normalised X' X: valueExponent 1 makes f(L) V V' = X' X. */
function denseScores(
  data: Interactions,
  history: readonly number[],
  {
    userExponent,
    itemExponent,
    popularityExponent,
  }: Pick<SpectralOptions, 'userExponent' | 'itemExponent' | 'popularityExponent'>,
): Float64Array {
  const rows = Array.from({ length: USERS }, (_, user) => data.items.subarray(data.starts[user], data.starts[user + 1]))
  const counts = Float64Array.from({ length: ITEMS }, (_, item) => rows.filter((row) => row.includes(item)).length)
  const power = (count: number | undefined, exponent: number): number => (count ? count ** exponent : 0)
  const gram = (i: number, j: number): number =>
    rows
      .filter((row) => row.includes(i) && row.includes(j))
      .reduce((sum, row) => sum + row.length ** (-2 * userExponent), 0) *
    power(counts[i], -itemExponent) *
    power(counts[j], -itemExponent)
  const dense = Float64Array.from({ length: ITEMS * ITEMS }, (_, place) =>
    gram(Math.floor(place / ITEMS), place % ITEMS),
  )
  const largest = symmetricEigen(dense, ITEMS).values[0] ?? Number.NaN
  return Float64Array.from(
    { length: ITEMS },
    (_, j) =>
      history.reduce((sum, i) => sum + power(counts[i], -itemExponent) * gram(i, j), 0) *
      (power(counts[j], itemExponent - popularityExponent) / largest),
  )
}

function randomInteractions(seed: number): Interactions {
  const random = randomFrom(seed, 'spectral')
  return interactions(
    Array.from({ length: USERS }, () =>
      Array.from({ length: ITEMS }, (_, item) => item).filter((item) => random.uniform() < 0.4 - item * 0.03),
    ).map((row, user) => (row.length === 0 ? [user % ITEMS] : row)),
  )
}

function interactions(rows: readonly (readonly number[])[]): Interactions {
  const starts = Uint32Array.from([0, ...rows.map((_, user) => rows.slice(0, user + 1).flat().length)])
  return { userCount: rows.length, itemCount: ITEMS, starts, items: Int32Array.from(rows.flat()) }
}

function scoresOf(model: ReturnType<typeof fitSpectral>, history: readonly number[]): Float64Array {
  const out = new Float64Array(ITEMS)
  model.scoreItems(Int32Array.from(history), undefined, out)
  return out
}

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, within = 1e-5): void {
  assert.equal(actual.length, expected.length)
  Array.from(actual).forEach((value, place) => {
    assert.ok(Math.abs(value - (expected[place] ?? Number.NaN)) < within, `at ${place}: ${value}, ${expected[place]}`)
  })
}
