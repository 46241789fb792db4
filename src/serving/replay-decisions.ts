import {
  type Application,
  hashOfSystem,
  queryIntents,
  requireSearchSystem,
  requireSystem,
  searchSystems,
} from '../application/index.ts'
import type { EventLog, EventRecord } from '../data/index.ts'
import { FeatureState } from '../features/index.ts'
import { assert, canonicalJson, isSluiceError } from '../foundation/index.ts'
import { type QueryIntent, SearchIndex } from '../retrieval/index.ts'
import type { ModelRegistry } from '../training/index.ts'
import { DECISION, type Decision, readDecision } from './decision.ts'
import { decisionOfPage } from './decision-of-page.ts'
import { type LiveSystem, openLiveSystem } from './live-system.ts'
import { loadModel, repeatDecision } from './repeat-decision.ts'
import type { LiveScorer } from './scoring/live-scorer.ts'
import { PolicyState } from './scoring/policy-state.ts'
import { openScorerOf, questionOf } from './scoring/rebuild-scored.ts'
import { isScoredRecord, readScored, type ScoredDecision } from './scoring/scored-decision.ts'
import { INDEX_SETTLING } from './search/answer-search.ts'
import { decisionOfSearch } from './search/decision-of-search.ts'
import { type LiveSearch, openLiveSearch } from './search/live-search.ts'
import { repeatSearch } from './search/rebuild-search.ts'
import { isSearchRecord, readSearch, type SearchDecision } from './search/search-decision.ts'

/** What a replay found. */
export interface ReplayReport {
  /** Decisions that were looked at: those compared, and those that cannot be. */
  readonly decisions: number
  readonly different: number
  /** The first differences, at most ten. */
  readonly differences: readonly { readonly decision: string; readonly what: string }[]
  /** Decisions over records that have been removed since: what they saw is gone, by intent. */
  readonly notComparable: number
  /** Why, with how many; empty when all could be compared. */
  readonly reasons: readonly { readonly reason: string; readonly decisions: number }[]
  /** Feature vectors that were computed again, one a candidate and stage of a compared decision. */
  readonly vectors: number
  /** Bytes of those vectors and of the answers that were compared. */
  readonly bytes: number
}

/** Which decisions, and who is told how far it is. */
export interface ReplayOptions {
  /** How many, counted from the newest; all when absent. */
  readonly limit?: number | undefined
  readonly onProgress?: (done: number, total: number) => void
}

const MOST_DIFFERENCES = 10
const SETTLING = 'made while the index was being weighed anew'
/** The parts of a decision that have to come out again; `rowsHash` stands for the bytes of all feature rows. */
const PARTS: readonly (keyof Decision)[] = ['modelHash', 'featureHash', 'rowsHash', 'degraded', 'funnel', 'items']

/**
 * Makes logged decisions again from the log alone and compares them to the byte: feature rows, items, scores, reasons,
 * funnel. A decision of another definition of its system, or of a model that is gone, is a difference; one over
 * records that were erased or compacted away since is counted apart.
 *
 * @remarks Two passes over the log: the first notes where decisions stand and what they had seen, two numbers each; the
 * second applies the log and reads each decision when the state is as of it. Beside that it holds one state.
 */
export async function replayDecisions(
  application: Application,
  log: EventLog,
  registry: ModelRegistry,
  options: ReplayOptions = {},
): Promise<ReplayReport> {
  const places = placesOf(log, options.limit)
  const replay = new DecisionReplay(application, log, registry)
  for (const [done, place] of places.entries()) {
    await replay.compare(place)
    options.onProgress?.(done + 1, places.length)
  }
  return replay.report(places.length)
}

/** Where a decision stands, and the offset that it had seen. */
interface Place {
  readonly offset: number
  readonly asOf: number
}

/** The newest decisions, in the order of what they had seen. */
function placesOf(log: EventLog, limit = Number.POSITIVE_INFINITY): Place[] {
  let offsets: number[] = []
  let moments: number[] = []
  for (const { firstOffset, records } of log.read()) {
    for (let index = 0; index < records.length; index++) {
      if (records[index]?.type !== DECISION) continue
      offsets.push(firstOffset + index)
      moments.push(readDecision(records[index]!).asOf)
    }
    if (offsets.length > 2 * limit) {
      offsets = offsets.slice(-limit)
      moments = moments.slice(-limit)
    }
  }
  const first = Math.max(0, offsets.length - limit)
  return Array.from({ length: offsets.length - first }, (_, index) => ({
    offset: offsets[first + index]!,
    asOf: moments[first + index]!,
  })).sort((a, b) => a.asOf - b.asOf || a.offset - b.offset)
}

