import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { defineSchema, number, ref } from '../problem/index.ts'
import { defineFeatures } from './define-features.ts'
import { EventRows } from './event-rows.ts'
import { FeatureState } from './feature-state.ts'

const schema = defineSchema({
  entities: { card: { limit: number() }, shop: {} },
  events: {
    payment: { card: ref('card'), to: ref('card').optional(), shop: ref('shop').optional(), amount: number() },
  },
})
const features = defineFeatures(schema, (f) => ({
  amount: f.field('payment', 'amount'),
  cardSum: f.sum('payment', 'amount', { by: 'card', window: '1h' }),
  shopCount: f.count('payment', { by: 'shop', window: '1h' }),
  limit: f.attribute('card.limit'),
}))
const HOUR = 3_600_000
const START = 1_700_000_000_000

describe('rows of events', () => {
  it('count the event itself, beside all that came within the window before it', () => {
    const payment = fc.record({
      card: fc.constantFrom('a', 'b'),
      shop: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
      amount: fc.integer({ min: 0, max: 50 }),
      gap: fc.integer({ min: 0, max: HOUR }),
    })
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 30 }), (payments) => {
        const state = new FeatureState(schema, features.aggregates)
        const rows = new EventRows(features, state, 'payment')
        const row = new Float64Array(rows.width)
        const seen: { card: string; shop: string | undefined; amount: number; at: number }[] = []
        let at = START
        for (const [index, { gap, shop, ...fields }] of payments.entries()) {
          at += gap
          seen.push({ ...fields, shop, at })
          const record = { id: `p${index}`, type: 'payment', at, ...fields, ...(shop ? { shop } : {}) }
          state.apply(index + 1, record)
          rows.fill(record, row)
          const recent = seen.filter((each) => each.at > at - HOUR)
          const ofCard = recent.filter((each) => each.card === fields.card)
          const sum = ofCard.reduce((total, { amount }) => total + amount, 0)
          const count = shop ? recent.filter((each) => each.shop === shop).length : 0
          assert.deepEqual([row[0], row[1], row[2] || 0], [fields.amount, sum, count])
        }
      }),
      { seed: 20, numRuns: 60 },
    )
  })

  it('are about the first of two references to one entity, and of a stranger know nothing', () => {
    const state = new FeatureState(schema, features.aggregates)
    const rows = new EventRows(features, state, 'payment')
    assert.deepEqual(rows.columnNames, features.columnNames)
    state.apply(1, { id: 'l', type: 'card', at: START, card: 'a', limit: 7 })
    state.apply(2, { id: 'm', type: 'card', at: START, card: 'b', limit: 9 })
    const row = new Float64Array(rows.width)
    rows.fill({ id: 'p', type: 'payment', at: START, card: 'b', to: 'a', amount: 3 }, row)
    assert.deepEqual([row[0], row[3]], [3, 9])
    rows.fill({ id: 'q', type: 'payment', at: START, card: 'nobody', to: 'a', amount: 3 }, row)
    assert.deepEqual([row[0], row[3]], [3, Number.NaN])
  })

  it('of a subject alone lack what the event would say of itself, and leave nothing behind', () => {
    const state = new FeatureState(schema, features.aggregates)
    const rows = new EventRows(features, state, 'payment')
    state.apply(1, { id: 'l', type: 'card', at: START, card: 'a', limit: 7 })
    state.apply(2, { id: 'p', type: 'payment', at: START, card: 'a', shop: 'x', amount: 3 })
    const row = new Float64Array(rows.width)
    rows.fillSubject(
      START + 1,
      [
        ['card', 'a'],
        ['shop', 'x'],
      ],
      row,
    )
    assert.deepEqual([...row], [Number.NaN, 3, 1, 7])
    rows.fillSubject(START + HOUR, [['card', 'a']], row)
    assert.deepEqual([row[0], row[1], row[3]], [Number.NaN, 0, 7])
    assert.throws(() => rows.fillSubject(START, [['device', 'd']], row), /got device/)
  })
})
