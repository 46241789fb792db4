import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type ErrorCode, isSluiceError } from '../../foundation/index.ts'
import { fitAffineBias } from './affine-bias.ts'
import { type ClickLog, countClicks, everyQuery } from './click-log.ts'
import { estimateClickBias } from './estimate-click-bias.ts'
import { expectedClickRates } from './expected-click-rates.ts'
import { harvestPropensities } from './harvest-propensities.ts'
import { regressPropensities } from './regress-propensities.ts'
import { PLACES, plantClicks } from './testing/planted-clicks.ts'

const LOOKS = Array.from({ length: PLACES }, (_, place) => 1 / (place + 1))
/** One look in ten ends in a click on nothing in particular. */
const withNoise = (place: number, relevance: number): number => LOOKS[place]! * (0.1 + 0.9 * relevance)
/** What stands at the top is clicked for standing there. */
const withTrust = (place: number, relevance: number): number => {
  const low = 0.6 / (place + 1)
  return LOOKS[place]! * (low + (0.95 - low) * relevance)
}
const byRank = (planted: Float64Array, errors: Float64Array, truth: readonly number[]): number[] =>
  Array.from(planted).map((value, place) =>
    place === 0 ? value - truth[0]! : (value - truth[place]!) / errors[place]!,
  )

/** `[pair, position, shown, clicks]` as a log. */
function logOf(cells: readonly (readonly [number, number, number, number])[], pairCount: number): ClickLog {
  const entries = cells.flatMap(([pair, position, shown, clicks]) =>
    Array.from({ length: shown }, (_, index) => [pair, position, index < clicks ? 1 : 0] as const),
  )
  return {
    pairs: Int32Array.from(entries, ([pair]) => pair),
    positions: Int32Array.from(entries, ([, position]) => position),
    clicked: Uint8Array.from(entries, ([, , clicked]) => clicked),
    pairCount,
  }
}

describe('a click log', () => {
  it('is summed up as a map from pair and position would be', () => {
    const entry = fc.record({ pair: fc.nat(6), position: fc.nat(4), clicked: fc.nat(1) })
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 60 }), (entries) => {
        const naive = new Map<string, [number, number]>()
        for (const { pair, position, clicked } of entries) {
          const [shown, clicks] = naive.get(`${pair} ${position}`) ?? [0, 0]
          naive.set(`${pair} ${position}`, [shown + 1, clicks + clicked])
        }
        const { starts, positions, shown, clicks } = countClicks({
          pairs: Int32Array.from(entries, ({ pair }) => pair),
          positions: Int32Array.from(entries, ({ position }) => position),
          clicked: Uint8Array.from(entries, ({ clicked }) => clicked),
          pairCount: 7,
        })
        assert.equal(starts[7], naive.size)
        for (let pair = 0; pair < 7; pair++) {
          for (let cell = starts[pair]!; cell < starts[pair + 1]!; cell++) {
            assert.deepEqual([shown[cell], clicks[cell]], naive.get(`${pair} ${positions[cell]}`))
          }
        }
      }),
      { seed: 4, numRuns: 200 },
    )
  })

  it('may be looked at by some of its queries', () => {
    const { log } = plantClicks({ seed: 9, sessions: 300, chance: withNoise })
    const third = everyQuery(countClicks(log), 3)
    const kept = (_: unknown, entry: number): boolean => log.queries[log.pairs[entry]!]! % 3 === 0
    const numbers = new Map(
      Array.from(log.queries.keys())
        .filter((pair) => log.queries[pair]! % 3 === 0)
        .map((pair, index) => [pair, index]),
    )
    const same = countClicks({
      pairs: log.pairs.filter(kept).map((pair) => numbers.get(pair)!),
      positions: log.positions.filter(kept),
      clicked: log.clicked.filter(kept),
      pairCount: numbers.size,
      queries: Int32Array.from(numbers.keys(), (pair) => log.queries[pair]! / 3),
    })
    assert.deepEqual(third, same)
  })

  it('is refused when it does not fit together', () => {
    const good = logOf([[0, 0, 5, 2]], 1)
    const refuses = (log: Partial<ClickLog>, code: ErrorCode) =>
      assert.throws(
        () => countClicks({ ...good, ...log }),
        (error) => isSluiceError(error, code),
      )
    refuses({ pairs: new Int32Array(0) }, 'NO_TRAINING_DATA')
    refuses({ positions: new Int32Array(2) }, 'SHAPE_MISMATCH')
    refuses({ clicked: new Uint8Array(5).fill(2) }, 'OUT_OF_RANGE')
    refuses({ pairs: new Int32Array(5).fill(1) }, 'OUT_OF_RANGE')
    refuses({ positions: new Int32Array(5).fill(200) }, 'OUT_OF_RANGE')
    refuses({ positions: new Int32Array(5).fill(-1) }, 'OUT_OF_RANGE')
    refuses({ queries: new Int32Array(3) }, 'SHAPE_MISMATCH')
  })
})

