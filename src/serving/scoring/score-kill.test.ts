import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS } from '../../foundation/index.ts'
import { SMALL_PAYMENTS_START_MS, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { replayDecisions } from '../replay-decisions.ts'
import { startChild } from '../testing/child.ts'
import type { ScoreChildMessage, ScoreChildSettings } from '../testing/score-child.ts'
import { PAYMENTS, type SmallPayment, smallPayments } from '../testing/small-payments.ts'
import type { ScoredAnswer } from './score-desk.ts'
import { isScoredRecord } from './scored-decision.ts'

const KILLS = 2
/** Answers after which a process is killed, in the middle of others. */
const ANSWERS = [37, 151]

describe('a scoring system that is killed under load', () => {
  it('keeps every decision that was answered, and gives each event one decision and no more', async () => {
    const directory = temporaryFolder()
    const answered = new Map<string, unknown>()
    for (let kill = 0; kill < KILLS; kill++) {
      const settings: ScoreChildSettings = { directory, from: answered.size }
      const child = startChild<ScoreChildMessage>(new URL('../testing/score-child.ts', import.meta.url), settings)
      let left = ANSWERS[kill]!
      child.onMessage(({ event, decision }) => {
        if (!answered.has(event)) answered.set(event, decision)
        if (--left === 0) child.process.kill('SIGKILL')
      })
      const { signal } = await child.ended
      assert.equal(signal, 'SIGKILL')
    }

    const application = smallPayments()
    const engine = Engine.open(application, { directory, clock: () => SMALL_PAYMENTS_START_MS + 200 * DAY_MS })
    const payments: SmallPayment[] = []
    for (const { records } of engine.log.read()) {
      for (const record of records) if (record.type === 'payment') payments.push(record as unknown as SmallPayment)
    }
    assert.ok(answered.size > 100 && payments.length >= answered.size)
    const again: ScoredAnswer[] = await Promise.all(payments.map((event) => engine.score(PAYMENTS, { event })))
    for (const [place, event] of payments.entries()) {
      const { duplicate, ...decision } = again[place]!
      assert.equal(duplicate, true)
      const first = answered.get(event.id) as ScoredAnswer | undefined
      if (first === undefined) continue
      const { duplicate: _known, ...before } = first
      assert.deepEqual(decision, before)
    }
    const decisions = new Map<string, number>()
    for (const { records } of engine.log.read()) {
      for (const record of records.filter(isScoredRecord)) {
        decisions.set(record.id, (decisions.get(record.id) ?? 0) + 1)
      }
    }
    assert.equal(decisions.size, payments.length)
    assert.deepEqual(new Set(decisions.values()), new Set([1]))
    const { different } = await replayDecisions(application, engine.log, engine.registry)
    assert.equal(different, 0)
    await engine.close()
  })
})
