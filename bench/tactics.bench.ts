// A change of tactics noticed by betting on streams of patterns. Three parts:
//
// - change: fraud worlds whose adversary changes tactics on a day: the share of worlds in which an alarm comes within a
//   simulated day of it, and the delays. Alarms of before the change are false, and counted; a world of which one came in the
//   week before has no delay that could be told from it and counts as not noticed.
// - calm: worlds of the same seeds, and smaller ones, without the change: false alarms in 100 simulated days of watching, of
//   which the declared budget is one.
// - errors: plain errors of 10 % that become 20 %: events until they are noticed, and false alarms in a million without change,
//   beside a CUSUM of standardised errors with its usual k = 0.5 and h = 5, upwards and downwards. `known` knows the 10 %,
//   `learnt` learnt it of 20,000 events before.
//
// The watch is that of the engine's monitor over the built-in application, without decisions, which the worlds' logs do not
// have. Nothing was chosen on the seeds that are reported; seeds 1 to 8 were looked at before.
//
//   node bench/tactics.bench.ts [--cards 5000,20000] [--seeds 101,102] [--calm-cards 2000] [--calm-seeds 201,202] [--json]
import { parseArgs } from 'node:util'
import { DAY_MS, randomFrom } from '../src/foundation/index.ts'
import { ChangeDetector, LearntShares, SystemChanges } from '../src/monitoring/index.ts'
import { createFraudWorld, findApplication } from '../src/systems/index.ts'
import { printReport } from './load/report.ts'

const { values } = parseArgs({
  options: {
    cards: { type: 'string', default: '5000,20000' },
    seeds: { type: 'string', default: '101,102,103,104,105,106' },
    'calm-cards': { type: 'string', default: '2000' },
    'calm-seeds': { type: 'string', default: '201,202,203,204,205,206,207,208,209,210' },
    json: { type: 'boolean', default: false },
  },
})
/** Three weeks of warm-up and three of reference come first. */
const LEARNT_DAYS = 42
const CHANGE_DAY = 46
const CHANGE_DAYS = 50
const CALM_DAYS = 60
const WITHIN_DAYS = 1

interface World {
  readonly seed: number
  readonly payments: number
  readonly fraudsADay: number
  /** In days after the change, or after the reference in a calm world. */
  readonly alarms: readonly { readonly days: number; readonly because: string }[]
  readonly cpuSeconds: number
}

function watchWorld(seed: number, cards: number, changes: boolean): World {
  const days = changes ? CHANGE_DAYS : CALM_DAYS
  const world = createFraudWorld({ seed, cards, days, changeOnDay: changes ? CHANGE_DAY : days })
  const changesOf = SystemChanges.of(findApplication('fraud'), 'fraud')
  if (!changesOf) throw new Error('the system has no patterns')
  const fromMs = world.changeAtMs ?? world.options.startMs + LEARNT_DAYS * DAY_MS
  const alarms: { days: number; because: string }[] = []
  let [offset, payments, frauds] = [0, 0, 0]
  const start = process.cpuUsage().user
  for (const { record, scenario } of world.events()) {
    const alarm = changesOf.applied(record, ++offset)
    if (record.type === 'payment') payments++
    if (record.at >= fromMs && scenario !== undefined && scenario !== 'none') frauds++
    if (alarm) alarms.push({ days: (alarm.at - fromMs) / DAY_MS, because: alarm.moved[0]?.words ?? '' })
  }
  const fraudsADay = (frauds * DAY_MS) / (world.options.startMs + days * DAY_MS - fromMs)
  return { seed, payments, fraudsADay, alarms, cpuSeconds: (process.cpuUsage().user - start) / 1e6 }
}

function changeFigures(cards: number, seeds: readonly number[]) {
  const worlds = seeds.map((seed) => {
    const world = watchWorld(seed, cards, true)
    process.stderr.write(`${cards} ${seed} change ${JSON.stringify(world.alarms)} ${world.cpuSeconds} s\n`)
    return world
  })
  const delays = worlds.map(({ alarms }) => {
    const isTold = alarms.some(({ days }) => days < 0 && days > -7)
    return isTold ? Number.POSITIVE_INFINITY : (alarms.find(({ days }) => days >= 0)?.days ?? Number.POSITIVE_INFINITY)
  })
  const sorted = delays.toSorted((a, b) => a - b)
  return {
    cards,
    worlds: worlds.length,
    fraudsADay: mean(worlds.map(({ fraudsADay }) => fraudsADay)),
    withinADay: delays.filter((delay) => delay <= WITHIN_DAYS).length / delays.length,
    withinTwoDays: delays.filter((delay) => delay <= 2 * WITHIN_DAYS).length / delays.length,
    // JSON has no infinity: null is not noticed within the four days of the world.
    delayDays: sorted.map((delay) => (Number.isFinite(delay) ? Number(delay.toFixed(2)) : null)),
    falseBefore: worlds.flatMap(({ alarms }) => alarms.filter(({ days }) => days < 0)).length,
    said: worlds.map(({ seed, alarms }) => ({ seed, said: alarms.find(({ days }) => days >= 0)?.because ?? null })),
    cpuSeconds: mean(worlds.map(({ cpuSeconds }) => cpuSeconds)),
  }
}

