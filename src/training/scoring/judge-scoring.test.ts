import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../../foundation/index.ts'
import { judgeScoring } from './judge-scoring.ts'
import type { ScoredEvents } from './scored-events.ts'

/** Events of two days, one of more and one of fewer than are looked at. */
function twoDays(): ScoredEvents {
  const days = Int32Array.from({ length: 340 }, (_, row) => (row < 300 ? 7 : 9))
  const count = days.length
  const labels = Float64Array.from({ length: count }, (_, row) => (row % 10 === 3 ? 1 : 0))
  return {
    ...{ count, labels, days, subjectCount: count, subjects: Int32Array.from(days, (_, row) => row) },
    ...{ amounts: new Float64Array(count).fill(1), actions: new Uint8Array(count), scores: [] },
    ...{ segments: new Int32Array(count), segmentNames: [''], from: 0, until: 1 },
  }
}

describe('the judgement of a scoring system', () => {
  it('holds the looks of a day against what looks at events drawn by lot find', () => {
    const events = twoDays()
    const judged = judgeScoring(events, {
      seed: 1,
      probabilities: events.labels,
      logistic: events.labels.map((x) => 1 - x),
    })
    assert.ok(judged?.logistic)
    // The first day has 30 positives of 300, the second 4 of 40, for 100 looks each.
    assert.equal(judged.model.precisionAt100, (30 + 4) / 200)
    assert.equal(judged.logistic.precisionAt100, (0 + 4) / 200)
    let found = 0
    const draws = 2_000
    for (let draw = 0; draw < draws; draw++) {
      const order = randomFrom(draw, 'lot').shuffle(Array.from({ length: events.count }, (_, row) => row))
      for (const day of [7, 9]) {
        const looked = order.filter((row) => events.days[row] === day).slice(0, 100)
        found += looked.reduce((sum, row) => sum + events.labels[row]!, 0)
      }
    }
    const byLot = found / draws / 200
    assert.ok(Math.abs(judged.constant.precisionAt100 - byLot) < 0.001, `${judged.constant.precisionAt100} ${byLot}`)
  })
})