/** The second pass: a state that follows the log, and what was found so far. */
class DecisionReplay {
  readonly #application: Application
  readonly #log: EventLog
  readonly #registry: ModelRegistry
  readonly #state: FeatureState
  readonly #policy: PolicyState
  readonly #records: Iterator<LoggedRecord, void>
  readonly #lives = new Map<string, Live>()
  /** One a system, whatever version searched it. */
  readonly #indexes: ReadonlyMap<string, SearchIndex>
  readonly #intents: ReadonlyMap<string, QueryIntent>
  readonly #differences: { decision: string; what: string }[] = []
  readonly #reasons = new Map<string, number>()
  #next: LoggedRecord | undefined
  #different = 0
  #vectors = 0
  #bytes = 0

  constructor(application: Application, log: EventLog, registry: ModelRegistry) {
    this.#application = application
    this.#log = log
    this.#registry = registry
    this.#state = new FeatureState(application.schema, application.aggregates)
    this.#policy = new PolicyState(application)
    this.#records = eachRecord(log)
    this.#indexes = new Map(searchSystems(application).map(([name, system]) => [name, new SearchIndex(system)]))
    this.#intents = queryIntents(application)
  }

  async compare({ offset, asOf }: Place): Promise<void> {
    const reason = reasonWhyGone(this.#log, asOf)
    if (reason !== undefined) {
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
      return
    }
    this.#advance(asOf)
    const record = this.#log.readOne(offset)
    assert(record, `the decision at ${offset} was there a moment ago`)
    if (isSearchRecord(record) && readSearch(record).degraded.includes(INDEX_SETTLING)) {
      this.#reasons.set(SETTLING, (this.#reasons.get(SETTLING) ?? 0) + 1)
      return
    }
    const what = await this.#differenceOfRecord(record)
    if (what === undefined) return
    this.#different++
    if (this.#differences.length < MOST_DIFFERENCES) this.#differences.push({ decision: record.id, what })
  }

  async #differenceOfRecord(record: EventRecord): Promise<string | undefined> {
    if (isScoredRecord(record)) return this.#differenceOfScore(readScored(record))
    if (isSearchRecord(record)) return this.#differenceOfSearch(readSearch(record))
    return this.#differenceOf(readDecision(record))
  }

  report(decisions: number): ReplayReport {
    const reasons = [...this.#reasons].map(([reason, count]) => ({ reason, decisions: count }))
    return {
      decisions,
      different: this.#different,
      differences: this.#differences,
      notComparable: reasons.reduce((sum, { decisions: count }) => sum + count, 0),
      reasons,
      vectors: this.#vectors,
      bytes: this.#bytes,
    }
  }

  /** Applies the log up to an offset, its end included. */
  #advance(asOf: number): void {
    for (;;) {
      this.#next ??= this.#records.next().value ?? undefined
      if (this.#next === undefined || this.#next.offset > asOf) return
      this.#state.apply(this.#next.offset, this.#next.record)
      this.#policy.apply(this.#next.offset, this.#next.record)
      this.#noteDocument(this.#next)
      for (const intent of this.#intents.values()) intent.apply(this.#next.record)
      this.#next = undefined
    }
  }

  #noteDocument({ offset, record }: LoggedRecord): void {
    const { attributes } = this.#state
    for (const index of this.#indexes.values()) {
      if (index.spec.documents !== record.type) continue
      const id = String(record[record.type])
      index.note(offset, id, record, attributes.describe(record.type, attributes.keys(record.type).find(id)))
    }
  }

  /** What differs between a decision and the same made again; undefined when nothing does. */
  async #differenceOf(decision: Decision): Promise<string | undefined> {
    if (!isSameDefinition(this.#application, decision)) return 'systemHash'
    const live = this.#liveSystemOf(decision)
    if (typeof live === 'string') return live
    const { trace } = await repeatDecision(live, decision)
    const { id, at, request } = decision
    const again = decisionOfPage(live, trace, { id, at, request })
    this.#vectors += trace.items.length + (trace.light ? trace.candidates.items.length : 0)
    this.#bytes += trace.rows.byteLength + (trace.light?.rows.byteLength ?? 0)
    return PARTS.find((part) => {
      const text = canonicalJson(decision[part] ?? null)
      this.#bytes += Buffer.byteLength(text)
      return canonicalJson(again[part] ?? null) !== text
    })
  }

  /** The same of a decision about an event. */
  #differenceOfScore(decision: ScoredDecision): string | undefined {
    if (!isSameDefinition(this.#application, decision)) return 'systemHash'
    const live = this.#open(decision, () => {
      const parts = { application: this.#application, registry: this.#registry }
      return openScorerOf(parts, decision, { state: this.#state, policy: this.#policy })
    })
    if (typeof live === 'string') return live
    const question = questionOf(this.#log, decision)
    const row = live.rowOf(question)
    const again = live.decide(question, { row, leaveOut: decision.degraded })
    this.#vectors++
    this.#bytes += row.byteLength
    return this.#differentPart(decision, again)
  }

  /** The same of a search. */
  #differenceOfSearch(decision: SearchDecision): string | undefined {
    if (!isSameDefinition(this.#application, decision)) return 'systemHash'
    const live = this.#open(decision, () => this.#liveSearchOf(decision))
    if (typeof live === 'string') return live
    const trace = repeatSearch(live, decision)
    this.#vectors += trace.scored
    this.#bytes += trace.rows.byteLength
    return this.#differentPart(decision, decisionOfSearch(live, trace, decision))
  }

  /** The first part of a decision that did not come out again. */
  #differentPart<Whole extends object>(decision: Whole, again: Whole): string | undefined {
    const parts = Object.keys(decision) as (keyof Whole & string)[]
    return parts.find((part) => {
      const text = canonicalJson(decision[part])
      this.#bytes += Buffer.byteLength(text)
      return canonicalJson(again[part]) !== text
    })
  }

  #liveSearchOf({ system: name, model }: SearchDecision): LiveSearch {
    const system = requireSearchSystem(this.#application, name)
    const loaded = model === null ? undefined : loadModel(this.#registry, name, model)
    const index = this.#indexes.get(name)
    assert(index, 'every search system has its index')
    const intent = this.#intents.get(name)
    return openLiveSearch(this.#application, name, system, { state: this.#state, index, intent, model: loaded })
  }

  /** The system with the version that decided; or what is wrong with that version. */
  #liveSystemOf(decision: Decision): LiveSystem | string {
    const { system: name, model } = decision
    return this.#open(decision, () => {
      const loaded = model === null ? undefined : loadModel(this.#registry, name, model)
      return openLiveSystem(this.#application, name, requireSystem(this.#application, name), this.#state, loaded)
    })
  }

  #open<Own extends Live>({ system, model }: Pick<Decision, 'system' | 'model'>, open: () => Own): Own | string {
    const key = `${system} ${model}`
    const known = this.#lives.get(key)
    if (known) return known as Own
    try {
      const live = open()
      this.#lives.set(key, live)
      return live
    } catch (error) {
      if (isSluiceError(error)) return `model: ${error.message}`
      throw error
    }
  }
}

/** A system of any kind with the version that decided. */
type Live = LiveSystem | LiveScorer | LiveSearch

interface LoggedRecord {
  readonly offset: number
  readonly record: EventRecord
}

function* eachRecord(log: EventLog): Generator<LoggedRecord, void> {
  for (const { firstOffset, records } of log.read()) {
    for (let index = 0; index < records.length; index++) yield { offset: firstOffset + index, record: records[index]! }
  }
}

/** Why what a decision saw is gone; undefined when it is all there. */
function reasonWhyGone({ history }: EventLog, asOf: number): string | undefined {
  const rewrite = history.find(({ head }) => asOf <= head)
  return rewrite && `made before the ${rewrite.kind} of ${new Date(rewrite.at).toISOString()} removed records`
}

function isSameDefinition(
  application: Application,
  { system: name, systemHash }: Pick<Decision, 'system' | 'systemHash'>,
): boolean {
  const system = Object.hasOwn(application.systems, name) ? application.systems[name] : undefined
  return system !== undefined && hashOfSystem(application, system) === systemHash
}
