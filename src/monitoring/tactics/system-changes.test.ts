import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventRecord } from '../../data/index.ts'
import { DAY_MS, HOUR_MS, randomFrom } from '../../foundation/index.ts'
import { createFraudWorld, findApplication, generateFraudEvents } from '../../systems/index.ts'
import { bandEdges, bandName, bandOf } from './amount-bands.ts'
import { DecisionStreams } from './decision-streams.ts'
import { FeatureStreams } from './feature-streams.ts'
import { SystemChanges } from './system-changes.ts'

const OPTIONS = { warmUpMs: 7 * DAY_MS, referenceMs: 14 * DAY_MS }
const application = findApplication('fraud')
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

describe('streams', () => {
  it('have bands about limits, the one just under each limit by itself', () => {
    const edges = bandEdges([200, 5])
    assert.deepEqual(edges, [4, 5, 160, 200])
    assert.deepEqual(
      [0, 4, 4.5, 199, 200, 201].map((amount) => bandOf(edges, amount)),
      [0, 0, 1, 3, 3, 4],
    )
    assert.deepEqual(
      [0, 3, 4].map((band) => bandName(edges, band)),
      ['up to 4', 'above 160 up to 200', 'above 200'],
    )
    assert.equal(bandName([], 0), 'any amount')
  })

  it('have a name for every signal that fires at a decision', () => {
    const streams = new DecisionStreams(['velocity', 'ring'])
    const reasons = [
      { source: 'rule', name: 'ring' },
      { source: 'model', name: 'velocity' },
    ]
    const record = { id: 'x', type: '$decision', at: 0, probability: 0.02, action: 'block', alert: 'action', reasons }
    const names = streams.fired(record).map((signal) => streams.streamName(signal))
    assert.deepEqual(names, ['probability above 0.01 up to 0.03', 'action block', 'any alert', 'rule ring'])
    const silent = streams.fired({ ...record, probability: null, action: 'allow', alert: null, reasons: [] })
    assert.deepEqual(
      silent.map((signal) => streams.streamName(signal)),
      ['no probability', 'action allow'],
    )
  })

  it('lay the bins of features at quantiles of the first rows', () => {
    const streams = new FeatureStreams(['amount', 'age'])
    for (let row = 0; row < 2_000; row++) assert.deepEqual(streams.fired(Float64Array.of(row, 1)), [])
    const named = (row: Float64Array) => streams.fired(row).map((signal) => streams.streamName(signal))
    assert.deepEqual(named(Float64Array.of(1_500, Number.NaN)), ['amount above 1000 up to 1800', 'age not known'])
    assert.deepEqual(named(Float64Array.of(5_000, 1)), ['amount above 1980', 'age up to 1'])
  })
})
