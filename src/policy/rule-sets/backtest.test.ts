import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DAY_MS, isSluiceError } from '../../foundation/index.ts'
import { ACTIONS, type Action, severer } from '../action.ts'
import { decideAction, type ModelPolicy } from '../decide-action.ts'
import { compileRules, FIRED, RuleProgram, UNKNOWN } from '../rules/rule-program.ts'
import type { BacktestReport, EventCount } from './backtest-report.ts'
import { summaryOf } from './backtest-report.ts'
import type { BacktestRows } from './backtest-rows.ts'
import { backtestRules } from './backtest-rules.ts'

const COLUMNS = { numbers: ['amount', 'count', 'mean'], texts: ['channel'] }
const MODELS: readonly (ModelPolicy | undefined)[] = [
  undefined,
  { kind: 'thresholds', thresholds: { 'step-up': 0.3, review: 0.5, block: 0.9 } },
  { kind: 'cost', policy: { costs: { review: 1 }, capacityPrice: 0 } },
]

interface Event {
  readonly at: number
  readonly amount: number
  readonly label: number
  readonly probability: number
  readonly listed: number
  readonly numbers: readonly number[]
  readonly text: string | undefined
}

const event = fc.record({
  at: fc.integer({ min: 0, max: 4 }).map((half) => (half * DAY_MS) / 2),
  amount: fc.nat(9),
  label: fc.constantFrom(0, 1, Number.NaN),
  probability: fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 1, noNaN: true })),
  listed: fc.constantFrom(0, 0, 0, 1, 2),
  numbers: fc.tuple(fc.nat(9), fc.constantFrom(Number.NaN, 0, 1, 2), fc.constantFrom(Number.NaN, 0, 3)),
  text: fc.constantFrom('online', 'shop', undefined),
})

const test = fc.oneof(
  fc.nat(9).map((least) => `amount >= ${least}`),
  fc.nat(2).map((least) => `count > ${least}`),
  fc.constantFrom('amount / mean > 1', 'channel is "online"', 'not channel is "shop"', 'mean is missing'),
)
const program = fc
  .array(fc.tuple(test, test, fc.constantFrom('and', 'or'), fc.constantFrom(...ACTIONS)), { maxLength: 5 })
  .map((rules) =>
    compileRules(
      rules.map(([a, b, link, action], n) => `rule r${n} when ${a} ${link} ${b} then ${action}`).join('\n'),
      COLUMNS,
    ),
  )

function rowsOf(events: readonly Event[]): BacktestRows {
  const column = (read: (event: Event) => number) => Float64Array.from(events, read)
  return {
    count: events.length,
    numbers: Float64Array.from(events.flatMap(({ numbers }) => numbers)),
    texts: events.map(({ text }) => text),
    at: column(({ at }) => at),
    amounts: column(({ amount }) => amount),
    labels: column(({ label }) => label),
    probabilities: column(({ probability }) => probability),
    listed: Uint8Array.from(events, ({ listed }) => listed),
  }
}

/** What is decided of an event, the way serving does it; and what the rules said. */
function live(rules: RuleProgram, model: ModelPolicy | undefined, given: Event): { action: Action; said: Uint8Array } {
  const { numbers, text, probability, amount, listed } = given
  const said = new Uint8Array(rules.rules.length)
  const row = { numbers: Float64Array.from(numbers), texts: [text] }
  const isScored = model !== undefined && !Number.isNaN(probability)
  const list = ([undefined, 'allow', 'block'] as const)[listed]
  const { action } = decideAction(
    rules,
    model ?? { kind: 'thresholds', thresholds: {} },
    {
      probability: isScored ? probability : undefined,
      amount,
      row,
      listed: list && { list, reason: 'by hand' },
    },
    said,
  )
  return { action, said }
}

function counted(events: readonly Event[]): EventCount {
  const frauds = events.filter(({ label }) => label === 1)
  const sum = (list: readonly Event[]) => list.reduce((total, { amount }) => total + amount, 0)
  return {
    events: events.length,
    labelled: events.filter(({ label }) => !Number.isNaN(label)).length,
    frauds: frauds.length,
    amount: sum(events),
    fraudAmount: sum(frauds),
  }
}

