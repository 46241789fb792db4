/**
 * A backtest of 100 rules over the logged payments of the fraud world, beside a live replay of the same log: a state
 * that follows it record by record, and every payment decided as serving decides it, one by one, with its reasons.
 * Between the days cards and terminals go on the block list and expire from it. Counts the payments on which the two
 * disagree.
 *
 *     node bench/backtest.bench.ts [--payments 1000000] [--trees 300] [--seed 1]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { requireScoringSystem } from '../src/application/index.ts'
import { FeatureState } from '../src/features/index.ts'
import { DAY_MS, manualClock } from '../src/foundation/index.ts'
import { ACTIONS } from '../src/policy/index.ts'
import { Engine } from '../src/serving/index.ts'
import { backtestEvents } from '../src/serving/scoring/backtest-log.ts'
import { keysOfEvent } from '../src/serving/scoring/event-keys.ts'
import { LiveScorer } from '../src/serving/scoring/live-scorer.ts'
import { PolicyState } from '../src/serving/scoring/policy-state.ts'
import { createFraudWorld, generateFraudEvents } from '../src/systems/fraud/index.ts'
import { trainScoringSystem } from '../src/training/index.ts'
import { SYSTEM, scoreApplication } from './load/score-application.ts'

const { values } = parseArgs({
  options: {
    payments: { type: 'string', default: '1000000' },
    trees: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  },
})
const [payments, trees, seed] = [values.payments, values.trees, values.seed].map(Number) as [number, number, number]
const DAYS = 90
const EVENTS_AT_ONCE = 5_000
/** Payments of a card on a day, fewer than the world has, so that there are as many as are asked for. */
const LEAST_A_DAY = 0.7

const application = scoreApplication(trees)
const system = requireScoringSystem(application, SYSTEM)
const directory = mkdtempSync(join(tmpdir(), 'sluice-backtest-'))
const clock = manualClock(0)
const engine = Engine.open(application, { directory: join(directory, 'data'), clock })
try {
  process.stdout.write(`${JSON.stringify(await bench(), undefined, 2)}\n`)
} finally {
  await engine.close()
  rmSync(directory, { recursive: true, force: true })
}

async function bench() {
  const imported = stopwatch()
  await importWorld()
  const importSeconds = imported()
  const options = {
    seed,
    codeVersion: 'bench',
    nowMs: clock(),
    force: true,
    untilOffset: Math.floor(0.75 * engine.log.head),
  }
  const trained = stopwatch()
  await trainScoringSystem(application, SYSTEM, engine.log, engine.registry, options)
  engine.reloadModels()
  const trainSeconds = trained()
  const backtested = stopwatch()
  const { offsets, actions, report } = await backtestEvents(engine, SYSTEM, { rules: system.policy.rules ?? '' })
  const backtestSeconds = backtested()
  const replayed = stopwatch()
  const live = replayLive()
  const liveReplaySeconds = replayed()
  let different = Math.abs(live.size - offsets.length)
  for (const [event, offset] of offsets.entries()) if (live.get(offset) !== ACTIONS[actions[event]!]) different++
  return {
    command: `node bench/backtest.bench.ts --payments ${payments} --trees ${trees} --seed ${seed}`,
    machine: { cpu: cpus()[0]?.model, cores: cpus().length },
    columns: application.features.columnNames.length,
    rules: report.rules.length,
    trees,
    records: engine.log.head,
    payments: offsets.length,
    actions: Object.fromEntries(ACTIONS.map((action) => [action, report.actions[action].events])),
    different,
    importSeconds,
    trainSeconds,
    backtestSeconds,
    liveReplaySeconds,
  }
}

/** Seconds from now on: as people wait, and of processor time. */
function stopwatch(): () => { wall: number; processor: number } {
  const started = performance.now()
  const used = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(used)
    return { wall: (performance.now() - started) / 1000, processor: (user + system) / 1e6 }
  }
}

/** The world's events day by day, with entries of the block list between the days. */
async function importWorld(): Promise<void> {
  const world = createFraudWorld({ seed, cards: Math.ceil(payments / (LEAST_A_DAY * DAYS)), days: DAYS })
  let waiting: unknown[] = []
  let day = 0
  let left = payments
  for (const record of generateFraudEvents(world)) {
    if (record.type === 'payment' && left-- === 0) break
    const now = Math.floor((record.at - world.options.startMs) / DAY_MS)
    if (now > day || waiting.length === EVENTS_AT_ONCE) {
      clock.set(record.at)
      await engine.accept(waiting)
      waiting = []
    }
    if (now > day) await blockSome(record)
    day = now
    waiting.push(record)
  }
  await engine.accept(waiting)
}

/** Blocks who pays first on a day, for one to seven days. */
async function blockSome({ at, card }: { at: number; card?: unknown }): Promise<void> {
  if (typeof card !== 'string') return
  const expiresAt = at + (1 + (Math.floor(at / DAY_MS) % 7)) * DAY_MS
  const entry = {
    kind: 'add',
    list: 'block',
    entity: 'card',
    key: card,
    reason: 'bench',
    by: 'bench',
    expiresAt,
  } as const
  await engine.change((policies) => policies.changeList(SYSTEM, entry))
}

/** The action of every payment by its offset, as serving decides it. */
function replayLive(): Map<number, string> {
  const champion = engine.registry.champion(SYSTEM)!
  const state = new FeatureState(application.schema, application.aggregates)
  const policy = new PolicyState(application)
  const model = { version: champion, artifacts: engine.registry.artifacts(champion) }
  const live = new LiveScorer(application, SYSTEM, system, { state, policy: policy.systems.get(SYSTEM)!, model })
  const actions = new Map<number, string>()
  for (const { firstOffset, records } of engine.log.read()) {
    for (const [index, record] of records.entries()) {
      const offset = firstOffset + index
      policy.apply(offset, record)
      state.apply(offset, record)
      if (record.type !== system.event) continue
      const keys = keysOfEvent(live.keyFields, record)
      const decision = live.decide({ id: record.id, askedAt: record.at, event: { record, offset }, keys })
      actions.set(offset, decision.action)
    }
  }
  return actions
}
