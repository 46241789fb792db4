/**
 * What a window costs: a write of one aggregate, a read of one column, and bytes a key, on 200,000 payments of
 * 10,000 cards (few of them busy, 1 in 50 an hour late) over 30 days. Writes are processor time of the thread over all
 * events, the growth of arrays included; reads are the median of batches of 20.
 *
 *     node bench/windows.bench.ts [rounds, 5]
 */
import { defineFeatures, FeatureRows, FeatureState, RequestFrame, type ScalarFeature } from '../src/features/index.ts'
import { DAY_MS, HOUR_MS, randomFrom } from '../src/foundation/index.ts'
import { defineSchema, number, ref } from '../src/problem/index.ts'

const EVENTS = 200_000
const CARDS = 10_000
const TERMINALS = 2_000
const READS = 3_000
const START = Date.UTC(2026, 0, 1)
const ROUNDS = Number(process.argv[2] ?? 5)

const schema = defineSchema({
  entities: { card: {}, terminal: {} },
  events: { pay: { card: ref('card'), terminal: ref('terminal'), amount: number() } },
})

const day = { by: 'card', window: '1d' } as const
const week = { by: 'card', window: '7d' } as const
const month = { by: 'card', window: '30d', tile: '1h' } as const
/** Each a set of one feature; `nothing` is what an event costs without any. */
const sets = {
  nothing: defineFeatures(schema, () => ({})),
  'count, exact 7d': alone((f) => f.count('pay', week)),
  'mean, exact 7d': alone((f) => f.mean('pay', 'amount', week)),
  'min, exact 7d': alone((f) => f.min('pay', 'amount', week)),
  'quantile, exact 1d': alone((f) => f.quantile('pay', 'amount', { ...day, q: 0.9 })),
  'quantile, exact 7d': alone((f) => f.quantile('pay', 'amount', { ...week, q: 0.9 })),
  'distinct, exact 1d': alone((f) => f.distinct('pay', 'terminal', day)),
  'distinct, exact 7d': alone((f) => f.distinct('pay', 'terminal', week)),
  'distinct of a pair, exact 7d': alone((f) =>
    f.distinct('pay', 'terminal', { by: ['card', 'terminal'], window: '7d' }),
  ),
  'count, tiled 30d/1h': alone((f) => f.count('pay', month)),
  'mean, tiled 30d/1h': alone((f) => f.mean('pay', 'amount', month)),
  'min, tiled 30d/1h': alone((f) => f.min('pay', 'amount', month)),
  'quantile, tiled 30d/1h': alone((f) => f.quantile('pay', 'amount', { ...month, q: 0.9 })),
  'distinct, tiled 30d/1h': alone((f) => f.distinct('pay', 'terminal', month)),
}

function alone(define: (f: Parameters<Parameters<typeof defineFeatures<typeof schema>>[1]>[0]) => ScalarFeature) {
  return defineFeatures(schema, (f) => ({ feature: define(f) }))
}

const random = randomFrom(1, 'windows')
const events = Array.from({ length: EVENTS }, (_, index) => ({
  id: `p${index}`,
  type: 'pay',
  at: START + Math.floor((index / EVENTS) * 30 * DAY_MS) - (random.uniform() < 0.02 ? HOUR_MS : 0),
  card: `c${Math.floor(random.uniform() ** 3 * CARDS)}`,
  terminal: `t${random.integer(TERMINALS)}`,
  amount: random.integer(100_000) / 100,
}))

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function cpuNanos(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) * 1000
}

interface Figures {
  readonly writes: number[]
  readonly reads: number[]
  readonly busiest: number[]
  bytes: number
}
const figures = new Map<string, Figures>()
for (const name of Object.keys(sets)) figures.set(name, { writes: [], reads: [], busiest: [], bytes: 0 })

/** One round of all sets, so that what disturbs the machine disturbs all of them. */
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, set] of Object.entries(sets)) {
    const found = figures.get(name)!
    const state = new FeatureState(schema, set.aggregates)
    const start = cpuNanos()
    for (let index = 0; index < EVENTS; index++) state.apply(index + 1, events[index]!)
    found.writes.push((cpuNanos() - start) / EVENTS)
    found.bytes = state.bytes()
    if (set.columnNames.length === 0) continue
    // Cards as events name them: the busy ones more often.
    const asked = events.slice(-READS).map(({ card }) => state.attributes.keys('card').find(card))
    found.reads.push(readNanos(set, state, asked))
    found.busiest.push(readNanos(set, state, new Array(2000).fill(state.attributes.keys('card').find('c0'))))
  }
}

function readNanos(set: (typeof sets)['nothing'], state: FeatureState, cards: readonly number[]): number {
  const rows = new FeatureRows(set, state)
  const frame = new RequestFrame(schema)
  const terminal = state.attributes.keys('terminal').find('t0')
  frame.bind('terminal', terminal)
  frame.at = state.newestMs
  const slot = frame.slot('card')
  const out = new Float64Array(1)
  const batches: number[] = []
  for (let from = 0; from < cards.length; from += 20) {
    const start = performance.now()
    for (let index = from; index < from + 20; index++) {
      frame.keys[slot] = cards[index]!
      rows.fill(frame, [-1], out)
    }
    batches.push(((performance.now() - start) * 1e6) / 20)
  }
  return median(batches)
}

const nothing = median(figures.get('nothing')!.writes)
console.log(`an event without features: ${nothing.toFixed(0)} ns; medians of ${ROUNDS} rounds`)
console.log('aggregate                       write ns   read ns   busiest card ns   bytes a card')
for (const [name, { writes, reads, busiest, bytes }] of figures) {
  if (name === 'nothing') continue
  const own = bytes - figures.get('nothing')!.bytes
  console.log(
    name.padEnd(30) +
      (median(writes) - nothing).toFixed(0).padStart(10) +
      median(reads).toFixed(0).padStart(10) +
      median(busiest).toFixed(0).padStart(18) +
      (own / CARDS).toFixed(0).padStart(15),
  )
}
