import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Interval } from '../evaluation/index.ts'
import type { RankingJudgement } from './judge-ranking.ts'
import { promotionGate } from './promotion-gate.ts'

const interval = (estimate: number): Interval => ({
  estimate,
  low: estimate - 0.01,
  high: estimate + 0.01,
  level: 0.95,
  samples: 1_000,
  undefinedSamples: 0,
})
const quality = { auc: null, ndcgAt10: interval(0.5) }

function judgement(overPopular: number, overChampion?: number): RankingJudgement {
  return {
    rows: 10,
    lists: 2,
    positives: 3,
    model: { ...quality, logLoss: 0.3, brier: 0.1, calibrationError: 0 },
    popular: quality,
    random: quality,
    gainOverPopular: interval(overPopular),
    ...(overChampion === undefined ? {} : { gainOverChampion: interval(overChampion) }),
  }
}

describe('the promotion gate', () => {
  const cases = [
    ['holds for a first model that beats "popular"', promotionGate(judgement(0.02), {}), []],
    ['does not hold where the gain may be chance', promotionGate(judgement(0.01), {}), [/"popular"/]],
    [
      'holds for a model that is not worse than the champion beyond chance',
      promotionGate(judgement(0.1, -0.01), {}),
      [],
    ],
    ['does not hold for one that is worse', promotionGate(judgement(0.1, -0.02), {}), [/over the champion/]],
    ['asks for the gain that the problem names', promotionGate(judgement(0.1, 0.02), { minimumGain: 0.03 }), [/0\.03/]],
    ['holds when that gain is there', promotionGate(judgement(0.1, 0.03), { minimumGain: 0.03 }), []],
    [
      'names every reason',
      promotionGate(judgement(0, -0.02), { minimumGain: 0.03 }),
      [/"popular"/, /not below/, /0\.03/],
    ],
    ['does not hold without a judgement', promotionGate(undefined, {}), [/no held-out list/]],
  ] as const
  for (const [title, { holds, reasons }, expected] of cases) {
    it(title, () => {
      assert.equal(holds, expected.length === 0)
      assert.equal(reasons.length, expected.length)
      for (const [index, pattern] of expected.entries()) assert.match(reasons[index] ?? '', pattern)
    })
  }
})
