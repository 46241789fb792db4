// Rings of accounts told from families, offices, dormitories, parcel shops and thieves' victims by the link features
// alone, over the fraud world. A card is taken for a member of a ring from the TIMES-th of its payments on whose row
// (itself included) satisfies
//
//     size >= SIZE and shared >= SHARED and close >= NEAR and degree >= DEGREE (size - 1)
//     and close >= CLOSE (size - 1) and score >= SCORE (size - 1)
//
// The thresholds, and from how many keys on a node is public (hub), are chosen on worlds of other seeds than those that
// are reported. Recall is the share of the accounts of rings that were taken for members at any time, precision the
// share of those taken that are members; `beforeFrauds` is the share of all accounts of rings that was found before the
// ring's first fraud. A read is what a row costs for an account of a ring of 50, and for all cards that are linked; a
// write what an event costs with the links and without any feature.
//
//   node bench/rings.bench.ts [--choose 1,2,3] [--report 101,102,103,104,105] [--cards 3000] [--days 50] [--json]
import { parseArgs } from 'node:util'
import { defineFeatures, FeatureRows, FeatureState, RequestFrame } from '../src/features/index.ts'
import { createFraudWorld, type FraudWorld, fraudSchema, generateFraudEvents } from '../src/systems/index.ts'
import { printReport } from './load/report.ts'

const { values } = parseArgs({
  options: {
    choose: { type: 'string', default: '1,2,3' },
    report: { type: 'string', default: '101,102,103,104,105' },
    cards: { type: 'string', default: '3000' },
    days: { type: 'string', default: '50' },
    json: { type: 'boolean', default: false },
  },
})

const LINKS = { by: 'card', through: ['device', 'address'], window: '30d', halfLife: '7d', most: 200 } as const
const HUBS: readonly [number, number] = [30, 60]
const features = defineFeatures(fraudSchema, (f) => ({
  narrow: f.links('payment', { ...LINKS, hub: HUBS[0] }),
  wide: f.links('payment', { ...LINKS, hub: HUBS[1] }),
}))
const single = HUBS.map((hub) => defineFeatures(fraudSchema, (f) => ({ ring: f.links('payment', { ...LINKS, hub }) })))
/** The columns of one hub. */
const WIDTH = 5
const TIMES = [1, 2, 3]
const SIZES = [4, 5]
const SHARED = [3, 4]
const NEAR = [2, 3, 4]
const DEGREES = [0.4, 0.5, 0.6, 0.7]
const CLOSE = [0.1, 0.2, 0.3, 0.4]
const SCORES = [0.2, 0.4]
/** Rings are told apart by their size: from each of these on. */
const GROUPS = [5, 10, 20, 35] as const
/** Rows of fewer members are taken for none by every rule that is tried. */
const LEAST_SIZE = 4
const READS = 2_000

interface Rule {
  readonly hub: number
  readonly times: number
  readonly size: number
  readonly shared: number
  readonly near: number
  readonly degree: number
  readonly close: number
  readonly score: number
}

/** The rows of a world's payments that a rule may take for a member's, in the order of time. */
interface World {
  readonly world: FraudWorld
  readonly cards: readonly string[]
  readonly times: readonly number[]
  /** Shape (rows x 10): size, score, shared, degree and close for each hub. */
  readonly rows: readonly number[]
  readonly state: FeatureState
  readonly ringOf: ReadonlyMap<string, number>
  /** How many cards paid at all. */
  readonly paying: number
  readonly payments: number
}

function readWorld(seed: number): World {
  const world = createFraudWorld({ seed, cards: Number(values.cards), days: Number(values.days) })
  const state = new FeatureState(fraudSchema, features.aggregates)
  const reader = new FeatureRows(features, state)
  const frame = new RequestFrame(fraudSchema)
  const out = new Float64Array(reader.width)
  const found = { cards: [] as string[], times: [] as number[], rows: [] as number[] }
  const paying = new Set<string>()
  let payments = 0
  for (const { record } of world.events()) {
    state.apply(state.offset + 1, record)
    if (record.type !== 'payment') continue
    payments++
    const card = String(record.card)
    paying.add(card)
    frame.bind('card', state.attributes.keys('card').find(card))
    frame.at = record.at
    reader.fill(frame, [-1], out)
    if (Math.max(out[0]!, out[WIDTH]!) < LEAST_SIZE) continue
    found.cards.push(card)
    found.times.push(record.at)
    found.rows.push(...out)
  }
  const ringOf = new Map(world.rings.flatMap(({ cards }, ring) => cards.map((card) => [card, ring] as const)))
  return { world, ...found, state, ringOf, paying: paying.size, payments }
}

