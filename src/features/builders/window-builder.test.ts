import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SluiceError } from '../../foundation/index.ts'
import { categories, category, defineSchema, id, integer, number, ref, text } from '../../problem/index.ts'
import { defineFeatures } from '../define-features.ts'
import { FeatureRows } from '../feature-rows.ts'
import { FeatureState } from '../feature-state.ts'
import { RequestFrame } from '../request-frame.ts'
import type { FeatureBuilder } from './feature-builder.ts'

const schema = defineSchema({
  entities: { card: { country: category() }, terminal: { tags: categories() } },
  events: {
    pay: {
      card: ref('card'),
      terminal: ref('terminal'),
      amount: number(),
      tip: integer().optional(),
      note: text().optional(),
      device: category(),
      session: id(),
    },
  },
})
type Define = Parameters<typeof defineFeatures<typeof schema>>[1]
type Builder = FeatureBuilder<typeof schema>

/** The faults that a definition from plain JavaScript is refused for. */
function faultsOf(define: (builder: Record<keyof Builder, (...args: unknown[]) => never>) => object): string[] {
  try {
    defineFeatures(schema, define as unknown as Define)
  } catch (error) {
    assert.ok(error instanceof SluiceError && error.code === 'INVALID_APPLICATION', String(error))
    return error.details as string[]
  }
  return []
}

/** What the compiler lets a caller write, as a question with the answer `true` or `false`. */
type Accepts<Allowed, Given> = Given extends Allowed ? true : false
function answers<Expected extends Readonly<Record<string, boolean>>>(expected: Expected): number {
  return Object.keys(expected).length
}

declare const builder: Builder
const minOf = (field: Parameters<typeof builder.min<'pay'>>[1]) => field
const distinctOf = (field: Parameters<typeof builder.distinct<'pay'>>[1]) => field
const quantileOf = (options: Parameters<typeof builder.quantile<'pay'>>[2]) => options
type MinField = Parameters<typeof minOf>[0]
type DistinctField = Parameters<typeof distinctOf>[0]
type QuantileOptions = Parameters<typeof quantileOf>[0]

const day = { by: 'card', window: '1d' } as const

describe('windows, as the compiler sees them', () => {
  it('measure numbers, and count different references, categories and identifiers', () => {
    answers<{
      number: Accepts<MinField, 'amount'>
      integer: Accepts<MinField, 'tip'>
      category: Accepts<MinField, 'device'>
      unknown: Accepts<MinField, 'amuont'>
      reference: Accepts<DistinctField, 'terminal'>
      ownCategory: Accepts<DistinctField, 'device'>
      identifier: Accepts<DistinctField, 'session'>
      text: Accepts<DistinctField, 'note'>
      noName: Accepts<DistinctField, 'amount'>
    }>({
      number: true,
      integer: true,
      category: false,
      unknown: false,
      reference: true,
      ownCategory: true,
      identifier: true,
      text: false,
      noName: false,
    })
  })

  it('need a q for a quantile, and a tile that is a duration', () => {
    answers<{
      whole: Accepts<QuantileOptions, { by: 'card'; window: '1d'; q: 0.5 }>
      tiled: Accepts<QuantileOptions, { by: 'card'; window: '30d'; tile: '1h'; q: 0.5 }>
      noQ: Accepts<QuantileOptions, { by: 'card'; window: '1d' }>
      noDuration: Accepts<QuantileOptions, { by: 'card'; window: '1d'; tile: 'hour'; q: 0.5 }>
    }>({ whole: true, tiled: true, noQ: false, noDuration: false })
  })

  it('are one column for one window, so that ratios take them, and a column each for several', () => {
    answers<{
      one: Accepts<Parameters<Builder['ratio']>[0], ReturnType<Builder['count']>>
      several: Accepts<Parameters<Builder['ratio']>[0], ReturnType<Builder['counts']>>
    }>({ one: true, several: false })
    const { columnNames } = defineFeatures(schema, (f) => ({
      rate: f.ratio(f.distinct('pay', 'terminal', day), f.count('pay', day), { prior: [0, 1] }),
      mean: f.mean('pay', 'amount', { by: ['card', 'terminal', 'card.country'], windows: ['5m', '90d'] }),
      p90: f.quantile('pay', 'amount', { ...day, q: 0.9, bound: 100, error: 0.02 }),
      month: f.max('pay', 'amount', { by: 'card', window: '30d', tile: '1h' }),
      rough: f.counts('pay', { by: 'card', windows: ['1d', '2d'], tile: '1h', tailError: 0.05 }),
    }))
    assert.deepEqual(columnNames, ['rate', 'mean.5m', 'mean.90d', 'p90', 'month', 'rough.1d', 'rough.2d'])
  })
})

