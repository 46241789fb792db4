import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { EventRecord } from '../data/index.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../foundation/index.ts'
import { category, defineSchema, number, ref } from '../problem/index.ts'
import { defineFeatures } from './define-features.ts'
import { FeatureRows } from './feature-rows.ts'
import { FeatureState } from './feature-state.ts'
import { RequestFrame } from './request-frame.ts'

const schema = defineSchema({
  entities: { card: {}, device: {}, address: {} },
  events: {
    pay: {
      card: ref('card').optional(),
      device: ref('device').optional(),
      address: ref('address').optional(),
      city: category().optional(),
      amount: number(),
    },
  },
})
const START = Date.UTC(2026, 0, 1)
const [HUB, NODES, CUT] = [3, 4, 4]
const THROUGH = ['device', 'address', 'city'] as const
const WINDOWS = { '7h': 7 * HOUR_MS, '2d': 2 * DAY_MS } as const
const [HALF_LIFE, HALF_LIFE_MS] = ['5h', 5 * HOUR_MS] as const

const shared = { by: 'card', through: THROUGH, halfLife: HALF_LIFE, hub: HUB, keep: { nodes: NODES } } as const
const features = defineFeatures(schema, (f) => ({
  short: f.links('pay', { ...shared, window: '7h' }),
  long: f.links('pay', { ...shared, window: '2d' }),
  cut: f.links('pay', { ...shared, window: '2d', most: CUT }),
}))

const CARDS = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', '__proto__']
const node = fc.constantFrom('n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'constructor')
/** In minutes: mostly onwards, at the same moment too, late by up to three days, ahead by up to a day. */
const move = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 120 }) },
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: -600, max: 0 }) },
  { weight: 1, arbitrary: fc.integer({ min: -4320, max: 1440 }) },
)
const payment = fc.record(
  { move, card: fc.constantFrom(...CARDS), device: node, address: node, city: node },
  { requiredKeys: ['move'] },
)
const log = fc.array(payment, { maxLength: 120 }).map((payments) => {
  let now = START
  return payments.map(({ move: minutes, ...fields }): EventRecord => {
    const at = now + minutes * MINUTE_MS
    if (minutes >= 0 && minutes <= 120) now = at
    return { id: 'any', type: 'pay', at, amount: 1, ...fields }
  })
})

function stateAfter(records: readonly EventRecord[], from = new FeatureState(schema, features.aggregates)) {
  for (const each of records) from.apply(from.offset + 1, each)
  return from
}

function rowOf(state: FeatureState, card: string, at: number): Map<string, number> {
  const frame = new RequestFrame(schema).bind('card', state.attributes.keys('card').find(card))
  frame.at = at
  const rows = new FeatureRows(features, state)
  const out = new Float64Array(rows.width)
  rows.fill(frame, [-1], out)
  return new Map(features.columnNames.map((column, index) => [column, out[index]!]))
}

interface Edge {
  readonly other: string
  readonly at: number
}

/** The graph by the definition: plain lists, put in order anew with every event. */
class NaiveGraph {
  readonly lists = new Map<string, Edge[]>()

  constructor(records: readonly EventRecord[]) {
    for (const record of records) {
      if (record.card === undefined) continue
      for (const field of THROUGH) {
        const value = record[field]
        if (value === undefined) continue
        const [key, vertex] = [`card ${record.card}`, `${field} ${value}`]
        this.#use(key, vertex, record.at, NODES)
        this.#use(vertex, key, record.at, HUB + 1)
      }
    }
  }

  #use(from: string, other: string, at: number, most: number): void {
    const list = this.lists.get(from) ?? []
    const known = list.find((edge) => edge.other === other)
    if (known && known.at > at) return
    const rest = list.filter((edge) => edge.other !== other)
    const place = rest.findLastIndex((edge) => edge.at <= at) + 1
    this.lists.set(from, rest.toSpliced(place, 0, { other, at }).slice(-most))
  }

  /** The edges of a vertex in a window; none of a public node. */
  edges(vertex: string, after: number): Edge[] {
    const edges = (this.lists.get(vertex) ?? []).filter(({ at }) => at > after)
    return vertex.startsWith('card ') || edges.length <= HUB ? edges : []
  }

  /** The weakest edge on the best way to every vertex, by relaxing all edges until nothing changes. */
  reach(start: string, after: number): Map<string, number> {
    const best = new Map([[start, Number.POSITIVE_INFINITY]])
    for (let changed = true; changed; ) {
      changed = false
      for (const [vertex, time] of [...best]) {
        for (const { other, at } of this.edges(vertex, after)) {
          if (Math.min(time, at) <= (best.get(other) ?? Number.NEGATIVE_INFINITY)) continue
          best.set(other, Math.min(time, at))
          changed = true
        }
      }
    }
    return best
  }
}

function naiveColumns(graph: NaiveGraph, card: string, at: number, windowMs: number): number[] {
  const start = `card ${card}`
  const after = at - windowMs
  const best = graph.reach(start, after)
  const members = [...best].filter(([vertex]) => vertex.startsWith('card ') && vertex !== start)
  const score = members.reduce((sum, [, time]) => sum + 2 ** (-Math.max(0, at - time) / HALF_LIFE_MS), 0)
  const nodes = [...best.keys()].filter((vertex) => !vertex.startsWith('card '))
  const neighbours = graph.edges(start, after).flatMap(({ other }) => graph.edges(other, after))
  const others = neighbours.map(({ other }) => other).filter((other) => other !== start)
  const direct = new Set(others)
  const close = [...direct].filter((one) => others.filter((other) => other === one).length >= 2)
  const links = nodes.filter((vertex) => graph.edges(vertex, after).length >= 2)
  return [members.length + 1, score, links.length, direct.size, close.length]
}

