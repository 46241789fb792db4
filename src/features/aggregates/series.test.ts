import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DAY_MS, HOUR_MS } from '../../foundation/index.ts'
import { defineSchema, number, ref } from '../../problem/index.ts'
import { FeatureState } from '../feature-state.ts'
import { RequestFrame } from '../request-frame.ts'
import type { SeriesSpec } from './aggregate.ts'

const schema = defineSchema({
  entities: { user: {}, item: {} },
  events: {
    pay: {
      user: ref('user'),
      item: ref('item').optional(),
      amount: number().optional(),
      constructor: number().optional(),
    },
  },
})
const START = Date.UTC(2026, 0, 1)
const WINDOW = 6 * HOUR_MS

interface Payment {
  readonly at: number
  readonly user: string
  readonly item?: string | undefined
  readonly amount?: number | undefined
}

const specOf = (extra: Partial<SeriesSpec>): SeriesSpec => ({
  kind: 'series',
  event: 'pay',
  by: ['user'],
  windowMs: WINDOW,
  ...extra,
})

function stateAfter(spec: SeriesSpec, payments: readonly Payment[]): FeatureState {
  const state = new FeatureState(schema, [spec])
  for (const [index, payment] of payments.entries()) {
    state.apply(index + 1, { id: `p${index}`, type: 'pay', ...JSON.parse(JSON.stringify(payment)) })
  }
  return state
}

function frameOf(state: FeatureState, at: number, user: string, item?: string): RequestFrame {
  const frame = new RequestFrame(schema).bind('user', state.attributes.keys('user').find(user))
  frame.at = at
  return item === undefined ? frame : frame.bind('item', state.attributes.keys('item').find(item))
}

