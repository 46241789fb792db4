import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError, randomFrom } from '../foundation/index.ts'
import { averagePrecision, resampledAveragePrecision } from './average-precision.ts'
import { bootstrap } from './bootstrap.ts'
import { bootstrapMean, bootstrapMeanDifference } from './bootstrap-mean.ts'
import { quantileOfSorted } from './quantile.ts'
import { resampledRocAuc, rocAuc } from './roc-auc.ts'

const close = (got: number, wanted: number, within = 1e-9) =>
  assert.ok(Math.abs(got - wanted) <= within, `expected ${wanted}, got ${got}`)

const normals = (count: number, seed: number) => {
  const random = randomFrom(seed)
  return Float64Array.from({ length: count }, () => random.normal())
}

describe('bootstrap', () => {
  it('gives the same interval for the same seed and another one for another', () => {
    const values = normals(50, 1)
    const interval = (seed: number) => bootstrapMean(values, { seed, samples: 200 })
    assert.deepEqual(interval(5), interval(5))
    assert.notDeepEqual(interval(5), interval(6))
  })

  it('draws as many clusters as there are in every resample', () => {
    const sizes: number[] = []
    const record = (drawn: Uint32Array) => sizes.push(drawn.reduce((sum, times) => sum + times, 0))
    bootstrap(17, record, { seed: 1, samples: 20 })
    assert.deepEqual(sizes, Array<number>(21).fill(17))
  })

  it('leaves out resamples on which the statistic is not defined, and says how many', () => {
    const interval = bootstrap(2, (drawn) => (drawn[0] === 0 ? Number.NaN : 1), { seed: 3, samples: 400 })
    assert.equal(interval.samples + interval.undefinedSamples, 400)
    assert.ok(interval.undefinedSamples > 60 && interval.undefinedSamples < 140)
    assert.deepEqual([interval.low, interval.high], [1, 1])
  })

  it('of an AUC equals computing the AUC of the rows of every resample', () => {
    const random = randomFrom(8)
    const labels = Float64Array.from({ length: 60 }, () => random.integer(2))
    const scores = Float64Array.from(labels, (label) => random.integer(6) + label)
    const clusters = Int32Array.from({ length: 60 }, () => random.integer(12))
    for (const [metric, resampled] of [
      [rocAuc, resampledRocAuc],
      [averagePrecision, resampledAveragePrecision],
    ] as const) {
      const slow = (drawn: Uint32Array) =>
        metric(
          labels,
          scores,
          Float64Array.from(clusters, (user) => drawn[user] ?? 0),
        )
      const options = { seed: 4, samples: 100 }
      assert.deepEqual(bootstrap(12, resampled(labels, scores, clusters), options), bootstrap(12, slow, options))
    }
  })

  it('of an AUC refuses rows of clusters that are not drawn', () => {
    const statistic = resampledRocAuc(Float64Array.of(0, 1), Float64Array.of(0, 1), Int32Array.of(0, 2))
    assert.throws(
      () => bootstrap(2, statistic, { seed: 1 }),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
  })

  it('refuses no clusters, no samples and levels outside 0 to 1', () => {
    const refusals = [
      () => bootstrap(0, () => 0, { seed: 1 }),
      () => bootstrap(1, () => 0, { seed: 1, samples: 0 }),
      () => bootstrap(1, () => 0, { seed: 1, level: 95 }),
      () => bootstrapMean(Float64Array.of(Number.NaN), { seed: 1 }),
      () => bootstrapMean(Float64Array.of(1), { seed: 1, clusters: Int32Array.of(-1) }),
    ]
    for (const act of refusals) assert.throws(act, (error) => isSluiceError(error, 'INVALID_ARGUMENT'))
  })
})

describe('bootstrapMean', () => {
  it('has the interval of the normal approximation when values are many and independent', () => {
    const { estimate, low, high } = bootstrapMean(normals(2_000, 2), { seed: 1 })
    const halfWidth = 1.96 / Math.sqrt(2_000)
    close(estimate - low, halfWidth, 0.1 * halfWidth)
    close(high - estimate, halfWidth, 0.1 * halfWidth)
  })

  it('equals the bootstrap of a weighted mean, for single values and for clusters of several', () => {
    const values = normals(40, 3)
    for (const clusterCount of [40, 9]) {
      const clusters = Int32Array.from(values, (_, row) => row % clusterCount)
      const weightedMean = (drawn: Uint32Array) => {
        const times = Float64Array.from(clusters, (cluster) => drawn[cluster] ?? 0)
        return values.reduce((sum, value, row) => sum + value * (times[row] ?? 0), 0) / times.reduce((a, b) => a + b, 0)
      }
      const options = { seed: 7, samples: 50, level: 0.8 }
      const [fast, slow] = [
        bootstrapMean(values, { ...options, clusters }),
        bootstrap(clusterCount, weightedMean, options),
      ]
      for (const key of ['estimate', 'low', 'high'] as const) close(fast[key], slow[key])
    }
  })

  it('widens when the values of one person depend on each other', () => {
    const people = normals(100, 4)
    const values = Float64Array.from({ length: 1_000 }, (_, row) => people[row % 100] ?? 0)
    const width = ({ low, high }: { low: number; high: number }) => high - low
    const clusters = Int32Array.from(values, (_, row) => row % 100)
    const ratio = width(bootstrapMean(values, { seed: 1, clusters })) / width(bootstrapMean(values, { seed: 1 }))
    close(ratio, Math.sqrt(10), 0.4)
  })

  it('leaves out users for whom the metric is not defined', () => {
    const [value, twice] = [Float64Array.of(1, Number.NaN, 2), Float64Array.of(1, 2)]
    assert.deepEqual(bootstrapMean(value, { seed: 1 }), bootstrapMean(twice, { seed: 1 }))
  })

  it('covers the true mean about as often as its level says', () => {
    const covered = Array.from({ length: 200 }, (_, world) => {
      const { low, high } = bootstrapMean(normals(100, 100 + world), { seed: world, samples: 200, level: 0.9 })
      return low <= 0 && high >= 0
    }).filter(Boolean).length
    assert.ok(covered >= 166 && covered <= 194, `${covered} of 200`)
  })
})

describe('bootstrapMeanDifference', () => {
  it('finds a small difference between systems that agree on who is easy, which two intervals would miss', () => {
    const easy = normals(300, 5)
    const noise = normals(300, 6)
    const better = easy.map((value, user) => value + 0.05 + 0.1 * (noise[user] ?? 0))
    const difference = bootstrapMeanDifference(better, easy, { seed: 1 })
    assert.ok(difference.low > 0 && difference.high < 0.1)
    assert.ok(bootstrapMean(better, { seed: 1 }).low < bootstrapMean(easy, { seed: 1 }).high)
  })

  it('refuses systems measured on different numbers of users', () => {
    assert.throws(
      () => bootstrapMeanDifference(new Float64Array(2), new Float64Array(3), { seed: 1 }),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
  })
})

describe('quantileOfSorted', () => {
  it('interpolates between neighbours as numpy does', () => {
    const sorted = Float64Array.of(1, 2, 4, 8)
    assert.deepEqual(
      [0, 0.25, 0.5, 0.9, 1].map((share) => quantileOfSorted(sorted, share)),
      [1, 1.75, 3, 6.800000000000001, 8],
    )
    assert.equal(quantileOfSorted(new Float64Array(0), 0.5), Number.NaN)
  })
})
