import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { EventRecord } from '../data/index.ts'
import { HOUR_MS, MINUTE_MS, randomFrom } from '../foundation/index.ts'
import { category, defineSchema, id, number, ref } from '../problem/index.ts'
import { defineFeatures } from './define-features.ts'
import { FeatureRows } from './feature-rows.ts'
import { FeatureState } from './feature-state.ts'
import { RequestFrame } from './request-frame.ts'

/** A payment at a terminal, told apart by a reference, a category and an identifier. */
const schema = defineSchema({
  entities: { card: {}, terminal: {}, shop: {} },
  events: {
    pay: {
      card: ref('card'),
      terminal: ref('terminal').optional(),
      shop: ref('shop').optional(),
      city: category().optional(),
      device: id().optional(),
      amount: number().optional(),
      fee: number(),
    },
  },
})
const START = Date.UTC(2026, 0, 1)
const BOUND = 4
const WINDOWS = { '40m': 40 * MINUTE_MS, '7h': 7 * HOUR_MS, '30h': 30 * HOUR_MS } as const
const windows = Object.keys(WINDOWS) as (keyof typeof WINDOWS)[]
const TILE_MS = 25 * MINUTE_MS
const DELAY_MS = 6 * HOUR_MS

const by = 'card' as const
const tiled = { by, windows, tile: '25m', tailError: 0.7 } as const
const bounded = { by, windows, bound: BOUND }
const delayed = { by, windows, delay: '6h' } as const
const features = defineFeatures(schema, (f) => ({
  count: f.counts('pay', { by, windows }),
  sum: f.sum('pay', 'amount', { by, windows }),
  mean: f.mean('pay', 'amount', { by, windows }),
  min: f.min('pay', 'amount', { by, windows }),
  max: f.max('pay', 'amount', { by, windows }),
  median: f.quantile('pay', 'amount', { ...bounded, q: 0.5 }),
  high: f.quantile('pay', 'amount', { by, windows, q: 0.9 }),
  terminals: f.distinct('pay', 'terminal', { by, windows }),
  cities: f.distinct('pay', 'city', bounded),
  devices: f.distinct('pay', 'device', bounded),
  tiledCount: f.counts('pay', tiled),
  tiledSum: f.sum('pay', 'amount', tiled),
  tiledMean: f.mean('pay', 'amount', tiled),
  tiledMin: f.min('pay', 'amount', tiled),
  tiledMax: f.max('pay', 'amount', tiled),
  tiledMedian: f.quantile('pay', 'amount', { ...tiled, q: 0.5 }),
  tiledTerminals: f.distinct('pay', 'terminal', tiled),
  pairCount: f.counts('pay', { by: ['card', 'terminal'], windows, tile: '25m', tailError: 0.7 }),
  pairMin: f.min('pay', 'amount', { by: ['card', 'terminal'], windows }),
  pairSum: f.sum('pay', 'amount', { by: ['card', 'terminal'], windows, tile: '25m', tailError: 0.7 }),
  tripleCities: f.distinct('pay', 'city', { by: ['card', 'terminal', 'shop'], windows, bound: 1 }),
  tripleMax: f.max('pay', 'amount', { by: ['card', 'terminal', 'shop'], windows }),
  delayedCount: f.counts('pay', delayed),
  delayedSum: f.sum('pay', 'amount', delayed),
  delayedMean: f.mean('pay', 'amount', delayed),
  delayedMax: f.max('pay', 'amount', delayed),
  delayedTerminals: f.distinct('pay', 'terminal', delayed),
  delayedTiledSum: f.sum('pay', 'amount', { ...tiled, delay: '6h' }),
}))

