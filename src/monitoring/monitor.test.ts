import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS, HOUR_MS, manualClock } from '../foundation/index.ts'
import { candidates } from '../ranking/index.ts'
import { Engine } from '../serving/index.ts'
import {
  brokenSource,
  SMALL_PAYMENTS_START_MS,
  SMALL_START_MS,
  smallPaymentEvents,
  smallPaymentService,
  smallRanker,
  smallVideoEvents,
  smallVideoService,
  temporaryFolder,
} from '../testing/index.ts'
import { trainScoringSystem, trainSystem } from '../training/index.ts'
import { Monitor } from './monitor.ts'

const EVENTS = smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 1 })
const NOW = SMALL_START_MS + 25 * HOUR_MS

function watchedEngine(application = smallVideoService()) {
  const monitor = new Monitor(application)
  const clock = manualClock(NOW)
  let ticks = 0
  const stopwatch = (): number => ++ticks
  const options = { directory: temporaryFolder(), clock, stopwatch, observer: monitor }
  return { monitor, clock, engine: Engine.open(application, options) }
}

/** The value of a metric, as a scraper reads it. */
async function metric(monitor: Monitor, line: string): Promise<number> {
  const found = (await monitor.metricsText()).split('\n').find((text) => text.startsWith(`${line} `))
  return Number(found?.slice(line.length + 1))
}

