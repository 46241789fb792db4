import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../foundation/index.ts'
import { determinantal, diversify, type PageRule, rerank } from './index.ts'
import { pageRelevance } from './page-relevance.ts'
import { rankCandidates } from './ranked-candidates.ts'

const WIDTH = 12
const COUNT = 25

interface World {
  readonly candidates: { items: Int32Array; scores: Float64Array }
  readonly vectors: Float32Array
  readonly genres: readonly (readonly number[])[]
}

function worldOf(page: number): World {
  const random = randomFrom(3, 'determinants', page)
  return {
    candidates: {
      items: Int32Array.from({ length: COUNT }, (_, item) => item),
      scores: Float64Array.from({ length: COUNT }, () => random.normal()),
    },
    vectors: Float32Array.from({ length: COUNT * WIDTH }, () => random.normal()),
    genres: Array.from({ length: COUNT }, () => Array.from({ length: random.integer(4) }, () => random.integer(7))),
  }
}

function cosineSimilarity({ vectors }: World, one: number, other: number): number {
  const row = (item: number) => Array.from(vectors.subarray(item * WIDTH, (item + 1) * WIDTH))
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)
  const [a, b] = [row(one), row(other)]
  return 0.5 + 0.5 * (dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)))
}

function jaccard({ genres }: World, one: number, other: number): number {
  const [a, b] = [new Set(genres[one]), new Set(genres[other])]
  const shared = [...a].filter((genre) => b.has(genre)).length
  return shared === 0 ? 0 : shared / (a.size + b.size - shared)
}

/** The determinant by Gaussian elimination with pivots: nothing that a Cholesky factor does. */
function determinant(rows: number[][]): number {
  const matrix = rows.map((row) => [...row])
  let product = 1
  for (let column = 0; column < matrix.length; column++) {
    const pivot = matrix
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best))
    const at = matrix.indexOf(pivot)
    if (pivot[column] === 0) return 0
    if (at !== column) {
      product = -product
      matrix[at] = matrix[column]!
      matrix[column] = pivot
    }
    product *= pivot[column]!
    for (const row of matrix.slice(column + 1)) {
      const factor = row[column]! / pivot[column]!
      for (let index = column; index < row.length; index++) row[index]! -= factor * pivot[index]!
    }
  }
  return product
}

/** The page by determinants of every candidate with the whole page, computed anew at every place. */
function naivePage(
  world: World,
  limit: number,
  goals: readonly { lambda: number; weight: number; novelty: (page: number[], candidate: number) => number }[],
): number[] {
  const { items, order } = rankCandidates(world.candidates)
  const relevance = pageRelevance(rankCandidates(world.candidates), limit)
  const total = goals.reduce((sum, { weight }) => sum + weight, 0)
  const page: number[] = []
  while (page.length < limit) {
    let best = -1
    let bestValue = Number.NEGATIVE_INFINITY
    for (const rank of order.keys()) {
      const candidate = items[rank]!
      if (page.includes(candidate)) continue
      const value = goals.reduce(
        (sum, { lambda, weight, novelty }) =>
          sum + (weight / total) * (lambda * relevance[rank]! + (1 - lambda) * novelty(page, candidate)),
        0,
      )
      if (value > bestValue + 1e-12) {
        best = candidate
        bestValue = value
      }
    }
    page.push(best)
  }
  return page
}

function logVariance(similarity: (one: number, other: number) => number) {
  const matrix = (items: number[]) =>
    items.map((one) => items.map((other) => (one === other ? 1 : similarity(one, other))))
  return (page: number[], candidate: number) =>
    Math.log(Math.max(1e-6, determinant(matrix([...page, candidate])) / determinant(matrix(page))))
}

function itemsOf(world: World, rules: readonly PageRule[], limit: number, of: Float32Array | 'function'): number[] {
  const row = (item: number) => world.vectors.slice(item * WIDTH, (item + 1) * WIDTH)
  const { page } = rerank(world.candidates, rules, {
    limit,
    attributes: (_path, item) => world.genres[item] ?? [],
    vectors: { width: WIDTH, of: of === 'function' ? row : of },
  })
  return page.map(({ item }) => item)
}