function calmFigures(cards: number, seeds: readonly number[]) {
  const worlds = seeds.map((seed) => {
    const world = watchWorld(seed, cards, false)
    process.stderr.write(`${cards} ${seed} calm ${JSON.stringify(world.alarms)} ${world.cpuSeconds} s\n`)
    return world
  })
  const alarms = worlds.reduce((sum, world) => sum + world.alarms.length, 0)
  const watchedDays = worlds.length * (CALM_DAYS - LEARNT_DAYS)
  return { cards, worlds: worlds.length, watchedDays, alarms, in100Days: (alarms * 100) / watchedDays }
}

/** Something that is told of errors one by one, says when they changed, and then begins anew. */
type Detector = (isError: boolean) => boolean

function betting(learnFrom: (() => number) | undefined, budget: number): Detector {
  const learnt = new LearntShares(1, 0)
  // All in one hour of the week: errors have no rhythm.
  if (learnFrom) for (let left = 20_000; left > 0; left--) learnt.learn(learnFrom() < 0.1 ? [0] : [], 0)
  const known = { bounds: () => ({ least: 0.1, most: 0.1 }), clump: () => 1 }
  const options = { budgetMs: budget, startEveryMs: 16 }
  const detector = new ChangeDetector([{ usual: learnFrom ? learnt : known, weights: [1] }], options)
  let at = 0
  return (isError) => {
    const isChanged = detector.observe(0, isError ? [0] : [], { at, offset: at++ })
    if (isChanged) detector.restart()
    return isChanged
  }
}

function cusum(): Detector {
  let [up, down] = [0, 0]
  return (isError) => {
    const z = ((isError ? 1 : 0) - 0.1) / 0.3
    up = Math.max(0, up + z - 0.5)
    down = Math.max(0, down - z - 0.5)
    if (up <= 5 && down <= 5) return false
    up = 0
    down = 0
    return true
  }
}

/** Errors of 10 % for a while, then of 20 %, a million events without change, by the anchors' protocol. */
function errorFigures(make: (seed: number) => Detector) {
  const delays: number[] = []
  let early = 0
  for (let seed = 1; seed <= 200; seed++) {
    const [random, detector] = [randomFrom(seed, 'errors'), make(seed)]
    for (let at = 0; at < 2_000; at++) if (detector(random.uniform() < 0.1)) early++
    let events = 1
    while (events < 100_000 && !detector(random.uniform() < 0.2)) events++
    delays.push(events)
  }
  let alarms = 0
  for (let seed = 1; seed <= 5; seed++) {
    const [random, detector] = [randomFrom(seed, 'calm'), make(seed)]
    for (let at = 0; at < 1_000_000; at++) if (detector(random.uniform() < 0.1)) alarms++
  }
  delays.sort((a, b) => a - b)
  return { medianEvents: delays[100], p90Events: delays[180], earlyAlarms: early, falseInAMillion: alarms / 5 }
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}

function mean(numbers: readonly number[]): number {
  return total(numbers) / numbers.length
}

const numbersOf = (list: string) => list.split(',').map(Number)
const seeds = numbersOf(values.seeds)
const sizes = numbersOf(values.cards)
const errors = {
  bettingKnown: errorFigures(() => betting(undefined, 1_000_000)),
  bettingLearnt: errorFigures((seed) => betting(randomFrom(seed, 'reference').uniform, 1_000_000)),
  cusum: errorFigures(cusum),
}
process.stderr.write(`${JSON.stringify(errors)}\n`)
const calm = [...numbersOf(values['calm-cards']).map((cards) => calmFigures(cards, numbersOf(values['calm-seeds'])))]
const change = sizes.map((cards) => changeFigures(cards, seeds))
calm.push(...sizes.map((cards) => calmFigures(cards, seeds)))
printReport(
  'tactics',
  {
    holds:
      (change.find(({ cards }) => cards === Math.max(...sizes))?.withinADay ?? 0) >= 0.9 &&
      (100 * total(calm.map(({ alarms }) => alarms))) / total(calm.map(({ watchedDays }) => watchedDays)) <= 1,
    command: `node bench/tactics.bench.ts --cards ${values.cards} --seeds ${values.seeds} --calm-cards ${values['calm-cards']} --calm-seeds ${values['calm-seeds']}`,
    declared: { budgetDays: 100, warmUpDays: 21, referenceDays: 21 },
    change,
    calm,
    errors,
  },
  values.json,
)
