import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { openDataDirectory, openEventLog } from '../data/index.ts'
import { DAY_MS, HOUR_MS } from '../foundation/index.ts'
import { defineSchema, integer, number, ref, type Schema } from '../problem/index.ts'
import { defineFeatures } from './define-features.ts'
import { FeatureRows } from './feature-rows.ts'
import { FeatureState } from './feature-state.ts'
import { RequestFrame } from './request-frame.ts'

const NOW = Date.UTC(2026, 0, 9)
const clock = () => NOW
const before = defineSchema({
  entities: { user: {}, video: {} },
  events: { watch: { user: ref('user'), video: ref('video') } },
})
const wider = defineSchema({
  entities: { user: { birthYear: integer() }, video: {}, shop: {} },
  events: {
    watch: { user: ref('user'), video: ref('video'), seconds: number().optional(), shop: ref('shop').optional() },
    buy: { user: ref('user'), shop: ref('shop') },
  },
})
const features = defineFeatures(wider, (f) => ({
  watches: f.count('watch', { by: 'user', window: '7d' }),
  seconds: f.sum('watch', 'seconds', { by: 'user', window: '7d' }),
  long: f.count('watch', { by: 'user', window: '7d', where: { seconds: { min: 30 } } }),
  inShop: f.count('watch', { by: ['user', 'shop'], window: '7d' }),
  buys: f.count('buy', { by: 'user', window: '7d' }),
  age: f.attribute('user.birthYear').ageInYears(),
}))

it('features of a wider schema read the records of the narrower one as records without the new fields', async () => {
  const path = mkdtempSync(join(tmpdir(), 'sluice-wider-'))
  const directory = openDataDirectory(path, { mode: 'write', clock })
  const append = async (schema: Schema, events: readonly object[]) => {
    const log = openEventLog(directory, { schema, clock })
    assert.deepEqual((await log.append(events)).rejected, [])
    await log.close()
    return log
  }
  const watch = { type: 'watch', user: 'ada', video: 'v' }
  await append(before, [
    { id: 'u', type: 'user', at: NOW - DAY_MS, user: 'ada' },
    { ...watch, id: 'a', at: NOW - 3 * HOUR_MS },
    { ...watch, id: 'b', at: NOW - 2 * HOUR_MS },
  ])
  const log = await append(wider, [
    { ...watch, id: 'c', at: NOW - HOUR_MS, seconds: 40, shop: 's' },
    { id: 'd', type: 'buy', at: NOW - HOUR_MS, user: 'ada', shop: 's' },
  ])
  const state = new FeatureState(wider, features.aggregates)
  for (const { firstOffset, records } of log.read()) {
    records.forEach((record, index) => {
      state.apply(firstOffset + index, record)
    })
  }
  const frame = new RequestFrame(wider)
  for (const [entity, key] of [
    ['user', 'ada'],
    ['shop', 's'],
  ] as const) {
    frame.bind(entity, state.attributes.keys(entity).find(key))
  }
  frame.at = NOW
  const row = new Float64Array(6)
  const rows = new FeatureRows(features, state)
  rows.fill(frame, [0], row)
  assert.deepEqual([...row.subarray(0, 5)], [3, 40, 1, 1, 1])
  assert.ok(Number.isNaN(row[5]), 'an attribute that no record set is missing')
  await directory.close()
  rmSync(path, { recursive: true })
})