describe('propensities harvested from pairs that changed places', () => {
  it('are the ratio of click rates where one pair stood at two places', () => {
    const { slopes, slopeErrors, floors } = harvestPropensities(
      logOf(
        [
          [0, 0, 4000, 2000],
          [0, 1, 10_000, 1000],
        ],
        1,
      ),
    )
    assert.ok(Math.abs(slopes[1]! - 0.2) < 1e-4)
    assert.deepEqual([slopes[0], slopeErrors[0], floors[1]], [1, 0, 0])
  })

  it('are those that were planted, within their errors, whatever noise is clicked', () => {
    const offs: number[] = []
    for (let seed = 1; seed <= 8; seed++) {
      const { slopes, slopeErrors } = harvestPropensities(plantClicks({ seed, sessions: 8000, chance: withNoise }).log)
      offs.push(...byRank(slopes, slopeErrors, LOOKS).slice(1))
    }
    const spread = Math.sqrt(offs.reduce((sum, off) => sum + off * off, 0) / offs.length)
    assert.ok(
      offs.every((off) => Math.abs(off) < 4),
      offs.join(' '),
    )
    assert.ok(spread > 0.6 && spread < 1.5, `${spread} standard errors`)
  })

  it('are not moved by what is clicked in all, by pairs that never moved, or by the numbering of pairs', () => {
    const cells = [
      [0, 0, 500, 200],
      [0, 1, 500, 90],
      [1, 1, 300, 60],
      [1, 2, 400, 40],
      [2, 0, 50, 10],
      [2, 2, 90, 6],
    ] as const
    const { slopes } = harvestPropensities(logOf(cells, 3))
    const still = harvestPropensities(logOf([...cells, [3, 2, 1000, 900]], 4))
    const turned = harvestPropensities(
      logOf(
        cells.map(([pair, ...rest]) => [2 - pair, ...rest] as const),
        3,
      ),
    )
    for (const other of [still, turned]) {
      for (const [place, slope] of slopes.entries()) assert.ok(Math.abs(other.slopes[place]! - slope) < 1e-9)
    }
  })

  it('are refused for a place that no clicked pair links with the top', () => {
    for (const cells of [
      [
        [0, 0, 9, 3],
        [1, 1, 9, 3],
      ],
      [
        [0, 0, 9, 0],
        [0, 1, 9, 0],
      ],
    ] as const) {
      assert.throws(
        () => harvestPropensities(logOf(cells, 2)),
        (error) => isSluiceError(error, 'NO_TRAINING_DATA'),
      )
    }
  })
})

describe('lines for trust in the top', () => {
  const lines = (chance: (place: number, relevance: number) => number) => {
    const low = LOOKS.map((_, place) => chance(place, 0))
    const rise = LOOKS.map((_, place) => chance(place, 1) - low[place]!)
    const slopes = rise.map((value) => value / rise[0]!)
    return { slopes, floors: low.map((value, place) => value - slopes[place]! * low[0]!) }
  }

  it('are those that were planted, within their errors', () => {
    const { log } = plantClicks({ seed: 1, sessions: 30_000, chance: withTrust })
    const { slopes, slopeErrors, floors, floorErrors } = fitAffineBias(log)
    const truth = lines(withTrust)
    const offs = [...byRank(slopes, slopeErrors, truth.slopes), ...byRank(floors, floorErrors, truth.floors)]
    assert.ok(
      offs.every((off) => Math.abs(off) < 4),
      offs.join(' '),
    )
    assert.ok(
      floors.slice(1).every((floor) => floor < -0.05),
      'trust has floors below 0',
    )
  })

  it('are taken where they foretell clicks better, and propensities are kept where they do not', () => {
    const trusting = estimateClickBias(plantClicks({ seed: 2, sessions: 20_000, chance: withTrust }).log)
    const noisy = estimateClickBias(plantClicks({ seed: 3, sessions: 20_000, chance: withNoise }).log)
    assert.deepEqual([trusting.bias.method, noisy.bias.method], ['affine', 'harvested'])
    assert.ok(trusting.affineAdvantage!.mean > 5 * trusting.affineAdvantage!.standardError)
  })
})

describe('deep positions that nothing links with the top', () => {
  it('are left out when hardly anybody saw them, and what was shown there teaches nothing', () => {
    const { log } = plantClicks({ seed: 7, sessions: 4000, chance: withNoise })
    const deep = (entries: number): ClickLog => ({
      ...log,
      pairs: Int32Array.from([...log.pairs, ...new Int32Array(entries).fill(3)]),
      positions: Int32Array.from([...log.positions, ...new Int32Array(entries).fill(40)]),
      clicked: Uint8Array.from([...log.clicked, ...new Uint8Array(entries)]),
    })
    const { bias } = estimateClickBias(deep(1000))
    assert.deepEqual(bias, estimateClickBias(log).bias)
    assert.deepEqual(expectedClickRates(deep(1000), bias), expectedClickRates(log, bias))
    assert.throws(
      () => estimateClickBias(deep(4000)),
      (error) => isSluiceError(error, 'NO_TRAINING_DATA'),
    )
  })
})

describe('propensities by regression', () => {
  it('are those that were planted, to an eighth, though every document keeps its place', () => {
    const { log, features } = plantClicks({
      seed: 5,
      sessions: 20_000,
      queries: 300,
      keepsPlaces: true,
      chance: withNoise,
    })
    assert.throws(
      () => estimateClickBias(log),
      (error) => isSluiceError(error, 'NO_TRAINING_DATA'),
    )
    const { bias, affineAdvantage } = estimateClickBias(log, { rows: features, featureCount: 2 })
    assert.deepEqual([bias.method, affineAdvantage], ['regressed', undefined])
    for (const [place, look] of LOOKS.entries())
      assert.ok(Math.abs(Math.log(bias.slopes[place]! / look)) < 0.125, `${bias.slopes}`)
  })

  it('are refused without a row a pair, or without a click', () => {
    const { log, features } = plantClicks({ seed: 6, sessions: 50, chance: () => 0 })
    const refuses = (rows: Float64Array, code: ErrorCode) =>
      assert.throws(
        () => regressPropensities(log, { rows, featureCount: 2 }),
        (error) => isSluiceError(error, code),
      )
    refuses(features.slice(2), 'SHAPE_MISMATCH')
    refuses(features, 'NO_TRAINING_DATA')
  })
})
