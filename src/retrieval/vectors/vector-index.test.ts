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

  it('chooses how many cells to read for the declared recall, keeps it through changes, and is built again to the byte', () => {
    const world = clusters(9)
    const count = 12_000
    const vectors = world(count)
    const options = { vectors, dimensions: WIDTH, modelId: 'm', seed: 3, kind: 'inverted-lists' } as const
    const index = buildVectorIndex({ ...options, declaredRecall: 0.95 })
    assert.ok(index.recall >= 0.95 && index.probes < 100, `${index.recall} with ${index.probes}`)
    assert.ok(recallOf(index, world(40)) >= 0.94)
    assert.deepEqual(buildVectorIndex({ ...options, declaredRecall: 0.95 }).save(), index.save())
    assert.ok(buildVectorIndex({ ...options, declaredRecall: 0.999 }).probes > index.probes)

    const changed = world(count)
    for (let item = 0; item < count; item += 2) {
      if (item % 4 === 0) index.delete(item)
      else index.set(item + count, changed.subarray(item * WIDTH, (item + 1) * WIDTH))
    }
    assert.equal(index.size, count)
    assert.equal(index.staleness, 0.5)
    assert.ok(recallOf(index, world(40)) >= 0.93)
    const loaded = loadVectorIndex(index.save())
    const query = world(1)
    assert.deepEqual(loaded.search(query, 300), index.search(query, 300))
    assert.deepEqual([loaded.kind, loaded.recall, loaded.probes], ['inverted-lists', index.recall, index.probes])
    const rare = (item: number): boolean => item % 100 === 1
    assert.deepEqual(index.search(query, 20, rare), index.searchExact(query, 20, rare))
  })

  it('finds the same by the cells of a build whatever the order in which items are set in them', () => {
    const world = clusters(6)
    const count = 6_000
    const vectors = world(count)
    const built = buildVectorIndex({ vectors, dimensions: WIDTH, modelId: 'm', seed: 3, kind: 'inverted-lists' })
    const [forwards, backwards] = [loadVectorIndex(built.saveCells()), loadVectorIndex(built.saveCells())]
    assert.deepEqual([forwards.size, forwards.probes, forwards.kind], [0, built.probes, 'inverted-lists'])
    for (let item = 0; item < count; item++) {
      forwards.set(item, vectors.subarray(item * WIDTH, (item + 1) * WIDTH))
      const other = count - 1 - item
      backwards.set(other, world(1))
      backwards.set(other, vectors.subarray(other * WIDTH, (other + 1) * WIDTH))
    }
    for (let asked = 0; asked < 10; asked++) {
      const query = world(1)
      assert.deepEqual(forwards.search(query, 60), backwards.search(query, 60))
    }
    assert.ok(recallOf(forwards, world(40)) >= 0.97)
    const [query, out] = [world(1), new Float64Array(3)]
    forwards.products(query, [5, count, 7], out)
    const exact = naive(
      new Map([5, 7].map((item) => [item, vectors.slice(item * WIDTH, (item + 1) * WIDTH)])),
      query,
      2,
      () => true,
    )
    assert.deepEqual(
      out,
      Float64Array.of(
        new Map(exact as [number, number][]).get(5)!,
        Number.NaN,
        new Map(exact as [number, number][]).get(7)!,
      ),
    )
  })

  it('gives the products with listed items to the bit of a sum from the first number on, NaN for what is not in', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 70 }),
      fc.array(fc.integer({ min: -1, max: 60 }), { maxLength: 90 }),
      fc.integer(),
      (width, items, seed) => {
        const random = randomFrom(seed, 'products')
        const [index, vectors]: [VectorIndex, Vectors] = [empty(width), new Map()]
        for (let item = 0; item < 60; item += 1 + random.integer(3)) {
          vectors.set(item, vectorOf(random, width))
          index.set(item, vectors.get(item)!)
        }
        const [query, out] = [vectorOf(random, width), new Float64Array(items.length)]
        index.products(query, items, out)
        const wanted = items.map((item) => {
          return vectors.get(item)?.reduce((sum, value, place) => sum + value * query[place]!, 0) ?? Number.NaN
        })
        assert.deepEqual([...out], wanted)
      },
    )
    fc.assert(property, { seed: 5, numRuns: 60 })
  })

  it('reads on where the nearest cells hold fewer items than are asked for', () => {
    const world = clusters(4)
    const index = buildVectorIndex({
      vectors: world(4000),
      dimensions: WIDTH,
      modelId: 'm',
      seed: 1,
      kind: 'inverted-lists',
    })
    const query = world(1)
    const { items } = index.search(query, 4000)
    assert.deepEqual(
      [...items].sort((left, right) => left - right),
      [...items.keys()],
    )
    assert.equal(index.search(query, 5000).items.length, 4000)
  })

  it('refuses a build that misses the declared recall, of either kind', () => {
    const random = randomFrom(6)
    // Closer together than bytes can tell.
    const vectors = Float32Array.from(
      { length: 6000 * 16 },
      (_, place) => 1 + (place % 16) / 16 + random.normal() * 1e-5,
    )
    for (const kind of ['flat', 'inverted-lists'] as const) {
      const build = () =>
        buildVectorIndex({ vectors, dimensions: 16, modelId: 'm', seed: 1, kind, declaredRecall: 0.99 })
      assert.throws(build, { code: 'GATE_FAILED' })
    }
    const [share, one] = [1.5, Float32Array.of(1)]
    const build = () => buildVectorIndex({ vectors: one, dimensions: 1, modelId: 'm', seed: 1, declaredRecall: share })
    assert.throws(build, { code: 'INVALID_ARGUMENT' })
  })
})

const WIDTH = 20

/** Rows around two hundred centres, of different lengths. */
function clusters(seed: number): (count: number) => Float32Array {
  const random = randomFrom(seed, 'clusters')
  const centres = Float32Array.from({ length: 200 * WIDTH }, () => random.normal())
  return (count) => {
    const rows = new Float32Array(count * WIDTH)
    for (let row = 0; row < count; row++) {
      const [centre, length] = [random.integer(200), Math.exp(random.normal() / 4)]
      for (let at = 0; at < WIDTH; at++) {
        rows[row * WIDTH + at] = length * (centres[centre * WIDTH + at]! + random.normal() / 2)
      }
    }
    return rows
  }
}

function recallOf(index: VectorIndex, queries: Float32Array): number {
  let [found, all] = [0, 0]
  for (let start = 0; start < queries.length; start += WIDTH) {
    const query = queries.subarray(start, start + WIDTH)
    const exact = new Set(index.searchExact(query, 100).items)
    all += exact.size
    found += index.search(query, 100).items.filter((item) => exact.has(item)).length
  }
  return found / all
}
