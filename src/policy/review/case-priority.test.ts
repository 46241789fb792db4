import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HOUR_MS } from '../../foundation/index.ts'
import { caseOrder, casePriority, expectedLoss } from './case-priority.ts'
import type { ReviewAlert, ReviewCase } from './review-case.ts'

const START = 1_700_000_000_000

function alert(amount: number, probability: number | undefined): ReviewAlert {
  return { decision: 'd', event: 'e', probability, amount, action: 'review', reasons: [], at: START }
}

describe('the priority of a case', () => {
  it('gives the same line whenever it is drawn up', () => {
    const waiting = Array.from({ length: 500 }, (_, n) => ({
      loss: (n * 7919) % 503,
      openedAt: START + ((n * 104_729) % 86_400_000),
    }))
    const cases = waiting as ReviewCase[]
    const line = [...cases].sort((a, b) => caseOrder(a, HOUR_MS) - caseOrder(b, HOUR_MS))
    for (const later of [0, 3, 24, 100]) {
      const now = START + (24 + later) * HOUR_MS
      const byPriority = [...cases].sort((a, b) => casePriority(b, now, HOUR_MS) - casePriority(a, now, HOUR_MS))
      assert.deepEqual(byPriority, line)
    }
  })

  it('orders cases at every moment as a number does that never changes', () => {
    const one = fc.record({ loss: fc.double({ min: 0, max: 1e6, noNaN: true }), openedAt: fc.nat(1e9) })
    fc.assert(
      fc.property(one, one, fc.nat(1e9), (a, b, now) => {
        const [first, second] = [a, b].map((each) => each as ReviewCase) as [ReviewCase, ReviewCase]
        const [of, than] = [casePriority(first, now, 1e8), casePriority(second, now, 1e8)]
        const order = caseOrder(first, 1e8) - caseOrder(second, 1e8)
        if (Math.abs(of - than) > 1e-9 * (of + than)) assert.equal(of > than, order < 0)
      }),
      { seed: 66, numRuns: 1000 },
    )
  })

  it('doubles when a case waits so long, and is at most that of five times its largest alert', () => {
    const [small, large] = [alert(10, 0.5), alert(400, undefined)]
    assert.equal(expectedLoss([small], 0.25), 5)
    assert.equal(expectedLoss([small, large], 0.25), 100 + 0.8 * 5)
    assert.ok(expectedLoss(Array(200).fill(small), 0.25) < 25 + 1e-9)
    const of = { loss: 99, openedAt: START } as ReviewCase
    assert.equal(casePriority(of, START, HOUR_MS), 100)
    assert.equal(casePriority(of, START + 2 * HOUR_MS, HOUR_MS), 400)
  })
})
