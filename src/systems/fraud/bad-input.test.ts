import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HOUR_MS, isSluiceError, MINUTE_MS, manualClock } from '../../foundation/index.ts'
import { Engine } from '../../serving/index.ts'
import { temporaryFolder } from '../../testing/index.ts'
import { fraudApplication } from './application.ts'

const NOW = Date.UTC(2026, 4, 4, 12)
const SYSTEM = 'fraud'

function payment(id: string, minutes: number, fields: object = {}) {
  return { id, at: NOW + minutes * MINUTE_MS, card: 'c1', terminal: 't1', amount: 30, ...fields }
}

function openEngine(): Engine {
  return Engine.open(fraudApplication, { directory: temporaryFolder(), clock: manualClock(NOW) })
}

/** Payments of one card at one terminal; what is sent between them is of nobody that they name. */
const GOOD = Array.from({ length: 6 }, (_, index) => payment(`good-${index}`, index))

describe('the fraud application, of input that makes no sense', () => {
  let calm: Engine
  let disturbed: Engine
  before(() => {
    calm = openEngine()
    disturbed = openEngine()
  })
  after(async () => {
    await calm.close()
    await disturbed.close()
  })

  const between: readonly (() => Promise<unknown>)[] = [
    async () => {
      const refused: readonly [object, string][] = [
        [{ amount: -5 }, 'OUT_OF_RANGE'],
        [{ amount: 1e300 }, 'OUT_OF_RANGE'],
        [{ amount: '30' }, 'WRONG_TYPE'],
        [{ amount: null }, 'MISSING_FIELD'],
        [{ at: NOW + 25 * HOUR_MS }, 'TIMESTAMP_IN_FUTURE'],
        [{ at: Math.floor(NOW / 1000) }, 'TIMESTAMP_IN_SECONDS'],
      ]
      for (const [place, [fields, code]] of refused.entries()) {
        const event = payment(`bad-${place}`, 0, fields)
        await assert.rejects(disturbed.score(SYSTEM, { event }), (error) => isSluiceError(error) && error.code === code)
      }
    },
    async () => {
      const unknown = payment('unknown', 1, { card: 'nobody knows', terminal: 'nor where', amount: 0 })
      const { action, degraded } = await disturbed.score(SYSTEM, { event: unknown })
      assert.deepEqual([action, degraded], ['allow', ['model: missing']])
    },
    async () => {
      // A clock that is a day fast, and one that is months slow.
      for (const [id, at] of [
        ['fast', NOW + 23 * HOUR_MS],
        ['slow', NOW - 2_000 * HOUR_MS],
      ] as const) {
        const event = payment(id, 0, { at, card: `c-${id}`, terminal: `t-${id}` })
        assert.equal((await disturbed.score(SYSTEM, { event })).action, 'allow')
      }
    },
    async () => {
      const first = await disturbed.score(SYSTEM, { event: GOOD[2] })
      const again = await disturbed.score(SYSTEM, { event: { ...GOOD[2], amount: 99_999 } })
      assert.deepEqual([again.duplicate, again.id, again.amount], [true, first.id, 30])
    },
    async () => {
      const report = { type: 'report', at: NOW, card: 'c-other', terminal: 't-other', fraud: true }
      const said = [
        { ...report, id: 'r1', payment: 'there never was one' },
        { ...report, id: 'r2', payment: 'unknown' },
        { ...report, id: 'r3', payment: 'unknown', fraud: false },
        { ...report, id: 'r2', payment: 'unknown', fraud: false },
      ]
      const { accepted, duplicates, rejected } = await disturbed.accept(said)
      assert.deepEqual([accepted, duplicates, rejected], [3, 1, []])
    },
  ]

  it('decides about everybody else as if it had never come', async () => {
    for (const [index, event] of GOOD.entries()) {
      const expected = await calm.score(SYSTEM, { event })
      const { action, reasons, rowsHash, probability, degraded } = await disturbed.score(SYSTEM, { event })
      assert.deepEqual(
        { action, reasons, rowsHash, probability, degraded },
        {
          action: expected.action,
          reasons: expected.reasons,
          rowsHash: expected.rowsHash,
          probability: null,
          degraded: ['model: missing'],
        },
        event.id,
      )
      await between[index]?.()
    }
    assert.equal((await calm.score(SYSTEM, { event: payment('last', 7) })).action, 'review')
  })

  it('keeps what it refused where people can see it', () => {
    const refused = disturbed.log.readQuarantine().inputs.map(({ code }) => code)
    // Newest first.
    assert.deepEqual(refused, [
      ...['TIMESTAMP_IN_SECONDS', 'TIMESTAMP_IN_FUTURE', 'MISSING_FIELD', 'WRONG_TYPE'],
      ...['OUT_OF_RANGE', 'OUT_OF_RANGE'],
    ])
  })
})
