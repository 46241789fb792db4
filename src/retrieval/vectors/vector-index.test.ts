import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Random, randomFrom } from '../../foundation/index.ts'
import type { ScoredItems } from '../../models/index.ts'
import { buildVectorIndex, loadVectorIndex } from './build-vector-index.ts'
import type { VectorIndex } from './vector-index.ts'

type Vectors = Map<number, Float32Array>

function vectorOf(random: Random, dimensions: number): Float32Array {
  return Float32Array.from({ length: dimensions }, () => random.normal())
}

/** Small whole numbers, whose products are exact and often equal. */
function wholeVector(random: Random, dimensions: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random.integer(5) - 2)
  vector[random.integer(dimensions)] = 1
  return vector
}

function naive(vectors: Vectors, query: Float32Array, limit: number, accept: (item: number) => boolean): number[][] {
  return [...vectors]
    .filter(([item]) => accept(item))
    .map(([item, vector]) => [item, vector.reduce((sum, value, place) => sum + value * query[place]!, 0)] as const)
    .sort((left, right) => right[1] - left[1] || left[0] - right[0])
    .slice(0, limit)
    .map((pair) => [...pair])
}

function pairs({ items, scores }: ScoredItems): number[][] {
  return Array.from(items, (item, rank) => [item, scores[rank]!])
}

function empty(dimensions: number, kind: VectorIndex['kind'] = 'flat'): VectorIndex {
  return buildVectorIndex({ vectors: new Float32Array(0), dimensions, modelId: 'towers-1', seed: 1, kind })
}

describe('a vector index', () => {
  it('finds what a naive search finds, whatever was set, replaced and deleted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer(),
        (width, limit, seed) => {
          const random = randomFrom(seed, 'vectors')
          const [index, vectors]: [VectorIndex, Vectors] = [empty(width), new Map()]
          for (let step = 0; step < 300; step++) {
            const item = random.integer(150)
            if (random.integer(3) === 0) {
              assert.equal(index.delete(item), vectors.delete(item))
            } else {
              const vector = wholeVector(random, width)
              index.set(item, vector)
              vectors.set(item, vector)
            }
          }
          assert.equal(index.size, vectors.size)
          const query = wholeVector(random, width)
          const third = (item: number): boolean => item % 3 === 0
          const thirds = Uint8Array.from({ length: 100 }, (_, item) => (third(item) ? 1 : 0))
          assert.deepEqual(
            pairs(index.search(query, limit)),
            naive(vectors, query, limit, () => true),
          )
          assert.deepEqual(pairs(index.search(query, limit, third)), naive(vectors, query, limit, third))
          assert.deepEqual(
            pairs(index.searchExact(query, limit, thirds)),
            naive(vectors, query, limit, (item) => third(item) && item < 100),
          )
        },
      ),
      { seed: 51, numRuns: 60 },
    )
  })

  it('reads bytes when it is large, and misses next to nothing', () => {
    const random = randomFrom(5)
    const vectors = Float32Array.from({ length: 5000 * 24 }, () => random.normal())
    const index = buildVectorIndex({ vectors, dimensions: 24, modelId: 'm', seed: 1, kind: 'flat' })
    let found = 0
    for (let question = 0; question < 20; question++) {
      const query = vectorOf(random, 24)
      const exact = new Set(index.searchExact(query, 100).items)
      found += index.search(query, 100).items.filter((item) => exact.has(item)).length
    }
    assert.ok(found >= 1999, `${found} of 2000`)
  })

  it('refuses vectors of another model, of another width, without a direction and without a number', () => {
    const index = empty(2)
    const refused: [Float32Array, string, string?][] = [
      [Float32Array.of(1, 2), 'MODEL_MISMATCH', 'towers-2'],
      [Float32Array.of(1, 2, 3), 'SHAPE_MISMATCH'],
      [Float32Array.of(1, Number.NaN), 'NOT_FINITE'],
      [Float32Array.of(Number.NEGATIVE_INFINITY, 1), 'NOT_FINITE'],
      [Float32Array.of(1e20, 1), 'NOT_FINITE'],
      [Float32Array.of(0, -0), 'INVALID_ARGUMENT'],
    ]
    for (const [vector, code, model] of refused) {
      assert.throws(() => index.set(0, vector, model), { code })
      assert.throws(() => index.search(vector, 1, undefined, model), { code })
      assert.throws(() => index.searchExact(vector, 1, undefined, model), { code })
    }
    for (const item of [-1, 0.5, 2 ** 24]) {
      assert.throws(() => index.set(item, Float32Array.of(1, 2)), { code: 'INVALID_ARGUMENT' })
    }
    for (const limit of [0, -1, 1.5, Number.NaN]) {
      assert.throws(() => index.search(Float32Array.of(1, 2), limit), { code: 'INVALID_ARGUMENT' })
    }
    assert.equal(index.size, 0)
    assert.equal(index.search(Float32Array.of(1, 2), 3, undefined, 'towers-1').items.length, 0)
  })

  it('refuses a build from rows that do not fit their items', () => {
    const build =
      (vectors: number[], ids?: number[], dimensions = 2) =>
      () =>
        buildVectorIndex({
          vectors: Float32Array.from(vectors),
          dimensions,
          modelId: 'm',
          seed: 1,
          ...(ids ? { ids } : {}),
        })
    assert.throws(build([1, 2, 3]), { code: 'SHAPE_MISMATCH' })
    assert.throws(build([1, 2, 3, 4], [0]), { code: 'SHAPE_MISMATCH' })
    assert.throws(build([1, 2, 3, 4], [7, 7]), { code: 'INVALID_ARGUMENT' })
    assert.throws(build([1, 2, 0, 0]), { code: 'INVALID_ARGUMENT' })
    assert.throws(build([], [], 0), { code: 'INVALID_ARGUMENT' })
  })

  it('comes back from its bytes as it was, and refuses damaged ones and those of another model', () => {
    const random = randomFrom(8)
    const index = empty(19)
    for (let step = 0; step < 400; step++) index.set(3 * random.integer(200), vectorOf(random, 19))
    index.delete(index.search(vectorOf(random, 19), 1).items[0]!)
    const bytes = index.save()
    const loaded = loadVectorIndex(bytes, 'towers-1')
    const query = vectorOf(random, 19)
    assert.deepEqual(loaded.search(query, 50), index.search(query, 50))
    assert.deepEqual(loaded.save(), bytes)
    assert.deepEqual([loaded.size, loaded.staleness, loaded.modelId], [index.size, index.staleness, 'towers-1'])
    // Bytes from the middle of a file's buffer are not aligned.
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    assert.deepEqual(loadVectorIndex(shifted.subarray(1)).save(), bytes)
    assert.throws(() => loadVectorIndex(bytes, 'towers-2'), { code: 'MODEL_MISMATCH' })
    assert.throws(() => loadVectorIndex(bytes.with(16, 2)), { code: 'MODEL_MISMATCH' })
    for (const damaged of [
      bytes.with(0, 0),
      bytes.with(bytes.length - 1, 255),
      bytes.slice(0, -1),
      bytes.slice(0, 50),
    ]) {
      assert.throws(() => loadVectorIndex(damaged), { code: 'MODEL_CORRUPT' })
    }
  })
})