describe('windows, from plain JavaScript', () => {
  it('are refused with every fault in words', () => {
    const faults = faultsOf((f) => ({
      event: f.mean('payment', 'amount', day),
      field: f.min('pay', 'amuont', day),
      kind: f.max('pay', 'device', day),
      inherited: f.sum('pay', 'constructor', day),
      names: f.distinct('pay', 'amount', day),
      text: f.distinct('pay', 'note', day),
      q: f.quantile('pay', 'amount', day),
      largeQ: f.quantile('pay', 'amount', { ...day, q: 50 }),
      both: f.mean('pay', 'amount', { ...day, windows: ['1d'] }),
      neither: f.mean('pay', 'amount', { by: 'card' }),
      nothing: f.mean('pay', 'amount'),
      bound: f.distinct('pay', 'terminal', { ...day, bound: 0 }),
      error: f.distinct('pay', 'terminal', { ...day, error: 0.001 }),
      boundOfTiles: f.distinct('pay', 'terminal', { by: 'card', window: '30d', tile: '1h', bound: 5 }),
      where: f.min('pay', 'amount', { ...day, where: { amuont: { min: 1 } } }),
    }))
    assert.deepEqual(faults, [
      'event: unknown event payment; the schema has pay',
      'field: pay.amuont: expected a number field, got none',
      'kind: pay.device: expected a number field, got category',
      'inherited: pay.constructor: expected a number field, got none',
      'names: pay.amount: expected a reference, category or identifier field, got number',
      'text: pay.note: expected a reference, category or identifier field, got text',
      'q: q: expected a number from 0, the smallest, to 1, the largest, got nothing',
      'largeQ: q: expected a number from 0, the smallest, to 1, the largest, got 50',
      'both: window: expected window or windows, got "1d"',
      'neither: window: expected a duration such as "5m", got nothing',
      'nothing: by: expected a name such as "user", or a list of two or three different ones, got nothing',
      'nothing: window: expected a duration such as "5m", got nothing',
      'bound: bound: expected a whole number from 1 to 100000, got 0',
      'error: error: expected a number from 0.005 to 0.1, got 0.001',
      'boundOfTiles: bound: expected none beside a tile, which keeps sketches alone',
      'where: where: unknown field amuont',
    ])
  })

  it('are refused with a tile above one per cent of a window, with the largest that is allowed', () => {
    const faults = faultsOf((f) => ({
      long: f.count('pay', { by: 'card', window: '30d', tile: '12h' }),
      edge: f.count('pay', { by: 'card', window: '100h', tile: '1h' }),
      list: f.counts('pay', { by: 'card', windows: ['30d', '1d', '1h'], tile: '1h' }),
      short: f.sum('pay', 'amount', { by: 'card', window: '30s', tile: '1s' }),
      accepted: f.count('pay', { by: 'card', window: '30d', tile: '12h', tailError: 0.017 }),
      less: f.count('pay', { by: 'card', window: '30d', tile: '12h', tailError: 0.005 }),
      wider: f.count('pay', { by: 'card', window: '1h', tile: '2h', tailError: 1 }),
      alone: f.count('pay', { by: 'card', window: '1h', tailError: 0.1 }),
      share: f.count('pay', { by: 'card', window: '1h', tile: '2h', tailError: 2 }),
    }))
    const accept = (error: number) => `, or write tailError: ${error} to accept its error`
    assert.deepEqual(faults, [
      `long: tile: expected at most 432m (1 % of the window 30d), got 12h; shorten it${accept(0.017)}`,
      `list: tile: expected at most 864s (1 % of the window 1d), got 1h; shorten it${accept(0.042)}`,
      `list: tile: expected at most 36s (1 % of the window 1h), got 1h; shorten it${accept(1)}`,
      'short: tile: expected none, as no tile is that short (1 % of the window 30s), got 1s; ' +
        `leave it out for an exact window${accept(0.034)}`,
      `less: tile: expected at most 216m (0.5 % of the window 30d), got 12h; shorten it${accept(0.017)}`,
      'wider: tile: expected at most 1h (100 % of the window 1h), got 2h; shorten it',
      'alone: tailError: expected a tile beside it, got none',
      'share: tailError: expected a share of the window, above 0 and at most 1, got 2',
    ])
  })
})

