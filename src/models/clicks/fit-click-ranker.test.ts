import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../foundation/index.ts'
import { fitLambdaMart } from '../lambda-mart.ts'
import type { RowModel } from '../row-model.ts'
import { expectedClickRates } from './expected-click-rates.ts'
import { type ClickExamples, fitClickRanker } from './fit-click-ranker.ts'
import { harvestPropensities } from './harvest-propensities.ts'
import { PLACES, type Planted, plantClicks } from './testing/planted-clicks.ts'

const QUERIES = 150
/** Attention falls so fast that places say more of clicks than relevance does. */
const chance = (place: number, relevance: number): number => (place + 1) ** -1.5 * (0.1 + 0.9 * relevance)
const trust = (place: number, relevance: number): number => {
  const low = 0.6 / (place + 1)
  return (low + (0.95 - low) * relevance) / (place + 1)
}

/** Where a row stood on the whole is a feature too: a ranker that takes clicks as they are learns it. */
function examplesOf({ log, features }: Planted): ClickExamples {
  const places = new Float64Array(log.pairCount)
  const shown = new Float64Array(log.pairCount)
  for (const [entry, pair] of log.pairs.entries()) {
    places[pair]! += log.positions[entry]!
    shown[pair]! += 1
  }
  const rows = Float64Array.from({ length: 3 * log.pairCount }, (_, at) => {
    const [row, column] = [Math.floor(at / 3), at % 3]
    return column < 2 ? features[2 * row + column]! : places[row]! / Math.max(1, shown[row]!)
  })
  const starts = Uint32Array.from({ length: QUERIES + 1 }, (_, query) => query * PLACES)
  return { rows, rowCount: log.pairCount, featureCount: 3, starts }
}

/** The share of pairs within a list that stand in the right order. */
function rightOrder(model: RowModel, { rows, rowCount }: ClickExamples, relevance: Float64Array): number {
  const scores = new Float64Array(rowCount)
  model.scoreRows(rows, rowCount, scores)
  let [right, all] = [0, 0]
  for (let row = 0; row < rowCount; row++) {
    for (let other = row + 1; other < rowCount && Math.floor(other / PLACES) === Math.floor(row / PLACES); other++) {
      all++
      if ((scores[row]! - scores[other]!) * (relevance[row]! - relevance[other]!) > 0) right++
    }
  }
  return right / all
}

function naiveModel({ log }: Planted, examples: ClickExamples): RowModel {
  const labels = new Float64Array(log.pairCount)
  const shown = new Float64Array(log.pairCount)
  for (const [entry, pair] of log.pairs.entries()) {
    labels[pair]! += log.clicked[entry]!
    shown[pair]! += 1
  }
  const rates = labels.map((count, pair) => count / Math.max(1, shown[pair]!))
  return fitLambdaMart({ ...examples, labels: rates }, { seed: 1, labelGains: 'linear' })
}

describe('a ranker from clicks', () => {
  it('finds the planted order where one that takes clicks as they are learns the places', () => {
    const planted = plantClicks({ seed: 11, sessions: 15_000, queries: QUERIES, chance })
    const examples = examplesOf(planted)
    const { model, bias, affineAdvantage } = fitClickRanker(examples, planted.log, { seed: 1 })
    const ours = rightOrder(model, examples, planted.relevance)
    const naive = rightOrder(naiveModel(planted, examples), examples, planted.relevance)
    assert.equal(bias.method, 'harvested')
    assert.ok(affineAdvantage !== undefined)
    assert.ok(ours > 0.86 && ours > naive + 0.08, `${ours} beside ${naive}`)
  })

  it('is the same to the byte from the same clicks and seed', () => {
    const planted = plantClicks({ seed: 12, sessions: 3000, queries: QUERIES, chance })
    const examples = examplesOf(planted)
    const bias = harvestPropensities(planted.log)
    const [first, second] = [1, 2].map(() => fitClickRanker(examples, planted.log, { seed: 3, bias }))
    assert.deepEqual(first!.model.save(), second!.model.save())
    assert.deepEqual(first!.bias, bias)
  })

  it('is refused when rows and pairs differ', () => {
    const planted = plantClicks({ seed: 13, sessions: 500, queries: QUERIES, chance })
    const examples = examplesOf(planted)
    const refuses = (work: () => unknown) => assert.throws(work, (error) => isSluiceError(error, 'SHAPE_MISMATCH'))
    refuses(() => fitClickRanker({ ...examples, rowCount: 7 }, planted.log, { seed: 1 }))
  })
})

describe('what pairs would be clicked at the top', () => {
  it('is what they were clicked, where all stood at the top and often', () => {
    const rates = [0.1, 0.2, 0.4, 0.8]
    const shown = 2000
    const pairs = Int32Array.from({ length: 4 * shown }, (_, entry) => entry % 4)
    const clicked = Uint8Array.from(pairs, (pair, entry) => (Math.floor(entry / 4) < shown * rates[pair]! ? 1 : 0))
    const log = { pairs, clicked, positions: new Int32Array(4 * shown), pairCount: 5 }
    const expected = expectedClickRates(log, harvestPropensities(log))
    for (const [pair, rate] of rates.entries())
      assert.ok(Math.abs(expected.rates[pair]! - rate) < 0.02, `${expected.rates}`)
    assert.deepEqual(Array.from(expected.shown), [shown, shown, shown, shown, 0])
  })

  it('comes nearer to the truth than clicks over propensities, with trust corrected by lines', () => {
    for (const law of [chance, trust]) {
      const { log, relevance } = plantClicks({ seed: 14, sessions: 6000, queries: QUERIES, chance: law })
      const slopes = Float64Array.from(
        { length: PLACES },
        (_, place) => (law(place, 1) - law(place, 0)) / (law(0, 1) - law(0, 0)),
      )
      const floors = slopes.map((slope, place) => law(place, 0) - slope * law(0, 0))
      const none = new Float64Array(PLACES)
      const { rates } = expectedClickRates(log, {
        method: 'affine',
        slopes,
        floors,
        slopeErrors: none,
        floorErrors: none,
      })
      const plain = new Float64Array(log.pairCount)
      const shown = new Float64Array(log.pairCount)
      for (const [entry, pair] of log.pairs.entries()) {
        const position = log.positions[entry]!
        plain[pair]! += (log.clicked[entry]! - floors[position]!) / slopes[position]!
        shown[pair]! += 1
      }
      const off = (value: (pair: number) => number): number =>
        relevance.reduce((sum, grade, pair) => sum + (shown[pair]! > 0 ? (value(pair) - law(0, grade)) ** 2 : 0), 0)
      const [ours, weighed] = [off((pair) => rates[pair]!), off((pair) => plain[pair]! / shown[pair]!)]
      assert.ok(ours < 0.75 * weighed, `${ours} beside ${weighed}`)
    }
  })
})