describe('a backtest', () => {
  it('decides every event as it is decided live, and counts what was decided', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 30 }),
        program,
        program,
        fc.constantFrom(...MODELS),
        (events, rules, before, model) => {
          const actions = new Uint8Array(events.length)
          const options = { live: before, actions, ...(model === undefined ? {} : { model }) }
          const report = backtestRules(rules, rowsOf(events), options)
          const lived = events.map((each) => ({
            event: each,
            ...live(rules, model, each),
            was: live(before, model, each).action,
          }))
          assert.deepEqual(
            Array.from(actions, (action) => ACTIONS[action]),
            lived.map(({ action }) => action),
          )
          const those = (is: (each: (typeof lived)[number]) => boolean) => lived.filter(is).map((each) => each.event)
          assert.deepEqual(report.all, counted(events))
          for (const action of ACTIONS) {
            assert.deepEqual(report.actions[action], counted(those((each) => each.action === action)))
            const asked = lived.filter(({ said }) => {
              const fired = rules.rules.filter((_, rule) => said[rule] === FIRED)
              return fired.reduce<Action>((most, rule) => severer(most, rule.action), 'allow') === action
            })
            assert.equal(report.asked[action], asked.length)
            for (const was of ACTIONS) {
              const moved = lived.filter((each) => each.action === action && each.was === was)
              assert.equal(report.difference?.changed[was][action], moved.length)
            }
          }
          for (const [rule, count] of report.rules.entries()) {
            const fired = (said: Uint8Array) => said.reduce((sum, each) => sum + Number(each === FIRED), 0)
            assert.deepEqual(count.fired, counted(those(({ said }) => said[rule] === FIRED)))
            assert.deepEqual(count.alone, counted(those(({ said }) => said[rule] === FIRED && fired(said) === 1)))
            assert.equal(count.unknown, lived.filter(({ said }) => said[rule] === UNKNOWN).length)
          }
          const newly = those(({ action, was }) => action === 'block' && was !== 'block')
          assert.deepEqual(report.difference?.newlyBlocked, counted(newly))
          const freed = those(({ action, was }) => action !== 'block' && was === 'block')
          assert.deepEqual(report.difference?.noLongerBlocked, counted(freed))
          assertDays(report, lived)
        },
      ),
      { seed: 63, numRuns: 400 },
    )
  })

  it('counts across blocks of rows what it counts in one', () => {
    const events = Array.from({ length: 1000 }, (_, n) => ({ at: n, amount: n % 7, label: n % 2, n }))
    const rules = compileRules('rule a when amount > 3 then block rule b when amount > 5 then review', COLUMNS)
    const report = backtestRules(rules, {
      count: events.length,
      numbers: Float64Array.from(events.flatMap(({ amount }) => [amount, 0, 0])),
      texts: events.map(() => undefined),
      at: Float64Array.from(events, ({ at }) => at),
      amounts: Float64Array.from(events, ({ amount }) => amount),
      labels: Float64Array.from(events, ({ label }) => label),
    })
    const above = (least: number) => events.filter(({ amount }) => amount > least)
    assert.deepEqual(
      report.rules.map(({ fired, alone }) => [fired.events, fired.frauds, alone.events]),
      [
        [above(3).length, above(3).filter(({ label }) => label === 1).length, above(3).length - above(5).length],
        [above(5).length, above(5).filter(({ label }) => label === 1).length, 0],
      ],
    )
    assert.deepEqual([report.from, report.until, report.difference], [0, 999, undefined])
    assert.deepEqual(summaryOf(report), {
      hash: report.hash,
      from: 0,
      until: 999,
      events: 1000,
      asked: report.asked,
      newlyBlocked: 0,
      noLongerBlocked: 0,
    })
  })

  it('refuses arrays that do not belong together, and values out of their ranges', () => {
    const rules = compileRules('rule a when amount > 1 then block', COLUMNS)
    const sound = rowsOf([{ at: 1, amount: 1, label: 1, probability: 0, listed: 0, numbers: [1, 1, 1], text: 'x' }])
    const faults: readonly [Partial<BacktestRows>, string][] = [
      [{ numbers: new Float64Array(2) }, 'SHAPE_MISMATCH'],
      [{ texts: [] }, 'SHAPE_MISMATCH'],
      [{ labels: new Float64Array(2) }, 'SHAPE_MISMATCH'],
      [{ amounts: Float64Array.of(-1) }, 'OUT_OF_RANGE'],
      [{ amounts: Float64Array.of(Number.NaN) }, 'OUT_OF_RANGE'],
      [{ at: Float64Array.of(Number.NaN) }, 'OUT_OF_RANGE'],
      [{ labels: Float64Array.of(0.5) }, 'OUT_OF_RANGE'],
      [{ probabilities: Float64Array.of(1.5) }, 'OUT_OF_RANGE'],
      [{ listed: Uint8Array.of(3) }, 'OUT_OF_RANGE'],
    ]
    for (const [fault, code] of faults) {
      assert.throws(
        () => backtestRules(rules, { ...sound, ...fault }),
        (error) => isSluiceError(error) && error.code === code,
      )
    }
    const others = new RuleProgram([], { numbers: ['amount'], texts: [] })
    assert.throws(
      () => backtestRules(rules, sound, { live: others }),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
  })
})

function assertDays(
  { days, rules }: BacktestReport,
  lived: readonly { event: Event; action: Action; said: Uint8Array }[],
): void {
  const starts = [...new Set(lived.map(({ event: { at } }) => Math.floor(at / DAY_MS) * DAY_MS))].sort((a, b) => a - b)
  assert.deepEqual(
    days.map(({ startsAt }) => startsAt),
    starts,
  )
  for (const { startsAt, events, actions, fired } of days) {
    const those = lived.filter(({ event: { at } }) => at >= startsAt && at < startsAt + DAY_MS)
    assert.equal(events, those.length)
    for (const action of ACTIONS) assert.equal(actions[action], those.filter((each) => each.action === action).length)
    for (const rule of rules.keys()) {
      assert.equal(fired[rule], those.filter(({ said }) => said[rule] === FIRED).length)
    }
  }
}