describe('the identity of windows', () => {
  it('is another for every change that changes a value, and not for what was only accepted', () => {
    const month = { by: 'card', window: '30d' } as const
    const hash = (define: (f: Builder) => ReturnType<Builder['count']>) =>
      defineFeatures(schema, (f) => ({ a: define(f) })).hash
    const hashes = [
      hash((f) => f.count('pay', month)),
      hash((f) => f.count('pay', { ...month, tile: '1h' })),
      hash((f) => f.count('pay', { ...month, tile: '2h' })),
      hash((f) => f.sum('pay', 'amount', month)),
      hash((f) => f.mean('pay', 'amount', month)),
      hash((f) => f.mean('pay', 'tip', month)),
      hash((f) => f.min('pay', 'amount', month)),
      hash((f) => f.max('pay', 'amount', month)),
      hash((f) => f.quantile('pay', 'amount', { ...month, q: 0.5 })),
      hash((f) => f.quantile('pay', 'amount', { ...month, q: 0.6 })),
      hash((f) => f.quantile('pay', 'amount', { ...month, q: 0.5, error: 0.02 })),
      hash((f) => f.quantile('pay', 'amount', { ...month, q: 0.5, bound: 5 })),
      hash((f) => f.distinct('pay', 'terminal', month)),
      hash((f) => f.distinct('pay', 'device', month)),
      hash((f) => f.distinct('pay', 'terminal', { ...month, bound: 5 })),
      hash((f) => f.distinct('pay', 'terminal', { ...month, error: 0.05 })),
    ]
    assert.equal(new Set(hashes).size, hashes.length)
    assert.equal(
      hash((f) => f.count('pay', { ...month, tile: '1h', tailError: 0.5 })),
      hashes[1],
    )
  })

  it('is shared by windows of one series and by quantiles of one field', () => {
    const { aggregates } = defineFeatures(schema, (f) => ({
      sum: f.sum('pay', 'amount', { by: 'card', windows: ['1h', '1d'] }),
      mean: f.mean('pay', 'amount', { by: 'card', windows: ['1h', '7d'] }),
      median: f.quantile('pay', 'amount', { ...day, q: 0.5 }),
      high: f.quantile('pay', 'amount', { ...day, q: 0.9 }),
    }))
    const state = new FeatureState(schema, aggregates)
    const both = new FeatureState(schema, [
      { kind: 'series', event: 'pay', by: ['card'], value: 'amount', windowMs: 7 * 86_400_000 },
      aggregates.find(({ kind }) => kind === 'quantiles')!,
    ])
    assert.equal(state.hash, both.hash)
  })
})

describe('a window without values', () => {
  it('is NaN where nothing can be said, and 0 where nothing was counted', () => {
    const features = defineFeatures(schema, (f) => ({
      count: f.count('pay', day),
      sum: f.sum('pay', 'tip', day),
      distinct: f.distinct('pay', 'terminal', { ...day, where: { device: { oneOf: ['phone'] } } }),
      mean: f.mean('pay', 'tip', day),
      min: f.min('pay', 'tip', day),
      max: f.max('pay', 'tip', { by: 'card', window: '30d', tile: '1h' }),
      median: f.quantile('pay', 'tip', { ...day, q: 0.5 }),
    }))
    const state = new FeatureState(schema, features.aggregates)
    const at = Date.UTC(2026, 0, 1)
    // A payment without a tip, and one whose tip is there.
    const payment = { type: 'pay', at, card: 'c', terminal: 't', amount: 5, device: 'watch', session: 's' }
    state.apply(1, { id: 'a', ...payment })
    const rows = new FeatureRows(features, state)
    const frame = new RequestFrame(schema).bind('card', state.attributes.keys('card').find('c'))
    frame.at = at
    const out = new Float64Array(rows.width)
    rows.fill(frame, [-1], out)
    const { NaN: none } = Number
    assert.deepEqual([...out], [1, 0, 0, none, none, none, none])
    state.apply(2, { id: 'b', ...payment, tip: 3 })
    rows.fill(frame, [-1], out)
    assert.deepEqual([...out], [2, 3, 0, 3, 3, 3, 3])
  })
})