describe('determinantal', () => {
  it('takes at every place what a greedy search by determinants takes, for vectors', () => {
    for (let page = 0; page < 60; page++) {
      const world = worldOf(page)
      const lambda = [0, 0.3, 0.6, 0.9][page % 4]!
      const novelty = logVariance((one, other) => cosineSimilarity(world, one, other))
      // Vectors of 12 numbers and the constant leave 13 directions.
      const expected = naivePage(world, 10, [{ lambda, weight: 1, novelty }])
      assert.deepEqual(itemsOf(world, [determinantal({ lambda })], 10, world.vectors), expected)
      assert.deepEqual(itemsOf(world, [determinantal({ lambda })], 10, 'function'), expected)
    }
  })

  it('weighs the goals of a page against each other: determinants of an attribute, vectors, marginal relevance', () => {
    for (let page = 0; page < 60; page++) {
      const world = worldOf(page)
      // Genres alike to the last leave nothing of an item; the direction of such items is not unique.
      const genres = new Set(world.genres.map((list) => String([...new Set(list)].sort())))
      const limit = Math.min(6, genres.size)
      const byVector = logVariance((one, other) => cosineSimilarity(world, one, other))
      const alike = (above: number[], candidate: number) =>
        -Math.max(0, ...above.map((other) => jaccard(world, other, candidate)))
      const rules = [determinantal({ lambda: 0.4, weight: 3 }), diversify({ by: 'video.genres', lambda: 0.2 })]
      const expected = naivePage(world, limit, [
        { lambda: 0.4, weight: 3, novelty: byVector },
        { lambda: 0.2, weight: 1, novelty: alike },
      ])
      assert.deepEqual(itemsOf(world, rules, limit, world.vectors), expected)
      const byGenre = logVariance((one, other) => jaccard(world, one, other))
      const attributed = [determinantal({ by: 'video.genres', lambda: 0.8 })]
      assert.deepEqual(
        itemsOf(world, attributed, 4, world.vectors),
        naivePage(world, 4, [{ lambda: 0.8, weight: 1, novelty: byGenre }]),
      )
    }
  })

  it('sees an item that two above span, which marginal relevance takes for new', () => {
    // Items 1 and 2 stand at a right angle, item 3 halfway between them, item 4 away from all; scores hardly differ.
    const vectors = Float32Array.of(1, 0, 0, 0, 1, 0, Math.SQRT1_2, Math.SQRT1_2, 0, 0, 0, 1)
    const candidates = { items: Int32Array.of(1, 2, 3, 4), scores: Float64Array.of(4, 3.9, 3.8, 3.7) }
    const { page } = rerank(candidates, [determinantal({ lambda: 0.1 })], {
      limit: 4,
      attributes: () => [],
      vectors: { width: 3, of: vectors },
    })
    assert.deepEqual(
      page.map(({ item }) => item),
      [1, 2, 4, 3],
    )
    assert.deepEqual(page[2]?.because, [{ rule: 'determinantal(vectors)', places: 1 }])
  })

  it('takes an item without a vector for unlike any other, and a copy of one above for worth nothing new', () => {
    const vectors = Float32Array.of(1, 0, 1, 0, 0, 0)
    const candidates = { items: Int32Array.of(1, 2, 3), scores: Float64Array.of(3, 2, 1) }
    const { page } = rerank(candidates, [determinantal({ lambda: 0.5 })], {
      limit: 3,
      attributes: () => [],
      vectors: { width: 2, of: vectors },
    })
    assert.deepEqual(
      page.map(({ item }) => item),
      [1, 3, 2],
    )
  })

  it('refuses vectors that are missing, of another width or not finite', () => {
    const candidates = { items: Int32Array.of(1, 2), scores: Float64Array.of(2, 1) }
    const rules = [determinantal({ lambda: 0.5 })]
    const ask = (vectors: { width: number; of: Float32Array | ((item: number) => Float32Array) } | undefined) => () =>
      rerank(candidates, rules, { limit: 2, attributes: () => [], vectors })
    assert.throws(ask(undefined), { code: 'INVALID_ARGUMENT' })
    assert.throws(ask({ width: 0, of: new Float32Array(0) }), { code: 'INVALID_ARGUMENT' })
    assert.throws(ask({ width: 2, of: new Float32Array(3) }), { code: 'SHAPE_MISMATCH' })
    assert.throws(ask({ width: 2, of: () => new Float32Array(3) }), { code: 'SHAPE_MISMATCH' })
    assert.throws(ask({ width: 1, of: () => Float32Array.of(Number.NaN) }), { code: 'NOT_FINITE' })
  })
})