/** Names whose hashes fall into different registers, so that a sketch of any of them counts exactly. */
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', '__proto__', 'constructor']
const name = fc.constantFrom(...NAMES)
/** In minutes: mostly onwards, at the same moment too, late by up to two days, ahead by up to a day. */
const move = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 90 }) },
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: -180, max: 0 }) },
  { weight: 2, arbitrary: fc.integer({ min: -2880, max: 0 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1440 }) },
)
const payment = fc.record(
  {
    move,
    jitter: fc.constantFrom(0, 0, 1, -1),
    card: fc.constantFrom('x', 'x', 'x', 'y'),
    terminal: fc.oneof(fc.constant('a'), name),
    shop: fc.constantFrom('p', 'q'),
    city: name,
    device: name,
    amount: fc.integer({ min: -1000, max: 1000 }),
  },
  { requiredKeys: ['move', 'jitter', 'card'] },
)
const log = fc.array(payment, { maxLength: 150 }).map((payments) => {
  let now = START
  return payments.map(({ move: minutes, jitter, ...fields }): EventRecord => {
    const at = now + minutes * MINUTE_MS + jitter
    // A client's clock that is wrong does not move the time of the others.
    if (minutes >= 0 && minutes <= 90) now = at
    return { id: 'any', type: 'pay', at, fee: 1, ...fields }
  })
})

/** In minutes before the newest event. */
const moments = fc.array(fc.integer({ min: -120, max: 1440 }), { minLength: 8, maxLength: 8 })

function stateAfter(records: readonly EventRecord[], from = new FeatureState(schema, features.aggregates)) {
  for (const each of records) from.apply(from.offset + 1, each)
  return from
}

/** The row of a card at terminal a of shop p, by the names of its columns. */
function rowOf(state: FeatureState, card: string, at: number): Map<string, number> {
  const frame = new RequestFrame(schema).bind('card', state.attributes.keys('card').find(card))
  frame.bind('terminal', state.attributes.keys('terminal').find('a'))
  frame.bind('shop', state.attributes.keys('shop').find('p'))
  frame.at = at
  const rows = new FeatureRows(features, state)
  const out = new Float64Array(rows.width)
  rows.fill(frame, [-1], out)
  return new Map(features.columnNames.map((column, index) => [column, out[index]!]))
}

interface Entry {
  readonly at: number
  readonly value: number | string
}

/** Entries of a list in (at - window, at]. */
function cutExactly(entries: readonly Entry[], at: number, windowMs: number): Entry[] {
  return entries.filter((entry) => entry.at > at - windowMs && entry.at <= at)
}

/** Entries in the tiles ((k - 1) tile, k tile] that overlap (at - window, at]. */
function cutTiles(entries: readonly Entry[], at: number, windowMs: number, tileMs: number): Entry[] {
  return entries.filter((entry) => {
    const k = Math.ceil(entry.at / tileMs)
    return (k - 1) * tileMs < at && k * tileMs > at - windowMs
  })
}

/** The newest entries by time and arrival exactly, older ones by tiles of a hundredth, when the bound is exceeded. */
function cutBounded(entries: readonly Entry[], at: number, windowMs: number, bound: number): Entry[] {
  if (entries.filter((entry) => entry.at > at - windowMs).length <= bound) return cutExactly(entries, at, windowMs)
  const sorted = entries.toSorted((a, b) => a.at - b.at)
  const older = sorted.slice(0, sorted.length - bound)
  return [
    ...cutTiles(older, at, windowMs, Math.floor(windowMs / 100)),
    ...cutExactly(sorted.slice(sorted.length - bound), at, windowMs),
  ]
}

const sum = (entries: readonly Entry[]) => entries.reduce((total, { value }) => total + Number(value), 0)
const mean = (entries: readonly Entry[]) => sum(entries) / entries.length
const least = (entries: readonly Entry[]) =>
  entries.length === 0 ? Number.NaN : Math.min(...entries.map(({ value }) => Number(value)))
const largest = (entries: readonly Entry[]) =>
  entries.length === 0 ? Number.NaN : Math.max(...entries.map(({ value }) => Number(value)))
const different = (entries: readonly Entry[]) => new Set(entries.map(({ value }) => value)).size
const nearest = (entries: readonly Entry[], q: number) => {
  const values = entries.map(({ value }) => Number(value)).sort((a, b) => a - b)
  return values[Math.max(1, Math.ceil(q * values.length - 1e-9)) - 1] ?? Number.NaN
}

