import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Application } from '../../application/index.ts'
import { EventRows, FeatureState } from '../../features/index.ts'
import { DAY_MS, HOUR_MS, isSluiceError, manualClock } from '../../foundation/index.ts'
import { SMALL_PAYMENTS_START_MS, temporaryFolder } from '../../testing/index.ts'
import { loadScoringModel } from '../../training/index.ts'
import { Engine } from '../engine.ts'
import { replayDecisions } from '../replay-decisions.ts'
import { PAYMENTS, promoteSmallModel, smallPayments, steadyPayments } from '../testing/small-payments.ts'
import type { ScoredAnswer } from './score-desk.ts'

const NOW = SMALL_PAYMENTS_START_MS + 40 * HOUR_MS
const EVENTS = steadyPayments(1_500)

function open(application: Application, directory = temporaryFolder()): Engine {
  return Engine.open(application, { directory, clock: manualClock(NOW) })
}

describe('a scoring system', () => {
  const application = smallPayments()
  const directory = temporaryFolder()
  let engine: Engine
  let answers: ScoredAnswer[]
  before(async () => {
    engine = open(application, directory)
    promoteSmallModel(application, directory)
    engine.reloadModels()
    // Some come at once, so that a commit holds several that wait.
    const answered: Promise<ScoredAnswer>[] = []
    for (const [index, event] of EVENTS.entries()) {
      answered.push(engine.score(PAYMENTS, { event }))
      if (index % 20 === 0) await answered.at(-1)
    }
    answers = await Promise.all(answered)
  })
  after(() => engine.close())

  it('gives every event the probability that an offline replay gives it, to the bit', () => {
    const state = new FeatureState(application.schema, application.aggregates)
    const rows = new EventRows(application.features, state, 'payment')
    const champion = engine.registry.champion(PAYMENTS)!
    const system = application.systems[PAYMENTS]!
    assert.equal(system.task, 'classification')
    const model = loadScoringModel(system, application.features.columnNames, engine.registry.artifacts(champion))
    const byEvent = new Map(answers.map((answer) => [answer.event, answer]))
    const row = new Float64Array(rows.width)
    let compared = 0
    for (const { firstOffset, records } of engine.log.read()) {
      for (const [index, record] of records.entries()) {
        state.apply(firstOffset + index, record)
        if (record.type !== 'payment') continue
        rows.fill(record, row)
        const answer = byEvent.get(record.id)
        assert.equal(answer?.asOf, firstOffset + index)
        assert.equal(answer?.probability, model.probabilityOf(row))
        compared++
      }
    }
    assert.equal(compared, EVENTS.length)
    assert.ok(new Set(answers.map(({ probability }) => probability)).size > 100)
  })

  it('does what rules and the model ask for, and says why', () => {
    const actions = Map.groupBy(answers, ({ action }) => action)
    assert.deepEqual([...actions.keys()].sort(), ['allow', 'block', 'review'])
    for (const { reasons, probability } of actions.get('block')!) {
      assert.ok(reasons.some(({ source, action }) => source === 'model' && action === 'block') && probability! >= 0.9)
      assert.ok(reasons.some(({ source, because }) => source === 'feature' && /raises|lowers/.test(because)))
    }
    const velocity = answers.find(({ reasons }) => reasons.some(({ name }) => name === 'velocity'))
    assert.equal(velocity?.reasons[0]?.because, 'many payments in an hour')
  })

  it('makes every decision again from the log to the byte', async () => {
    const report = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual(report.differences, [])
    assert.equal(report.decisions, EVENTS.length)
    assert.equal(report.notComparable, 0)
  })

  it('answers the same event with the same decision, and says so, whatever else the event says now', async () => {
    const [event] = EVENTS
    const head = engine.log.head
    const again = await engine.score(PAYMENTS, { event })
    assert.deepEqual(again, { ...answers[0], duplicate: true })
    const other = await engine.score(PAYMENTS, { event: { ...event, amount: 99_999 } })
    assert.deepEqual(other, again)
    assert.equal(engine.log.head, head)
  })

  it('decides once about an event that comes several times at once', async () => {
    const event = { ...EVENTS[3]!, id: 'at-once', at: NOW }
    const several = await Promise.all(Array.from({ length: 5 }, () => engine.score(PAYMENTS, { event })))
    assert.deepEqual(new Set(several.map(({ id }) => id)).size, 1)
    assert.deepEqual(
      several.map(({ duplicate }) => duplicate === true),
      [false, true, true, true, true],
    )
    assert.equal([...engine.log.recordsOf({ entity: '$decision', id: several[0]!.id })].length, 1)
  })

  it('decides later about an event that came in another way, and says so', async () => {
    const event = { ...EVENTS[4]!, id: 'by-itself', at: NOW }
    await engine.accept([event, { ...event, id: 'behind-it' }])
    const late = await engine.score(PAYMENTS, { event })
    assert.deepEqual([late.duplicate, late.degraded], [true, ['state: later']])
    assert.equal(late.asOf, engine.log.head - 1 - Number(late.alert !== null))
    const { different } = await replayDecisions(application, engine.log, engine.registry, { limit: 5 })
    assert.equal(different, 0)
  })

  it('refuses what does not fit the schema with the code of the log, and keeps it in the quarantine', async () => {
    const event = EVENTS[0]!
    const refusals = [
      [{ ...event, id: 'x1', amount: -1 }, 'OUT_OF_RANGE'],
      [{ ...event, id: 'x2', amount: 1e9 }, 'OUT_OF_RANGE'],
      [{ ...event, id: 'x3', at: NOW + 2 * DAY_MS }, 'TIMESTAMP_IN_FUTURE'],
      [{ ...event, id: 'x4', card: undefined }, 'MISSING_FIELD'],
      [{ ...event, id: undefined }, 'MISSING_FIELD'],
      ['no event', 'WRONG_TYPE'],
    ] as const
    const before = engine.log.readQuarantine().inputs.length
    for (const [refused, code] of refusals) await assert.rejects(engine.score(PAYMENTS, { event: refused }), has(code))
    assert.equal(engine.log.readQuarantine().inputs.length, before + refusals.length)
    const report = { id: 'r', type: 'report', at: NOW, payment: 'p1', card: 'c1', fraud: true }
    await assert.rejects(engine.score(PAYMENTS, { event: report }), has('INVALID_ARGUMENT'))
  })

  it('answers about a card without a payment, and about a card that nobody knows', async () => {
    for (const subject of ['c1', 'nobody']) {
      const answer = await engine.score(PAYMENTS, { subject })
      assert.deepEqual([answer.event, answer.alert, answer.degraded], [null, null, []])
      assert.ok(answer.probability! > 0)
    }
    const { different } = await replayDecisions(application, engine.log, engine.registry, { limit: 2 })
    assert.equal(different, 0)
  })

  it('explains a decision, remembered or made again', async () => {
    for (const answer of [answers[0]!, answers.at(-1)!]) {
      const { reproduced, explanation } = await engine.scoring.explain(answer)
      assert.equal(reproduced, true)
      const sum = explanation!.contributions.reduce((total, { contribution }) => total + contribution, 0)
      assert.ok(Math.abs(explanation!.baseline + sum - explanation!.score) < 1e-9)
    }
  })

  it('has the same answers after it was opened again', async () => {
    await engine.close()
    engine = open(application, directory)
    for (const place of [0, 700, 1_499]) {
      const again = await engine.score(PAYMENTS, { event: EVENTS[place]! })
      assert.deepEqual(again, { ...answers[place], duplicate: true })
    }
  })
})

describe('a scoring system without a model', () => {
  it('decides by rules alone, and says so', async () => {
    const application = smallPayments()
    const engine = open(application)
    const answers: ScoredAnswer[] = []
    for (const event of EVENTS.slice(0, 60)) answers.push(await engine.score(PAYMENTS, { event }))
    assert.ok(answers.every(({ probability, degraded }) => probability === null && degraded[0] === 'model: missing'))
    assert.ok(answers.some(({ action }) => action === 'review'))
    const { different, decisions } = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual([different, decisions], [0, 60])
    await engine.close()
  })
})

function has(code: string) {
  return (error: unknown) => isSluiceError(error) && error.code === code
}
