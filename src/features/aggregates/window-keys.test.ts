import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../foundation/index.ts'
import { defineSchema, number, ref } from '../../problem/index.ts'
import { FeatureState } from '../feature-state.ts'
import { RequestFrame } from '../request-frame.ts'
import type { AggregateSpec } from './aggregate.ts'

const schema = defineSchema({
  entities: { card: {}, terminal: {} },
  events: { pay: { card: ref('card'), terminal: ref('terminal'), amount: number() } },
})
const START = Date.UTC(2026, 0, 1)

const base = { event: 'pay', by: ['card', 'terminal'], windowMs: HOUR_MS, tileMs: MINUTE_MS } as const
const specs: readonly AggregateSpec[] = [
  { kind: 'tile-totals', ...base, value: 'amount' },
  { kind: 'extreme', ...base, side: 'min', value: 'amount' },
  { kind: 'extreme', ...base, side: 'max', value: 'amount', tileMs: 0 },
  { kind: 'distinct', ...base, value: 'terminal', bound: 2, precision: 8 },
  { kind: 'distinct', ...base, value: 'terminal', bound: 0, precision: 8 },
  { kind: 'quantiles', ...base, value: 'amount', bound: 2, error: 0.01 },
]

/** Bytes of one aggregate alone, given events of pairs that never come back, in so many of each. */
function bytesAfter(spec: AggregateSpec, events: number, ofEach: number): number {
  const state = new FeatureState(schema, [spec])
  for (let index = 0; index < events; index++) {
    const pair = Math.floor(index / ofEach)
    state.apply(index + 1, {
      id: 'any',
      type: 'pay',
      at: START + index * MINUTE_MS,
      card: `c${pair % 200}`,
      // Terminals change after every round of the cards.
      terminal: `t${Math.floor(pair / 200)}`,
      amount: index,
    })
  }
  return state.bytes() - state.attributes.bytes()
}

describe('the sweep of windows', () => {
  it('gives back what pairs held that are written no more: memory follows the windows, not the log', () => {
    for (const spec of specs) {
      for (const ofEach of [1, 10]) {
        const early = bytesAfter(spec, 6000, ofEach)
        const late = bytesAfter(spec, 40_000, ofEach)
        assert.ok(late <= early * 1.05, `${spec.kind}, ${ofEach} of each: ${early} bytes, then ${late}`)
      }
    }
  })

  it('leaves what requests up to a day before the newest event read', () => {
    const spec = { kind: 'extreme', ...base, side: 'min', value: 'amount', tileMs: 0, windowMs: DAY_MS } as const
    const state = new FeatureState(schema, [spec])
    const read = state.aggregate<'extreme'>(spec).extreme(DAY_MS)
    const frame = new RequestFrame(schema)
    for (let index = 0; index < 6000; index++) {
      const at = START + index * MINUTE_MS
      const names = { card: `c${index}`, terminal: 't' }
      state.apply(index + 1, { id: 'any', type: 'pay', at, ...names, amount: index })
      const asked = index - 2879
      if (asked < 0) continue
      frame.bind('card', state.attributes.keys('card').find(`c${asked}`))
      frame.bind('terminal', state.attributes.keys('terminal').find('t'))
      frame.at = at - DAY_MS
      assert.equal(read(frame), asked)
    }
  })
})