function assertNear(actual: number, expected: number, error: number, what: string): void {
  const isNear = Number.isNaN(expected)
    ? Number.isNaN(actual)
    : Math.abs(actual - expected) <= error * Math.abs(expected)
  assert.ok(isNear, `${what}: expected ${expected}, got ${actual}`)
}

/** Compares every column of a card with lists and filters over all events. */
function compare(state: FeatureState, records: readonly EventRecord[], card: string, at: number): void {
  const row = rowOf(state, card, at)
  const entriesOf = (field: string, keys: object = { card }): Entry[] =>
    records
      .filter((record) => Object.hasOwn(record, field))
      .filter((record) => Object.entries(keys).every(([key, value]) => record[key] === value))
      .map((record) => ({ at: record.at, value: record[field] as number | string }))
  const pair = { card, terminal: 'a' }
  const triple = { ...pair, shop: 'p' }
  for (const window of windows) {
    const windowMs = WINDOWS[window]
    const amounts = cutExactly(entriesOf('amount'), at, windowMs)
    const ofTiles = cutTiles(entriesOf('amount'), at, windowMs, TILE_MS)
    const earlier = cutExactly(entriesOf('amount'), at - DELAY_MS, windowMs)
    const expected = {
      count: cutExactly(entriesOf('fee'), at, windowMs).length,
      sum: sum(amounts),
      mean: mean(amounts),
      min: least(amounts),
      max: largest(amounts),
      high: nearest(amounts, 0.9),
      terminals: different(cutExactly(entriesOf('terminal'), at, windowMs)),
      cities: different(cutBounded(entriesOf('city'), at, windowMs, BOUND)),
      devices: different(cutBounded(entriesOf('device'), at, windowMs, BOUND)),
      tiledCount: cutTiles(entriesOf('fee'), at, windowMs, TILE_MS).length,
      tiledSum: sum(ofTiles),
      tiledMean: mean(ofTiles),
      tiledMin: least(ofTiles),
      tiledMax: largest(ofTiles),
      pairCount: cutTiles(entriesOf('fee', pair), at, windowMs, TILE_MS).length,
      pairMin: least(cutExactly(entriesOf('amount', pair), at, windowMs)),
      pairSum: sum(cutTiles(entriesOf('amount', pair), at, windowMs, TILE_MS)),
      tripleCities: different(cutBounded(entriesOf('city', triple), at, windowMs, 1)),
      tripleMax: largest(cutExactly(entriesOf('amount', triple), at, windowMs)),
      delayedCount: cutExactly(entriesOf('fee'), at - DELAY_MS, windowMs).length,
      delayedSum: sum(earlier),
      delayedMean: mean(earlier),
      delayedMax: largest(earlier),
      delayedTerminals: different(cutExactly(entriesOf('terminal'), at - DELAY_MS, windowMs)),
      delayedTiledSum: sum(cutTiles(entriesOf('amount'), at - DELAY_MS, windowMs, TILE_MS)),
      tiledTerminals: different(cutTiles(entriesOf('terminal'), at, windowMs, TILE_MS)),
    }
    for (const [column, value] of Object.entries(expected)) {
      assert.equal(row.get(`${column}.${window}`), value, `${column}.${window} of ${card} at ${at}`)
    }
    const boundedAmounts = cutBounded(entriesOf('amount'), at, windowMs, BOUND)
    assertNear(row.get(`median.${window}`)!, nearest(boundedAmounts, 0.5), 0.01 + 1e-9, `median.${window}`)
    assertNear(row.get(`tiledMedian.${window}`)!, nearest(ofTiles, 0.5), 0.01 + 1e-9, `tiledMedian.${window}`)
  }
}