/** When each card was taken for a member. */
function taken({ cards, times, rows }: World, rule: Rule): Map<string, number> {
  const { size, shared, near, degree, close, score } = rule
  const found = new Map<string, number>()
  const seen = new Map<string, number>()
  const first = HUBS.indexOf(rule.hub) * WIDTH
  for (let row = 0; row < cards.length; row++) {
    const at = row * 2 * WIDTH + first
    const others = rows[at]! - 1
    if (others + 1 < size || rows[at + 2]! < shared || rows[at + 4]! < near) continue
    if (rows[at + 3]! < degree * others || rows[at + 4]! < close * others || rows[at + 1]! < score * others) continue
    const count = (seen.get(cards[row]!) ?? 0) + 1
    seen.set(cards[row]!, count)
    if (count === rule.times) found.set(cards[row]!, times[row]!)
  }
  return found
}

function quality(worlds: readonly World[], rule: Rule) {
  const sum = { found: 0, right: 0, members: 0, early: 0 }
  for (const each of worlds) {
    const found = taken(each, rule)
    sum.found += found.size
    sum.members += each.ringOf.size
    for (const [card, at] of found) {
      const ring = each.ringOf.get(card)
      if (ring === undefined) continue
      sum.right++
      if (at < each.world.rings[ring]!.bustOutMs) sum.early++
    }
  }
  const recall = sum.right / sum.members
  const precision = sum.found === 0 ? 1 : sum.right / sum.found
  return { recall, precision, beforeFrauds: sum.early / sum.members, ...sum }
}

/** Every combination of the thresholds. */
function rules(): Rule[] {
  return HUBS.flatMap((hub) =>
    combined({
      times: TIMES,
      size: SIZES,
      shared: SHARED,
      near: NEAR,
      degree: DEGREES,
      close: CLOSE,
      score: SCORES,
    }).map((thresholds) => ({ hub, ...thresholds })),
  )
}

function combined<Name extends string>(lists: Readonly<Record<Name, readonly number[]>>): Record<Name, number>[] {
  const names = Object.keys(lists) as Name[]
  return names.reduce<Record<Name, number>[]>(
    (all, name) => all.flatMap((chosen) => lists[name].map((value) => ({ ...chosen, [name]: value }))),
    [{} as Record<Name, number>],
  )
}

/** The rule whose worse one of recall and precision is best; of equal ones the first. */
function chooseRule(worlds: readonly World[]): Rule {
  let best: { rule: Rule; worth: number } | undefined
  for (const rule of rules()) {
    const { recall, precision } = quality(worlds, rule)
    const worth = Math.min(recall, precision) + 1e-3 * (recall + precision)
    if (best === undefined || worth > best.worth) best = { rule, worth }
  }
  if (!best) throw new Error('no rule was tried')
  return best.rule
}

/** Recall by the size of rings. */
function bySize(worlds: readonly World[], rule: Rule) {
  return GROUPS.map((least, group) => {
    const most = (GROUPS[group + 1] ?? 51) - 1
    let [rings, members, found] = [0, 0, 0]
    for (const each of worlds) {
      const cards = taken(each, rule)
      for (const ring of each.world.rings) {
        if (ring.cards.length < least || ring.cards.length > most) continue
        rings++
        members += ring.cards.length
        found += ring.cards.filter((card) => cards.has(card)).length
      }
    }
    return { accounts: `${least} to ${most}`, rings, members, found, recall: found / members }
  })
}

