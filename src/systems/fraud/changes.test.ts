import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventRecord } from '../../data/index.ts'
import { DAY_MS, HOUR_MS, randomFrom } from '../../foundation/index.ts'
import { SystemChanges } from '../../monitoring/index.ts'
import { fraudApplication } from './application.ts'
import { createFraudWorld, generateFraudEvents } from './world/fraud-world.ts'

const OPTIONS = { warmUpMs: 7 * DAY_MS, referenceMs: 14 * DAY_MS }
const application = fraudApplication
const changesOf = () => SystemChanges.of(application, 'fraud', OPTIONS)!

/** A world of few days in which many numbers are stolen, so that a change is to be seen in it. */
const WORLD = { cards: 1_000, days: 28, leakedPerCardPerDay: 0.03, rings: 0 }

describe('a change of tactics', () => {
  const world = createFraudWorld({ ...WORLD, seed: 11, changeOnDay: 24 })
  const events = [...generateFraudEvents(world)]
  const whole = changesOf()
  for (const [index, record] of events.entries()) whole.applied(record, index + 1)

  it('is told within a day, without a label: what moved, how and since when', () => {
    const [alarm] = whole.alarms
    assert.ok(alarm)
    assert.ok(alarm.at >= world.changeAtMs! && alarm.at < world.changeAtMs! + DAY_MS)
    const [first] = alarm.moved
    assert.equal(first!.family, 'payment')
    assert.ok(Math.abs(first!.since.at - world.changeAtMs!) < DAY_MS)
    const { at } = events[first!.since.offset - 1]!
    assert.equal(at, first!.since.at)
  })

  it('is not told where there is none', () => {
    const calm = changesOf()
    let offset = 0
    for (const record of generateFraudEvents(createFraudWorld({ ...WORLD, seed: 12, changeOnDay: 99 }))) {
      calm.applied(record, ++offset)
    }
    assert.deepEqual(calm.alarms, [])
    assert.equal(calm.phase(world.changeAtMs!), 'watching')
  })

  it('is the same told live, in two parts with a save between them, and later from the log', () => {
    const cut = Math.floor(events.length * 0.9)
    const first = changesOf()
    for (const [index, record] of events.slice(0, cut).entries()) first.applied(record, index + 1)
    const second = changesOf().load(first.save())
    for (const [index, record] of events.slice(cut).entries()) second.applied(record, cut + index + 1)
    assert.deepEqual(second.alarms, whole.alarms)
  })

  it('leaves nothing of who was erased in what is saved', () => {
    const card = String(events.findLast(({ type }) => type === 'payment')!.card)
    const again = changesOf().load(whole.save())
    assert.ok(new TextDecoder().decode(again.save()).includes(card))
    again.forget({ entity: 'card', id: card })
    assert.ok(!new TextDecoder().decode(again.save()).includes(`\\u0000${card}"`))
  })

  it('is seen in decisions too: a rule that no longer fires, a probability that fell', () => {
    const changes = changesOf()
    const random = randomFrom(13)
    const start = Date.UTC(2025, 8, 1)
    let alarm: ReturnType<SystemChanges['applied']>
    for (let index = 0; index < 24 * 30 * 20 && !alarm; index++) {
      const at = start + index * (HOUR_MS / 20)
      const fires = random.uniform() < (at < start + 24 * DAY_MS ? 0.1 : 0.01)
      const reasons = fires ? [{ source: 'rule', name: 'velocity', because: 'x' }] : []
      const said = {
        probability: fires ? 0.5 : 0.002,
        action: fires ? 'review' : 'allow',
        alert: fires ? 'action' : null,
      }
      const record: EventRecord = { id: `s${index}`, type: '$decision', at, system: 'fraud', reasons, ...said }
      alarm = changes.applied(record, index)
    }
    assert.ok(alarm && alarm.at > start + 24 * DAY_MS && alarm.at < start + 26 * DAY_MS)
    const streams = alarm.moved.map(({ stream }) => stream)
    assert.ok(
      streams.some((name) => /rule velocity|review|probability|alert/.test(name)),
      streams.join(),
    )
    assert.ok(
      alarm.moved.every(
        ({ oddsRatio, stream }) => oddsRatio < 1 || stream.includes('allow') || stream.includes('0.001'),
      ),
    )
  })
})
