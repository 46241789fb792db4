import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { DAY_MS, isSluiceError, manualClock } from '../../foundation/index.ts'
import { ACTIONS } from '../../policy/index.ts'
import { SMALL_PAYMENTS_START_MS, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { replayDecisions } from '../replay-decisions.ts'
import { scanBytes } from '../scan-bytes.ts'
import { PAYMENTS, promoteSmallModel, smallPayments, steadyPayments } from '../testing/small-payments.ts'
import { backtestEvents } from './backtest-log.ts'
import type { ScoredAnswer } from './score-desk.ts'

const NOW = SMALL_PAYMENTS_START_MS + 2 * DAY_MS
const EVENTS = steadyPayments(1_500)
const application = smallPayments({ review: { secondLook: 0.5, exploration: 0.1 } })
const RULES = `rule velocity when cardCount.1h > 3 then review
rule small when amount < 5 and probability < 0.5 then block because "small"
rule split when amount / terminalReports > 2 then step-up`

describe('the policy of a scoring system', () => {
  const directory = temporaryFolder()
  const clock = manualClock(NOW)
  const answers: ScoredAnswer[] = []
  let engine: Engine
  before(async () => {
    engine = Engine.open(application, { directory, clock })
    promoteSmallModel(application, directory)
    engine.reloadModels()
    await engine.change((policies) => policies.draftRules(PAYMENTS, { rules: RULES, by: 'ann' }))
    await block('terminal', 't3')
    for (let from = 0; from < EVENTS.length; from += 50) {
      const some = EVENTS.slice(from, from + 50)
      answers.push(...(await Promise.all(some.map((event) => engine.score(PAYMENTS, { event })))))
    }
  })
  after(() => engine.close())

  function block(entity: string, key: string, expiresAt?: number): Promise<void> {
    const entry = { kind: 'add', list: 'block', entity, key, reason: 'known', by: 'ann', expiresAt } as const
    return engine.change((policies) => policies.changeList(PAYMENTS, entry))
  }

  async function reopen(): Promise<void> {
    await engine.close()
    engine = Engine.open(application, { directory, clock })
  }

  it('decides in a backtest what it decides live, event for event', async () => {
    const { rules = '' } =
      application.systems[PAYMENTS]!.task === 'classification' ? application.systems[PAYMENTS]!.policy : {}
    const { offsets, actions, report } = await backtestEvents(engine, PAYMENTS, { rules })
    const live = new Map(answers.map((answer) => [answer.eventOffset, answer.action]))
    assert.equal(offsets.length, EVENTS.length)
    for (const [event, offset] of offsets.entries()) assert.equal(ACTIONS[actions[event]!], live.get(offset))
    assert.equal(report.difference?.newlyBlocked.events, 0)
    assert.ok(report.actions.review.events > 0 && report.actions.block.events > 0 && report.actions.allow.events > 0)
    const other = await backtestEvents(engine, PAYMENTS, { rules: RULES })
    assert.ok(other.report.difference!.newlyBlocked.events > 0)
    assert.ok(other.report.rules[2]!.unknown > 0, 'a division by zero is unknown')
  })

  it('reviews a share of what nobody asked to review, with the chance that it had', () => {
    const others = answers.filter(({ action }) => action !== 'review')
    const explored = others.filter(({ alert }) => alert === 'exploration')
    assert.ok(Math.abs(explored.length / others.length - 0.1) < 0.03)
    assert.ok(others.every(({ reviewPropensity }) => reviewPropensity === 0.1))
    assert.ok(
      answers.every(
        ({ action, alert, reviewPropensity }) => action !== 'review' || (alert === 'action' && reviewPropensity === 1),
      ),
    )
  })

  it('is the same after it was opened again, from the snapshot and from the log', async () => {
    await engine.change((policies) => policies.claim(PAYMENTS, { reviewer: 'eve' }))
    const policy = () => {
      const { lists, rules, review, counts } = engine.scoring.policies.of(PAYMENTS)
      const cases = [...review.cases()]
      return {
        entries: [...lists.entries(0)],
        versions: rules.versions,
        cases,
        counts: counts.counts(),
        reviewers: review.reviewers(),
      }
    }
    const first = policy()
    assert.ok(first.cases.length > 0 && first.entries.length === 1 && first.versions.length === 1)
    await reopen()
    assert.deepEqual(policy(), first)
    await engine.close()
    rmSync(join(directory, 'policy.snapshot'))
    engine = Engine.open(application, { directory, clock })
    assert.deepEqual(policy(), first)
  })

  it('tells a label that a crash kept out of the log once it is warm', async () => {
    const held = await engine.change((policies) => policies.claim(PAYMENTS, { reviewer: 'eve' }))
    const id = `verdict-by-hand`
    const change = {
      kind: 'verdict',
      case: held!.id,
      reviewer: 'eve',
      verdict: 'fraud',
      seen: held!.alerts.length,
      at: NOW,
    }
    const names = [{ entity: 'card', id: held!.subject }]
    engine.saveSnapshot()
    // As a process leaves it that dies behind the verdict: no label follows.
    await engine.log.appendInternal([{ id, type: '$review', at: NOW, system: PAYMENTS, names, change }], () => names)
    const copy = engine.log.head
    await engine.close()
    rmSync(join(directory, 'policy.snapshot'))
    engine = Engine.open(application, { directory, clock })
    assert.equal(engine.log.head, copy)
    await engine.warmUp()
    const reports = [...engine.log.recordsOf(names[0]!)].filter(({ record }) => record.type === 'report')
    assert.equal(reports.length, held!.alerts.length)
    const head = engine.log.head
    await engine.warmUp()
    assert.equal(engine.log.head, head)
  })

  it('takes reports of payments that nobody knows, and of two about one payment the later one', async () => {
    const report = (id: string, payment: string, fraud: boolean) => ({
      id,
      type: 'report',
      at: NOW,
      payment,
      card: 'c1',
      fraud,
    })
    const known = EVENTS[5]!.id
    const { accepted } = await engine.accept([
      report('r1', 'no such payment', true),
      report('r2', known, true),
      report('r3', known, false),
    ])
    assert.equal(accepted, 3)
    const all = await backtestEvents(engine, PAYMENTS, { rules: 'rule every when amount >= 0 then review' })
    const before = all.report.rules[0]!.fired.frauds
    await engine.accept([report('r4', known, true)])
    const after = await backtestEvents(engine, PAYMENTS, { rules: 'rule every when amount >= 0 then review' })
    assert.equal(after.report.rules[0]!.fired.frauds, before + 1)
  })

  it('refuses rules and changes that make no sense, with what is there unchanged', async () => {
    const draft = (rules: string) => engine.change((policies) => policies.draftRules(PAYMENTS, { rules, by: 'ann' }))
    await assert.rejects(draft('rule a when nothing > 1 then block'), has('INVALID_RULES'))
    await assert.rejects(draft(RULES), has('ILLEGAL_MOVE'))
    const move = { to: 'live', version: 7, by: 'ann' } as const
    await assert.rejects(
      engine.change((policies) => policies.moveRules(PAYMENTS, move)),
      has('UNKNOWN_RULE_SET'),
    )
    await assert.rejects(block('card', ''), has('INVALID_ARGUMENT'))
    assert.throws(() => engine.scoring.policies.of('none'), has('UNKNOWN_SYSTEM'))
  })

  it('forgets a card that is erased: its decisions, alerts, entries, and the bytes of its name', async () => {
    const card = 'card-to-be-erased'
    const at = NOW
    for (let each = 0; each < 8; each++) {
      await engine.score(PAYMENTS, { event: { id: `gone-${each}`, at, card, terminal: 't1', amount: 900 } })
    }
    await block('card', card)
    const held = (): boolean =>
      [...engine.scoring.policies.of(PAYMENTS).review.cases()].some(({ subject }) => subject === card)
    assert.equal(held(), true)
    const others = [...engine.scoring.policies.of(PAYMENTS).review.cases()].filter(({ subject }) => subject !== card)
    const { records, scan } = await engine.eraseSubject({ entity: 'card', id: card })
    assert.equal(records.$decision, 8)
    assert.ok(records.$review! > 0 && records.$list === 1)
    assert.equal(scan.occurrences, 0)
    const policy = engine.scoring.policies.of(PAYMENTS)
    assert.equal(held(), false)
    assert.equal(policy.lists.find('card', card, NOW), undefined)
    assert.deepEqual([...policy.review.cases()], others)
    await reopen()
    assert.deepEqual([...engine.scoring.policies.of(PAYMENTS).review.cases()], others)
    await engine.close()
    assert.equal((await scanBytes(directory, card)).occurrences, 0)
    engine = Engine.open(application, { directory, clock })
    const fresh = await engine.score(PAYMENTS, { event: { id: 'gone-0', at, card, terminal: 't1', amount: 9 } })
    assert.equal(fresh.duplicate, undefined)
    const { different } = await replayDecisions(application, engine.log, engine.registry, { limit: 1 })
    assert.equal(different, 0)
  })
})

function has(code: string) {
  return (error: unknown) => isSluiceError(error) && error.code === code
}
