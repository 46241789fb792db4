import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError, randomFrom } from '../foundation/index.ts'
import { type CoVisitation, fitCoVisitation } from './co-visitation.ts'
import type { CoVisitationSimilarity } from './co-visitation-options.ts'
import type { Interactions } from './item-model.ts'

/** The rows and, by hand from their counts, the similarities of item 1 (3 visitors) to the items 0, 2, 3, 4. */
const ROWS = [
  [0, 1, 4],
  [1, 2],
  [0, 2, 3],
  [1, 3, 4],
]
const OF_ITEM_1: Record<CoVisitationSimilarity, number[]> = {
  count: [1, 0, 1, 1, 2],
  cosine: [1 / Math.sqrt(6), 0, 1 / Math.sqrt(6), 1 / Math.sqrt(6), 2 / Math.sqrt(6)],
  jaccard: [1 / 4, 0, 1 / 4, 1 / 4, 2 / 3],
  lift: [1 / 6, 0, 1 / 6, 1 / 6, 2 / 6],
}

describe('co-visitation', () => {
  for (const similarity of ['count', 'cosine', 'jaccard', 'lift'] as const) {
    it(`has the ${similarity} similarities that one counts by hand`, () => {
      close(scores(fitCoVisitation(interactions(ROWS, 5), { similarity }), [1]), OF_ITEM_1[similarity])
    })
  }

  it('adds the neighbours of a history and names those of an item, best first', () => {
    const model = fitCoVisitation(interactions(ROWS, 5), { similarity: 'count' })
    close(scores(model, [1, 0], [2, 1]), [2, 1, 3, 3, 5])
    assert.deepEqual(Array.from(model.neighbours(1, 2).items), [4, 0])
    assert.deepEqual(Array.from(model.neighbours(1, 2).scores), [2, 1])
  })

  it('keeps as many neighbours as it is told, ties going to the smaller number', () => {
    const model = fitCoVisitation(interactions(ROWS, 5), { similarity: 'count', neighbours: 2 })
    close(scores(model, [1]), [1, 0, 0, 0, 2])
  })

  it('counts only from earlier to later and less over a distance, when asked to', () => {
    const data = interactions([[0, 1, 2, 3]], 4)
    const model = fitCoVisitation(data, { similarity: 'count', order: 'forward', distanceHalfLife: 1 })
    close(scores(model, [1]), [0, 0, 0.5, 0.25])
  })

  it('lets the newest of a history count most, when asked to', () => {
    const model = fitCoVisitation(interactions(ROWS, 5), { similarity: 'count', historyHalfLife: 1 })
    close(scores(model, [1, 0]), [0.5, 1, 1.5, 1.5, 2])
  })

  it('pulls similarities that rest on few towards 0', () => {
    const model = fitCoVisitation(interactions(ROWS, 5), { similarity: 'count', shrinkage: 2 })
    close(scores(model, [1]), [1 / 3, 0, 1 / 3, 1 / 3, 1])
  })

  it('counts users with long histories less, and only the newest of them, when asked to', () => {
    const weighted = fitCoVisitation(interactions(ROWS, 5), { similarity: 'count', userExponent: 1 })
    close(scores(weighted, [1]), [1 / 3, 0, 1 / 2, 1 / 3, 2 / 3])
    const short = fitCoVisitation(interactions(ROWS, 5), { similarity: 'count', maxHistory: 2 })
    close(scores(short, [1]), [0, 0, 1, 0, 1])
  })

  it('has the cosines of the columns of the matrix, whatever the weights', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { matrix, data } = randomMatrix(seed)
        const model = fitCoVisitation(data)
        for (let i = 0; i < 8; i++) {
          close(
            scores(model, [i]),
            Array.from({ length: 8 }, (_, j) => (i === j ? 0 : cosine(matrix, i, j))),
          )
        }
      }),
      { seed: 22, numRuns: 50 },
    )
  })

  it('refuses options out of their range', () => {
    for (const options of [{ neighbours: 0 }, { shrinkage: -1 }, { distanceHalfLife: 0 }, { maxHistory: Number.NaN }]) {
      assert.throws(
        () => fitCoVisitation(interactions(ROWS, 5), options),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
      )
    }
  })
})

function interactions(rows: readonly (readonly number[])[], itemCount: number): Interactions {
  const starts = Uint32Array.from([0, ...rows.map((_, user) => rows.slice(0, user + 1).flat().length)])
  return { userCount: rows.length, itemCount, starts, items: Int32Array.from(rows.flat()) }
}

/** 12 users by 8 items, and the same as interactions with weights; the first entry is never 0. */
function randomMatrix(seed: number): { matrix: number[][]; data: Interactions } {
  const random = randomFrom(seed)
  const matrix = Array.from({ length: 12 }, (_, user) =>
    Array.from({ length: 8 }, (_, item) => (user + item === 0 ? 1 : Math.max(0, random.integer(6) - 2))),
  )
  const everyItem = Array.from({ length: 8 }, (_, item) => item)
  const data = interactions(new Array(12).fill(everyItem), 8)
  return { matrix, data: { ...data, weights: Float64Array.from(matrix.flat()) } }
}

function cosine(matrix: readonly (readonly number[])[], i: number, j: number): number {
  const dot = (a: number, b: number): number => matrix.reduce((sum, row) => sum + (row[a] ?? 0) * (row[b] ?? 0), 0)
  return dot(i, j) === 0 ? 0 : dot(i, j) / Math.sqrt(dot(i, i) * dot(j, j))
}

function scores(model: CoVisitation, history: readonly number[], weights?: readonly number[]): Float64Array {
  const out = new Float64Array(model.itemCount)
  model.scoreItems(Int32Array.from(history), weights && Float64Array.from(weights), out)
  return out
}

function close(actual: Float64Array, expected: readonly number[]): void {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, index) => {
    assert.ok(Math.abs(value - (expected[index] ?? Number.NaN)) < 1e-6, `at ${index}: ${value}`)
  })
}
