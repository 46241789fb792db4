import { type Application, hashOfSystem } from '../application/index.ts'
import type { EventLog } from '../data/index.ts'
import { FeatureState } from '../features/index.ts'
import { canonicalJson } from '../foundation/index.ts'
import { type ModelRegistry, requireSystem } from '../training/index.ts'
import { DECISION, type Decision, readDecision } from './decision.ts'
import { decisionOfPage } from './decision-of-page.ts'
import { type LiveSystem, openLiveSystem } from './live-system.ts'
import { loadModel, repeatDecision } from './repeat-decision.ts'

/** What a replay found. */
export interface ReplayReport {
  readonly decisions: number
  readonly different: number
  /** The first differences, at most ten. */
  readonly differences: readonly { readonly decision: string; readonly what: string }[]
}

/**
 * Makes the newest decisions again from the log alone and compares them to the byte: feature rows, items, scores,
 * reasons, funnel. A decision of another definition of its system is a difference.
 *
 * @param options.limit - how many, counted from the newest
 */
export async function replayDecisions(
  application: Application,
  log: EventLog,
  registry: ModelRegistry,
  options: { limit: number; onProgress?: (done: number, total: number) => void },
): Promise<ReplayReport> {
  const decisions = newestDecisions(log, options.limit).sort((a, b) => a.asOf - b.asOf)
  const state = new FeatureState(application.schema, application.aggregates)
  const lives = new Map<string, LiveSystem>()
  const differences: { decision: string; what: string }[] = []
  const records = eachRecord(log)
  for (const [done, decision] of decisions.entries()) {
    while (state.offset < decision.asOf) {
      const next = records.next()
      if (next.done) break
      state.apply(next.value.offset, next.value.record)
    }
    const isSame = isSameDefinition(application, decision)
    const what = isSame
      ? await differenceOf(liveSystemOf(application, registry, state, decision, lives), decision)
      : 'systemHash'
    if (what !== undefined) differences.push({ decision: decision.id, what })
    options.onProgress?.(done + 1, decisions.length)
  }
  return { decisions: decisions.length, different: differences.length, differences: differences.slice(0, 10) }
}

function* eachRecord(log: EventLog) {
  for (const { firstOffset, records } of log.read()) {
    for (const [index, record] of records.entries()) yield { offset: firstOffset + index, record }
  }
}

function newestDecisions(log: EventLog, limit: number): Decision[] {
  const found: Decision[] = []
  for (const { records } of log.read()) {
    for (const record of records) if (record.type === DECISION) found.push(readDecision(record))
    if (found.length > 2 * limit) found.splice(0, found.length - limit)
  }
  return found.slice(-limit)
}

function liveSystemOf(
  application: Application,
  registry: ModelRegistry,
  state: FeatureState,
  { system: name, model }: Decision,
  lives: Map<string, LiveSystem>,
): LiveSystem {
  const key = `${name} ${model}`
  const known = lives.get(key)
  if (known) return known
  const loaded = model === null ? undefined : loadModel(registry, name, model)
  const live = openLiveSystem(application, name, requireSystem(application, name), state, loaded)
  lives.set(key, live)
  return live
}

function isSameDefinition(application: Application, { system: name, systemHash }: Decision): boolean {
  const system = Object.hasOwn(application.systems, name) ? application.systems[name] : undefined
  return system !== undefined && hashOfSystem(application, system) === systemHash
}

/** What differs between a decision and the same made again; undefined when nothing does. */
async function differenceOf(live: LiveSystem, decision: Decision): Promise<string | undefined> {
  const { trace } = await repeatDecision(live, decision)
  const { id, at, request } = decision
  const again = decisionOfPage(live, trace, { id, at, request })
  const parts: (keyof Decision)[] = ['modelHash', 'featureHash', 'rowsHash', 'degraded', 'funnel', 'items']
  const asLogged = (value: unknown): string => canonicalJson(value ?? null)
  return parts.find((part) => asLogged(again[part]) !== asLogged(decision[part]))
}
