import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Random, randomFrom } from './random.ts'

const COUNT = 40_000

/** Pearson's statistic of counts against equal ones. */
function chiSquare(counts: ArrayLike<number>): number {
  const list = Array.from(counts)
  const total = list.reduce((sum, count) => sum + count, 0)
  const expected = total / list.length
  return list.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

/** The 99.9 % quantile of chi-square, by Wilson and Hilferty 1931. */
function quantile999(freedom: number): number {
  return freedom * (1 - 2 / (9 * freedom) + 3.0902 * Math.sqrt(2 / (9 * freedom))) ** 3
}

function histogram(bins: number, draw: () => number): Uint32Array {
  const counts = new Uint32Array(bins)
  for (let index = 0; index < COUNT; index++) counts[Math.floor(draw() * bins)]! += 1
  return counts
}

/** Mean, variance, skewness and kurtosis of a number of draws. */
function moments(draw: () => number) {
  const values = Float64Array.from({ length: COUNT }, draw)
  const mean = values.reduce((sum, value) => sum + value, 0) / COUNT
  const central = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / COUNT
  const variance = central(2)
  return { mean, variance, skewness: central(3) / variance ** 1.5, kurtosis: central(4) / variance ** 2 }
}

function isNear(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected} +- ${tolerance}`)
}

describe('randomFrom', () => {
  it('gives one sequence for one seed, on every machine and in every release', () => {
    const random = randomFrom(7, 'a', 3)
    const words = Array.from({ length: 4 }, () => random.uniform() * 2 ** 32)
    assert.deepEqual(words, [668_378_086, 25_279_091, 1_700_893_098, 439_696_204])
  })

  it('gives another sequence for another seed, key, kind of key or order of keys', () => {
    const streams = [
      ...[randomFrom(0), randomFrom(1), randomFrom(-1), randomFrom(2 ** 32), randomFrom(2 ** 33), randomFrom(2 ** 52)],
      ...[
        randomFrom(1, 'a'),
        randomFrom(1, 'b'),
        randomFrom(1, 'a', 'b'),
        randomFrom(1, 'b', 'a'),
        randomFrom(1, 'ab'),
      ],
      ...[randomFrom(1, ''), randomFrom(1, 0), randomFrom(1, 1), randomFrom(1, '1'), randomFrom(1, 1, 1)],
    ]
    const starts = streams.map((random) => `${random.uniform()} ${random.uniform()}`)
    assert.equal(new Set(starts).size, streams.length)
  })

  it('is uniform within a stream, and over the first numbers of neighbouring streams', () => {
    const within = randomFrom(1, 'uniform')
    assert.ok(chiSquare(histogram(100, () => within.uniform())) < quantile999(99))
    let row = 0
    assert.ok(chiSquare(histogram(100, () => randomFrom(1, 'row', row++).uniform())) < quantile999(99))
    let seed = 0
    assert.ok(chiSquare(histogram(100, () => randomFrom(seed++).uniform())) < quantile999(99))
  })

  it('has no tie between one number and the next', () => {
    const random = randomFrom(2, 'pairs')
    const pair = () => (Math.floor(random.uniform() * 10) + random.uniform()) / 10
    assert.ok(chiSquare(histogram(100, pair)) < quantile999(99))
  })

  it('draws every whole number below a bound equally often, and no other', () => {
    const random = randomFrom(3, 'integer')
    for (const bound of [1, 2, 7, 100]) {
      const counts = new Array<number>(bound).fill(0)
      for (let index = 0; index < COUNT; index++) counts[random.integer(bound)]! += 1
      assert.equal(counts.length, bound)
      if (bound > 1) assert.ok(chiSquare(counts) < quantile999(bound - 1), `below ${bound}`)
    }
    for (let index = 0; index < 1_000; index++) assert.ok(random.integer(2 ** 32) < 2 ** 32)
  })

  it('draws normal and exponential numbers with the moments of theirs', () => {
    const random = randomFrom(4, 'normal')
    const normal = moments(() => random.normal())
    isNear(normal.mean, 0, 0.02, 'mean')
    isNear(normal.variance, 1, 0.03, 'variance')
    isNear(normal.skewness, 0, 0.05, 'skewness')
    isNear(normal.kurtosis, 3, 0.1, 'kurtosis')
    const exponential = moments(() => random.exponential())
    isNear(exponential.mean, 1, 0.02, 'mean')
    isNear(exponential.variance, 1, 0.06, 'variance')
    isNear(exponential.skewness, 2, 0.2, 'skewness')
  })

  it('draws gamma numbers whose mean and variance are their shape, below 1 as above', () => {
    for (const shape of [0.1, 0.5, 1, 2.5, 50]) {
      const random = randomFrom(5, 'gamma')
      const { mean, variance, skewness } = moments(() => random.gamma(shape))
      // Five standard errors.
      isNear(mean, shape, 5 * Math.sqrt(shape / COUNT), `mean of ${shape}`)
      isNear(variance, shape, 5 * Math.sqrt((2 * shape ** 2 + 6 * shape) / COUNT), `variance of ${shape}`)
      isNear(skewness, 2 / Math.sqrt(shape), 0.15 * (1 + 2 / Math.sqrt(shape)), `skewness of ${shape}`)
    }
  })

  it('never gives what a logarithm or a page cannot take', () => {
    const random = randomFrom(6, 'finite')
    const draws: ((random: Random) => number)[] = [
      (from) => from.normal(),
      (from) => from.exponential(),
      (from) => from.gamma(0.05),
    ]
    for (let index = 0; index < 20_000; index++) for (const draw of draws) assert.ok(Number.isFinite(draw(random)))
  })
})

describe('shuffle', () => {
  it('gives every order equally often', () => {
    const random = randomFrom(7, 'shuffle')
    const counts = new Map<string, number>()
    for (let index = 0; index < 24_000; index++) {
      const order = random.shuffle(['a', 'b', 'c', 'd']).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    assert.equal(counts.size, 24)
    assert.ok(chiSquare([...counts.values()]) < quantile999(23))
  })

  it('works in place on any list and keeps its members', () => {
    const list = Int32Array.from({ length: 100 }, (_, index) => index)
    const random = randomFrom(8)
    assert.equal(random.shuffle(list), list)
    assert.notDeepEqual(
      [...list],
      [...list].sort((a, b) => a - b),
    )
    assert.deepEqual(
      [...list].sort((a, b) => a - b),
      Array.from({ length: 100 }, (_, index) => index),
    )
    assert.deepEqual(random.shuffle([]), [])
    assert.deepEqual(random.shuffle(['only']), ['only'])
  })
})