function cpuMicros(): number {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

/** Microseconds a row, by processor time; at a moment that no row was read at, so that nothing is remembered. */
function readMicros(set: (typeof single)[number], state: FeatureState, cards: readonly string[], at: number): number {
  const rows = new FeatureRows(set, state)
  const frame = new RequestFrame(fraudSchema)
  const out = new Float64Array(rows.width)
  const keys = cards.map((card) => state.attributes.keys('card').find(card))
  const slot = frame.slot('card')
  const read = (count: number) => {
    const start = cpuMicros()
    for (let index = 0; index < count; index++) {
      frame.at = at + index
      frame.keys[slot] = keys[index % keys.length]!
      rows.fill(frame, [-1], out)
    }
    return (cpuMicros() - start) / count
  }
  read(READS)
  return Math.min(...Array.from({ length: 5 }, () => read(READS)))
}

/** Nanoseconds that an event costs with links and without any feature, interleaved; the better of three rounds. */
function writeNanos(set: (typeof single)[number], seed: number): { links: number; nothing: number } {
  const none = defineFeatures(fraudSchema, () => ({}))
  const events = [...generateFraudEvents(createFraudWorld({ seed, cards: Number(values.cards), days: 20 }))]
  const best = { links: Number.POSITIVE_INFINITY, nothing: Number.POSITIVE_INFINITY }
  for (let round = 0; round < 3; round++) {
    for (const [name, { aggregates }] of [
      ['links', set],
      ['nothing', none],
    ] as const) {
      const state = new FeatureState(fraudSchema, aggregates)
      const start = cpuMicros()
      for (const record of events) state.apply(state.offset + 1, record)
      best[name] = Math.min(best[name], ((cpuMicros() - start) * 1000) / events.length)
    }
  }
  return best
}

/** What a row costs for the accounts of a ring of 50, all of them in use. */
function ringOfFifty(set: (typeof single)[number]) {
  const world = createFraudWorld({ seed: 9, cards: 1_000, days: 40, rings: 1, ringSizes: [50, 50] })
  const state = new FeatureState(fraudSchema, set.aggregates)
  const [ring] = world.rings
  for (const { record } of world.events()) {
    if (record.at > ring!.bustOutMs) break
    state.apply(state.offset + 1, record)
  }
  const frame = new RequestFrame(fraudSchema)
  const rows = new FeatureRows(set, state)
  const out = new Float64Array(rows.width)
  frame.bind('card', state.attributes.keys('card').find(ring!.cards[0]!))
  frame.at = ring!.bustOutMs
  rows.fill(frame, [-1], out)
  const micros = readMicros(set, state, ring!.cards, ring!.bustOutMs)
  return { members: out[0], shared: out[2], degree: out[3], close: out[4], micros }
}

const seedsOf = (list: string) => list.split(',').map(Number)
const chosenOn = seedsOf(values.choose).map(readWorld)
const rule = chooseRule(chosenOn)
const reported = seedsOf(values.report).map(readWorld)
const last = reported.at(-1)!
const all = [...new Set(last.cards)]
const chosenSet = single[HUBS.indexOf(rule.hub)]!
const report = quality(reported, rule)
printReport(
  'rings',
  {
    holds: report.recall >= 0.9 && report.precision >= 0.9,
    command: `node bench/rings.bench.ts --choose ${values.choose} --report ${values.report} --cards ${values.cards} --days ${values.days}`,
    links: LINKS,
    rule,
    chosen: { seeds: values.choose, ...quality(chosenOn, rule) },
    reported: {
      seeds: values.report,
      ...report,
      cards: reported.reduce((sum, { paying }) => sum + paying, 0),
      payments: reported.reduce((sum, { payments }) => sum + payments, 0),
    },
    bySize: bySize(reported, rule),
    bySeed: reported.map((each) => {
      const { recall, precision, members } = quality([each], rule)
      return { seed: each.world.options.seed, recall, precision, members, rings: each.world.rings.length }
    }),
    readRingOf50: ringOfFifty(chosenSet),
    readLinkedCard: readMicros(chosenSet, last.state, all, last.state.newestMs),
    writeNanos: writeNanos(chosenSet, 1),
    bytesOfState: last.state.bytes(),
  },
  values.json,
)
