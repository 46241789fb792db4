import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventRecord } from '../../data/index.ts'
import { boolean, category, defineSchema, number, ref } from '../../problem/index.ts'
import { defineFeatures } from '../define-features.ts'
import { FeatureRows } from '../feature-rows.ts'
import { FeatureState } from '../feature-state.ts'
import { RequestFrame } from '../request-frame.ts'

const schema = defineSchema({
  entities: { card: {} },
  events: {
    payment: { card: ref('card'), amount: number(), tip: number().optional(), online: boolean(), kind: category() },
    refund: { card: ref('card'), amount: number() },
  },
})
const features = defineFeatures(schema, (f) => ({
  amount: f.field('payment', 'amount'),
  tip: f.field('payment', 'tip'),
  online: f.field('payment', 'online'),
  kind: f.fieldOneOf('payment', 'kind', ['grocer', 'travel']),
  /** The payment itself is among those of the window. */
  share: f.ratio(f.field('payment', 'amount'), f.sum('payment', 'amount', { by: 'card', window: '1d' }), {
    prior: [0, 1e-9],
  }),
  sinceBefore: f.sinceLast('payment', { by: 'card', skip: 1 }),
}))
const PAYMENT: EventRecord = {
  id: 'p2',
  type: 'payment',
  at: 7_200_000,
  card: 'a',
  amount: 30,
  online: true,
  kind: 'travel',
}

/** The row of a payment, an hour and a payment of 10 after the first. */
function rowOf(record: EventRecord | undefined): Record<string, number> {
  const state = new FeatureState(schema, features.aggregates)
  state.apply(1, { ...PAYMENT, id: 'p1', at: 3_600_000, amount: 10 })
  state.apply(2, PAYMENT)
  const frame = new RequestFrame(schema).bind('card', state.attributes.keys('card').find('a'))
  frame.at = PAYMENT.at
  frame.record = record
  const rows = new FeatureRows(features, state)
  const out = new Float64Array(rows.width)
  rows.fill(frame, [-1], out)
  return Object.fromEntries(features.columnNames.map((name, column) => [name, out[column]!]))
}

describe('features of the event that is scored', () => {
  it('read its own fields beside what is known of its keys, itself included', () => {
    const { share, ...row } = rowOf(PAYMENT)
    assert.deepEqual(row, {
      amount: 30,
      tip: Number.NaN,
      online: 1,
      'kind.grocer': 0,
      'kind.travel': 1,
      sinceBefore: 1,
    })
    assert.ok(Math.abs(share! - 0.75) < 1e-9)
  })

  it('are NaN when no event, or one of another type, is scored', () => {
    for (const record of [undefined, { ...PAYMENT, type: 'refund' }]) {
      const { amount, online, 'kind.travel': travel, share } = rowOf(record)
      assert.deepEqual([amount, online, travel, share], [Number.NaN, Number.NaN, Number.NaN, Number.NaN])
    }
  })

  it('name what the event does not have', () => {
    const define = (event: string, field: string) => () =>
      defineFeatures(schema, (f) => ({ wrong: f.field(event as 'payment', field as 'amount') }))
    assert.throws(define('payment', 'kind'), {
      code: 'INVALID_APPLICATION',
      message: /expected a number, integer, boolean of payment \(amount, tip, online\), got kind/,
    })
    assert.throws(define('sale', 'amount'), { code: 'INVALID_APPLICATION', message: /unknown event sale/ })
  })
})