describe('the links of a key', () => {
  it('are those of a plain graph, for every card, window and moment of the last day', () => {
    fc.assert(
      fc.property(
        log,
        fc.array(fc.integer({ min: -120, max: 1440 }), { minLength: 3, maxLength: 3 }),
        (records, minutes) => {
          const state = stateAfter(records)
          const graph = new NaiveGraph(records)
          for (const before of minutes) {
            const at = state.newestMs - before * MINUTE_MS
            for (const card of CARDS) {
              const row = rowOf(state, card, at)
              if (state.attributes.keys('card').find(card) < 0) {
                assert.ok([...row.values()].every(Number.isNaN))
                continue
              }
              const [size = 0, score = 0] = naiveColumns(graph, card, at, WINDOWS['2d'])
              for (const [name, windowMs] of [
                ['short', WINDOWS['7h']],
                ['long', WINDOWS['2d']],
              ] as const) {
                const expected = naiveColumns(graph, card, at, windowMs)
                const got = ['size', 'score', 'shared', 'degree', 'close'].map(
                  (column) => row.get(`${name}.${column}`)!,
                )
                assert.ok(Math.abs(got[1]! - expected[1]!) < 1e-9, `${got[1]} for ${expected[1]}`)
                assert.deepEqual(got.with(1, 0), expected.with(1, 0))
              }
              // The members that a bound leaves are those that are linked the strongest.
              assert.equal(row.get('cut.size'), Math.min(size, CUT))
              assert.equal(row.get('cut.degree'), row.get('long.degree'))
              if (size <= CUT) assert.equal(row.get('cut.score'), row.get('long.score'))
              else assert.ok(row.get('cut.score')! >= (score * (CUT - 1)) / (size - 1) - 1e-9)
            }
          }
        },
      ),
      { seed: 6, numRuns: 150 },
    )
  })

  it('survive saving and loading at any event, to the byte of what is saved later', () => {
    fc.assert(
      fc.property(log, fc.nat(120), (records, cut) => {
        const whole = stateAfter(records)
        const half = stateAfter(records.slice(0, cut))
        const loaded = new FeatureState(schema, features.aggregates)
        loaded.load(half.save())
        assert.deepEqual(loaded.save(), half.save())
        assert.deepEqual(stateAfter(records.slice(cut), loaded).save(), whole.save())
      }),
      { seed: 7, numRuns: 100 },
    )
  })

  it('change nothing when they are read', () => {
    fc.assert(
      fc.property(log, (records) => {
        const read = new FeatureState(schema, features.aggregates)
        for (const record of records) {
          read.apply(read.offset + 1, record)
          rowOf(read, 'c0', record.at)
        }
        assert.deepEqual(read.save(), stateAfter(records).save())
      }),
      { seed: 8, numRuns: 50 },
    )
  })

  it('reach no further than the weakest link and the half-life say', () => {
    const pay = (hours: number, card: string, device: string): EventRecord => {
      return { id: 'any', type: 'pay', at: START + hours * HOUR_MS, amount: 1, card, device }
    }
    // a and b share one device 5 hours ago, b and c another 10 hours ago: c is as far from a as the older link.
    const state = stateAfter([pay(0, 'b', 'y'), pay(0, 'c', 'y'), pay(5, 'a', 'x'), pay(5, 'b', 'x')])
    const row = rowOf(state, 'a', START + 10 * HOUR_MS)
    const columns = ['size', 'score', 'shared', 'degree'].map((column) => row.get(`long.${column}`))
    assert.deepEqual(columns, [3, 0.5 + 0.25, 2, 1])
    const lone = rowOf(stateAfter([pay(0, 'a', 'x')]), 'a', START)
    assert.deepEqual([lone.get('long.size'), lone.get('long.score'), lone.get('long.degree')], [1, 0, 0])
  })

  it('gives back what was not used for longer than the window', () => {
    const of = (round: number, rounds: number) =>
      Array.from({ length: 40 * rounds }, (_, index): EventRecord => {
        const at = START + (round + Math.floor(index / 40)) * 4 * DAY_MS
        const card = `c${(round + Math.floor(index / 40)) * 40 + index}`
        return { id: 'any', type: 'pay', at, amount: 1, card, device: `d${(index % 40) >> 1}${round}` }
      })
    const few = stateAfter(of(0, 3))
    const many = stateAfter(of(0, 60))
    const edges = (state: FeatureState) => state.save().length - 14 * state.attributes.keys('card').size
    assert.ok(edges(many) < edges(few) + 9_000, `${edges(many)} bytes after ${edges(few)}`)
  })
})

describe('a definition of links', () => {
  it('names what is wrong with it', () => {
    const define = (options: object) => () =>
      defineFeatures(schema, (f) => ({ links: f.links('pay', { ...shared, window: '2d', ...options } as never) }))
    assert.throws(define({ through: [] }), /through: expected at least one value/)
    assert.throws(define({ through: ['amount'] }), /through: expected references or categories of pay .*got amount/)
    assert.throws(define({ through: ['card'] }), /got card/)
    assert.throws(define({ through: ['city', 'city'] }), /expected different fields/)
    assert.throws(define({ by: 'city' }), /pay has no reference city/)
    assert.throws(define({ most: 1 }), /most: expected a whole number from 2/)
    assert.throws(define({ keep: { nodes: 0 } }), /keep: expected how many to remember/)
  })
})