describe('windows, for any log', () => {
  it('hold what lists and filters over all events hold, for requests up to a day before the newest event', () => {
    fc.assert(
      fc.property(log, moments, fc.nat(150), (records, minutes, cut) => {
        const before = stateAfter(records.slice(0, cut))
        const state = new FeatureState(schema, features.aggregates)
        state.load(before.save())
        stateAfter(records.slice(cut), state)
        const newest = Math.max(START, state.newestMs)
        for (const ago of minutes) compare(state, records, 'x', newest - ago * MINUTE_MS)
        compare(state, records, 'nobody', newest)
      }),
      { seed: 23, numRuns: 250 },
    )
  })

  it('hold it at every event as it comes', () => {
    fc.assert(
      fc.property(log, (records) => {
        const state = new FeatureState(schema, features.aggregates)
        for (const [index, each] of records.entries()) {
          stateAfter([each], state)
          const at = Math.max(each.at, state.newestMs - 24 * HOUR_MS)
          compare(state, records.slice(0, index + 1), String(each.card), at)
        }
      }),
      { seed: 29, numRuns: 40 },
    )
  })

  it('hold it for many keys and events, through all that makes room for them', () => {
    for (let seed = 0; seed < 2; seed++) {
      const random = randomFrom(seed, 'many keys')
      const records = Array.from({ length: 6000 }, (_, index): EventRecord => {
        const late = random.uniform() < 0.1 ? random.integer(2 * 24 * 60) : 0
        return {
          id: 'any',
          type: 'pay',
          at: START + (index - late) * MINUTE_MS,
          card: `c${Math.floor(random.uniform() ** 2 * 40)}`,
          terminal: NAMES[random.integer(NAMES.length)]!,
          shop: random.uniform() < 0.5 ? 'p' : 'q',
          city: NAMES[random.integer(NAMES.length)]!,
          device: NAMES[random.integer(NAMES.length)]!,
          amount: random.integer(2000) - 1000,
          fee: 1,
        }
      })
      const state = stateAfter(records.slice(0, 4000))
      for (let card = 0; card < 40; card++) compare(state, records.slice(0, 4000), `c${card}`, state.newestMs)
      const copy = new FeatureState(schema, features.aggregates)
      copy.load(state.save())
      stateAfter(records.slice(4000), copy)
      for (let card = 0; card < 40; card++) {
        compare(copy, records, `c${card}`, copy.newestMs - random.integer(24 * 60) * MINUTE_MS)
      }
    }
  })

  it('are the same from a snapshot and the tail as from all of the log, to the byte, and not changed by reading', () => {
    fc.assert(
      fc.property(log, fc.nat(150), (records, cut) => {
        const whole = stateAfter(records)
        const copy = new FeatureState(schema, features.aggregates)
        const first = stateAfter(records.slice(0, cut))
        rowOf(first, 'x', first.newestMs)
        copy.load(first.save())
        for (const each of records.slice(cut)) {
          stateAfter([each], copy)
          rowOf(copy, 'y', each.at)
        }
        assert.deepEqual(copy.save(), whole.save())
        for (const card of ['x', 'y']) {
          assert.deepEqual(rowOf(copy, card, whole.newestMs), rowOf(whole, card, whole.newestMs))
        }
      }),
      { seed: 31, numRuns: 120 },
    )
  })

  it('read to the same bits whatever else is kept beside', () => {
    const longer = defineFeatures(schema, (f) => ({
      sum: f.sum('pay', 'amount', { by, windows: ['90h', '40m'], tile: '25m', tailError: 0.7 }),
      min: f.min('pay', 'amount', { by, window: '90h' }),
      terminals: f.distinct('pay', 'terminal', { by, window: '90h', tile: '25m' }),
      median: f.quantile('pay', 'amount', { by, window: '90h', tile: '25m', q: 0.1 }),
    }))
    fc.assert(
      fc.property(log, (records) => {
        const beside = stateAfter(records, new FeatureState(schema, [...longer.aggregates, ...features.aggregates]))
        const alone = stateAfter(records)
        for (const card of ['x', 'y']) {
          assert.deepEqual(rowOf(beside, card, alone.newestMs), rowOf(alone, card, alone.newestMs))
        }
      }),
      { seed: 37, numRuns: 120 },
    )
  })
})