describe('a monitor', () => {
  it('measures what an engine does, by system and version', async () => {
    const { monitor, clock, engine } = watchedEngine(smallVideoService({ sources: [brokenSource('broken')] }))
    await engine.accept([...EVENTS, EVENTS[0], { type: 'nope' }], {
      refused: [{ code: 'MALFORMED_JSON', message: 'line 1: expected JSON, got {', original: '{' }],
    })
    const before = await engine.rank('home', { subject: 'u1' })
    const options = { seed: 1, codeVersion: 'test', nowMs: NOW }
    await trainSystem(engine.application, 'home', engine.log, engine.registry, options)
    engine.reloadModels()
    const page = await engine.rank('home', { subject: 'u1' })
    const [first, second] = page.items
    const impression = (video: string, decision: string) => {
      return { id: `i-${decision}-${video}`, type: 'impression', at: NOW, user: 'u1', video, position: 1, decision }
    }
    clock.advance(2 * HOUR_MS)
    await engine.accept([
      impression(first!.id, page.id),
      impression(second!.id, page.id),
      impression('v1', before.id),
      { id: 'w', type: 'watch', at: NOW + 1, user: 'u1', video: first!.id, seconds: 60 },
      { id: 'later', type: 'watch', at: NOW + HOUR_MS, user: 'u2', video: 'v1', seconds: 60 },
    ])
    const { systems, events, log, faults } = monitor.report()
    const { latencyMs, missing, ...home } = systems.home!
    assert.deepEqual(home, {
      decisions: 2,
      byVersion: { none: 1, v1: 1 },
      degraded: { 'broken: failed': 2, 'ranker: no model': 1 },
      probability: home.probability,
      clickThrough: {
        none: { impressions: 1, labelled: 0, open: 0, rate: 0 },
        v1: { impressions: 2, labelled: 1, open: 0, rate: 0.5 },
      },
      unseen: [
        `click-through: ${stray()} impressions name no decision that was made since the start, and are not counted`,
      ],
    })
    assert.deepEqual(Object.keys(latencyMs), ['retrieval', 'features', 'ranking', 'reranking', 'total'])
    assert.ok(latencyMs.total!.p50 >= 4 && latencyMs.total!.count === 2)
    assert.deepEqual([home.probability.v1?.count, home.probability.none], [page.items.length, undefined])
    assert.deepEqual(Object.keys(missing), [...engine.live('home').rows.columnNames])
    assert.equal(missing.watchRate, 0)
    assert.deepEqual(events, {
      accepted: EVENTS.length + 5,
      duplicates: 1,
      rejected: 2,
      rejectedByCode: { UNKNOWN_EVENT_TYPE: 1, MALFORMED_JSON: 1 },
    })
    await engine.decisionsLogged()
    assert.deepEqual([log?.lag, log?.lost, faults], [0, 0, { count: 0 }])
    await engine.close()
  })

  it('gives the same as metrics', async () => {
    const { monitor, engine } = watchedEngine()
    await engine.accept([...EVENTS, { type: 'nope' }])
    await engine.rank('home', { subject: 'stranger' })
    await engine.decisionsLogged()
    const value = (line: string) => metric(monitor, line)
    assert.equal(await value('sluice_events_total{outcome="accepted"}'), EVENTS.length)
    assert.equal(await value('sluice_events_rejected_total{code="UNKNOWN_EVENT_TYPE"}'), 1)
    assert.equal(await value('sluice_decisions_total{system="home",version="none"}'), 1)
    assert.equal(await value('sluice_decisions_degraded_total{system="home",reason="ranker: no model"}'), 1)
    assert.equal(await value('sluice_decision_stage_ms_count{system="home",stage="total"}'), 1)
    assert.equal(await value('sluice_feature_missing_ratio{system="home",feature="genreAffinity"}'), 1)
    assert.equal(await value('sluice_log_head_offset'), EVENTS.length + 1)
    assert.equal(await value('sluice_state_lag_records'), 0)
    assert.ok((await value('process_resident_memory_bytes')) > 0)
    await engine.close()
  })

  it('counts the actions of a scoring system', async () => {
    const { monitor, engine } = watchedEngine(smallPaymentService())
    const payment = { type: 'payment', card: 'c1', terminal: 't1', amount: 1, channel: 'chip' }
    for (const id of ['p1', 'p2']) await engine.score('fraud', { event: { id, at: NOW, ...payment } })
    await engine.decisionsLogged()
    assert.equal(await metric(monitor, 'sluice_actions_total{system="fraud",action="allow"}'), 2)
    await engine.close()
  })

  it('tells which columns of a scoring system shifted from what its version was judged on', async () => {
    const application = smallPaymentService()
    const monitor = new Monitor(application)
    const now = SMALL_PAYMENTS_START_MS + 50 * DAY_MS
    const clock = manualClock(now)
    const directory = temporaryFolder()
    const engine = Engine.open(application, { directory, clock, observer: monitor })
    await engine.accept(smallPaymentEvents({ cards: 120, days: 45 }))
    const options = { seed: 1, codeVersion: 'test', nowMs: now, force: true }
    await trainScoringSystem(application, 'fraud', engine.log, engine.registry, options)
    engine.reloadModels()
    const score = (number: number) => {
      const at = clock()
      const event = { id: `s${number}`, at, card: `c${number % 120}`, terminal: `t${number % 9}`, amount: 900 }
      return engine.score('fraud', { event: { ...event, channel: number % 2 ? 'chip' : 'online' } })
    }
    for (let hour = 0; hour < 26; hour++) {
      // Few at once, so that the rows of all of them are remembered.
      for (const start of [0, 23]) {
        await Promise.all(Array.from({ length: start === 0 ? 23 : 22 }, (_, place) => score(hour * 45 + start + place)))
      }
      clock.advance(HOUR_MS)
    }
    await score(0)
    const { systems, shifts } = monitor.report()
    assert.deepEqual(systems.fraud?.byVersion, { v1: 26 * 45 })
    assert.equal(await metric(monitor, 'sluice_decisions_total{system="fraud",version="v1"}'), 26 * 45)
    const { version, columns, alarms, isKnown } = shifts.fraud!
    assert.deepEqual([version, isKnown], ['v1', true])
    assert.ok(alarms.some(({ feature }) => feature === 'amount'))
    assert.ok(!alarms.some(({ feature }) => feature === 'online'))
    assert.equal(await metric(monitor, 'sluice_feature_shift_alarms_total{system="fraud"}'), alarms.length)
    const shown = await metric(monitor, 'sluice_feature_shift{system="fraud",feature="amount"}')
    assert.equal(columns.find(({ feature }) => feature === 'amount')?.shift, Number(shown.toPrecision(4)))
    assert.equal(await metric(monitor, 'sluice_feature_missing_ratio{system="fraud",feature="amount"}'), 0)

    await monitor.save(directory)
    const later = new Monitor(application)
    later.opened(engine.log, engine.state)
    assert.equal(later.resume(directory), undefined)
    assert.equal(later.report().shifts.fraud, undefined)
    await engine.close()
  })

  it('says what it cannot see', () => {
    const nothingYet = new Monitor(smallVideoService()).report()
    assert.equal(nothingYet.log, undefined)
    assert.equal(nothingYet.systems.home?.clickThrough, null)
    assert.match(nothingYet.systems.home?.unseen.join() ?? '', /no impression has named a decision/)
    const ranking = { ...smallRanker, examples: candidates({ negatives: 4 }) }
    const blind = new Monitor(smallVideoService({ ranking })).report()
    assert.match(blind.systems.home?.unseen.join() ?? '', /does not say which event is an impression/)
  })

  it('watches the state that an erasure has made', async () => {
    const { monitor, engine } = watchedEngine()
    await engine.accept(EVENTS)
    await engine.eraseSubject({ entity: 'user', id: 'u1' })
    await engine.accept([{ id: 'after', type: 'watch', at: NOW, user: 'u2', video: 'v1', seconds: 60 }])
    assert.deepEqual(monitor.report().log, { head: engine.log.head, lag: 0, lost: 0 })
    await engine.close()
  })

  it('keeps a fault of its own from the engine, and counts it', () => {
    const monitor = new Monitor(smallVideoService())
    monitor.decided(undefined as never, undefined as never, undefined as never)
    monitor.applied(undefined as never, 1)
    const { faults } = monitor.report()
    assert.equal(faults.count, 2)
    assert.match(faults.last ?? '', /undefined/)
  })
})

/** Impressions of the generated events, which name decisions of before. */
function stray(): number {
  return EVENTS.filter(({ type }) => type === 'impression').length
}