describe('a series by key', () => {
  it('counts and sums by one key, and by a pair of keys', () => {
    const payments: Payment[] = [
      { at: START, user: 'ada', item: 'x', amount: 5 },
      { at: START + HOUR_MS, user: 'ada', item: 'y', amount: 7 },
      { at: START + HOUR_MS, user: 'ben', item: 'x', amount: 100 },
    ]
    const single = specOf({ value: 'amount' })
    const one = stateAfter(single, payments)
    assert.equal(one.aggregate<'series'>(single).summer(WINDOW)(frameOf(one, START + HOUR_MS, 'ada')), 12)
    assert.equal(one.aggregate<'series'>(single).counter(WINDOW)(frameOf(one, START + HOUR_MS, 'ada')), 2)
    const pair = specOf({ by: ['user', 'item'], value: 'amount' })
    const two = stateAfter(pair, payments)
    const sum = two.aggregate<'series'>(pair).summer(WINDOW)
    assert.equal(sum(frameOf(two, START + HOUR_MS, 'ada', 'x')), 5)
    assert.equal(sum(frameOf(two, START + HOUR_MS, 'ben', 'y')), 0)
    assert.equal(sum(frameOf(two, START + HOUR_MS, 'nobody', 'x')), 0)
  })

  it('counts an event whose amount is absent, adds nothing for it, and leaves out one without a key', () => {
    const spec = specOf({ by: ['user', 'item'], value: 'amount' })
    const state = stateAfter(spec, [
      { at: START, user: 'ada', item: 'x', amount: 5 },
      { at: START, user: 'ada', item: 'x' },
      { at: START, user: 'ada', amount: 9 },
    ])
    const series = state.aggregate<'series'>(spec)
    assert.equal(series.counter(WINDOW)(frameOf(state, START, 'ada', 'x')), 2)
    assert.equal(series.summer(WINDOW)(frameOf(state, START, 'ada', 'x')), 5)
  })

  it('takes an absent field for absent even where every object inherits one of its name', () => {
    const spec = specOf({ value: 'constructor' })
    const state = stateAfter(spec, [{ at: START, user: 'ada' }])
    assert.equal(state.aggregate<'series'>(spec).summer(WINDOW)(frameOf(state, START, 'ada')), 0)
  })

  it('counts only what satisfies the condition', () => {
    const spec = specOf({ where: { amount: { min: 6 } } })
    const state = stateAfter(spec, [
      { at: START, user: 'ada', amount: 5 },
      { at: START, user: 'ada', amount: 6 },
      { at: START, user: 'ada' },
    ])
    assert.equal(state.aggregate<'series'>(spec).counter(WINDOW)(frameOf(state, START, 'ada')), 1)
  })

  it('is exact for requests up to a day before the newest event, whatever the order of events', () => {
    const payment = fc.record({
      user: fc.constantFrom('ada', 'ben', '__proto__'),
      hour: fc.nat(60),
      amount: fc.integer(),
    })
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 80 }), fc.integer({ min: 0, max: 24 }), (drawn, back) => {
        const spec = specOf({ value: 'amount' })
        const payments = drawn.map(({ user, hour, amount }) => ({
          user,
          at: START + hour * HOUR_MS,
          amount,
        }))
        const state = stateAfter(spec, payments)
        const series = state.aggregate<'series'>(spec)
        const at = Math.max(0, ...payments.map((each) => each.at)) - back * HOUR_MS
        for (const user of ['ada', 'ben', '__proto__', 'nobody']) {
          const inside = payments.filter((each) => each.user === user && each.at > at - WINDOW && each.at <= at)
          const frame = frameOf(state, at, user)
          assert.equal(series.counter(WINDOW)(frame), inside.length)
          assert.equal(
            series.summer(WINDOW)(frame),
            inside.reduce((sum, each) => sum + each.amount, 0),
          )
        }
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  it('forgets what is older than its window and a day', () => {
    const spec = specOf({})
    const state = stateAfter(spec, [
      { at: START, user: 'ada' },
      { at: START + WINDOW + DAY_MS, user: 'ada' },
    ])
    assert.equal(state.aggregate<'series'>(spec).counter(WINDOW)(frameOf(state, START, 'ada')), 0)
  })

  it('reads the same to the bit whether idle keys were swept or not, up to a day before the newest event', () => {
    const users = Array.from({ length: 12 }, (_, index) => `u${index}`)
    const payment = fc.record({
      user: fc.constantFrom(...users),
      item: fc.constantFrom('x', 'y'),
      hours: fc.integer({ min: -20, max: 12 }),
      amount: fc.integer({ min: -1000, max: 1_000_000 }).map((cents) => cents / 100),
    })
    fc.assert(
      fc.property(
        fc.array(payment, { minLength: 100, maxLength: 300 }),
        fc.integer({ min: 0, max: 24 }),
        (drawn, back) => {
          let newest = START
          const payments = drawn.map(({ hours, ...rest }) => {
            const at = newest + hours * HOUR_MS
            newest = Math.max(newest, at)
            return { ...rest, at }
          })
          for (const by of [['user'], ['user', 'item']] as const) {
            const spec = specOf({ by, value: 'amount' })
            const state = stateAfter(spec, payments)
            // Kept for so long that nothing was ever swept.
            const all = stateAfter({ ...spec, windowMs: 10_000 * DAY_MS }, payments)
            const at = newest - back * HOUR_MS
            for (const user of users) {
              for (const item of ['x', 'y']) {
                const frame = frameOf(state, at, user, item)
                const series = state.aggregate<'series'>(spec)
                const whole = all.aggregate<'series'>(spec)
                assert.equal(series.counter(WINDOW)(frame), whole.counter(WINDOW)(frame))
                assert.equal(series.summer(WINDOW)(frame), whole.summer(WINDOW)(frame))
              }
            }
            assert.ok(state.bytes() <= all.bytes())
            const copy = new FeatureState(schema, [spec])
            copy.load(state.save())
            assert.deepEqual(copy.save(), state.save())
          }
        },
      ),
      { seed: 23, numRuns: 100 },
    )
  })

  it('holds no more after a million events, most of whose keys are idle, than after the first', () => {
    for (const by of [['user'], ['user', 'item']] as const) {
      const spec = specOf({ by, value: 'amount', windowMs: HOUR_MS })
      const state = new FeatureState(schema, [spec])
      const sizes: number[] = []
      for (let index = 0; index < 1_000_000; index++) {
        // Keys take turns, so that most are idle; a pair returns after 40 days, long after it was forgotten.
        const turn = Math.floor(index / 20_000)
        const [user, item] = [(index * 7919 + turn * 50) % 200, index % 13]
        state.apply(index + 1, {
          id: '',
          type: 'pay',
          at: START + index * 3000,
          user: `u${user < 100 ? user : turn * 100 + user}`,
          item: `i${item + turn * 13}`,
          amount: user / 10,
        })
        if (index % 100_000 === 99_999) sizes.push(state.bytes())
      }
      const names = 13 * 50 + 5100
      const grown = sizes.at(-1)! - sizes[1]!
      assert.ok(grown <= (by.length === 1 ? 64 * 2 * names : 0), `${by}: ${sizes.join(' ')}`)
    }
  })

  it('refuses to be read over a longer window than it is kept for', () => {
    const state = stateAfter(specOf({}), [])
    assert.throws(() => state.aggregate<'series'>(specOf({ windowMs: WINDOW + 1 })), /kept for less time/)
  })
})
