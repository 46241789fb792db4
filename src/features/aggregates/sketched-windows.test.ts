import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS, HOUR_MS, randomFrom } from '../../foundation/index.ts'
import { defineSchema, id, number, ref } from '../../problem/index.ts'
import { FeatureState } from '../feature-state.ts'
import { RequestFrame } from '../request-frame.ts'
import type { DistinctSpec, QuantilesSpec } from './aggregate.ts'

const schema = defineSchema({
  entities: { card: {} },
  events: { pay: { card: ref('card'), device: id(), amount: number() } },
})
const START = Date.UTC(2026, 0, 1)
const base = { event: 'pay', by: ['card'], windowMs: DAY_MS } as const

/** A busy card: its devices and amounts of one day, in order of time, and the state after them. */
function busyDay(spec: DistinctSpec | QuantilesSpec, seed: number, events: number, devices: number) {
  const random = randomFrom(seed, 'busy day')
  const state = new FeatureState(schema, [spec])
  const names: string[] = []
  const amounts: number[] = []
  for (let index = 0; index < events; index++) {
    names.push(`${seed}/${random.integer(devices)}`)
    amounts.push(Math.exp(3 * random.normal()))
    const at = START + Math.floor(((index + 1) / events) * DAY_MS)
    state.apply(index + 1, { id: 'any', type: 'pay', at, card: 'c', device: names[index]!, amount: amounts[index]! })
  }
  const frame = new RequestFrame(schema).bind('card', 0)
  frame.at = START + DAY_MS
  return { state, frame, names, amounts }
}

describe('a window of more events than its bound', () => {
  it('counts different values with the stated standard error and no bias, bounded and tiled', () => {
    for (const [bound, tileMs] of [
      [256, DAY_MS / 100],
      [0, HOUR_MS / 4],
    ] as const) {
      const spec: DistinctSpec = { kind: 'distinct', ...base, value: 'device', bound, tileMs, precision: 11 }
      const errors = Array.from({ length: 60 }, (_, seed) => {
        const { state, frame, names } = busyDay(spec, seed, 4000, 3000)
        return state.aggregate<'distinct'>(spec).count(DAY_MS)(frame) / new Set(names).size - 1
      })
      const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length)
      const bias = errors.reduce((sum, error) => sum + error, 0) / errors.length
      // 2.3 % is stated; a deviation of 60 values lies within 30 % of the true one, their mean within half of it.
      assert.ok(deviation > 0 && deviation < 0.023 * 1.3, `bound ${bound}: ${deviation}`)
      assert.ok(Math.abs(bias) < 0.0115, `bound ${bound}: bias ${bias}`)
    }
  })

  it('has quantiles within the relative error of the value of that rank', () => {
    for (const [bound, tileMs] of [
      [256, DAY_MS / 100],
      [0, HOUR_MS / 4],
    ] as const) {
      const spec: QuantilesSpec = { kind: 'quantiles', ...base, value: 'amount', bound, tileMs, error: 0.01 }
      for (let seed = 0; seed < 10; seed++) {
        const { state, frame, amounts } = busyDay(spec, seed, 3000, 1)
        const sorted = amounts.toSorted((a, b) => a - b)
        for (const q of [0, 0.01, 0.5, 0.9, 0.99, 1]) {
          const found = state.aggregate<'quantiles'>(spec).quantile(DAY_MS, q)(frame)
          const expected = sorted[Math.max(1, Math.ceil(q * 3000 - 1e-9)) - 1]!
          assert.ok(Math.abs(found / expected - 1) <= 0.01 + 1e-9, `bound ${bound}, q ${q}: ${found} for ${expected}`)
        }
      }
    }
  })

  it('is exact at the bound, and an estimate one event later', () => {
    const spec: DistinctSpec = { kind: 'distinct', ...base, value: 'device', bound: 2000, tileMs: 1000, precision: 7 }
    const exact = busyDay(spec, 1, 2000, 1_000_000)
    assert.equal(exact.state.aggregate<'distinct'>(spec).count(DAY_MS)(exact.frame), new Set(exact.names).size)
    const beyond = busyDay(spec, 1, 2001, 1_000_000)
    const estimate = beyond.state.aggregate<'distinct'>(spec).count(DAY_MS)(beyond.frame)
    assert.notEqual(estimate, new Set(beyond.names).size)
    assert.ok(Math.abs(estimate / 2001 - 1) < 0.3, String(estimate))
  })
})
