import { type Application, requireScoringSystem, ruleVocabulary, scoringSystems } from '../../application/index.ts'
import type { AppendResult, EventLog, EventRecord, Follow, Subject } from '../../data/index.ts'
import type { FeatureState } from '../../features/index.ts'
import { type Clock, isSluiceError } from '../../foundation/index.ts'
import type { ModelRegistry, ModelVersion } from '../../training/index.ts'
import type { LiveState } from '../live-state.ts'
import type { LoadedModel } from '../live-system.ts'
import type { EngineObserver } from '../observer.ts'
import { backtestLog } from './backtest-log.ts'
import { LiveScorer } from './live-scorer.ts'
import { PolicyDesk } from './policy-desk.ts'
import { openPolicy, savePolicy } from './policy-snapshot.ts'
import type { PolicyOutcome, PolicyState } from './policy-state.ts'
import { type ExplainedScore, explainScored, rebuildScored } from './rebuild-scored.ts'
import { reviewEvent } from './review-event.ts'
import { ScoreDesk, type ScoredAnswer } from './score-desk.ts'
import { isScoredRecord, type ScoredDecision } from './scored-decision.ts'

/** Records between two snapshots of the policy. */
const SNAPSHOT_EVERY = 500_000

/** What scoring systems need of the engine that they live in. */
export interface ScoringParts {
  readonly application: Application
  readonly log: EventLog
  readonly registry: ModelRegistry
  readonly directory: string
  readonly clock: Clock
  /** Checks and appends an event at once. */
  readonly append: (event: unknown, follow?: Follow) => Promise<AppendResult>
  readonly state: LiveState
  /** Called when the state is another one, because the disk refused what was applied before it was written. */
  readonly recovered: () => void
}

/** The scoring systems of an engine: what they decide, and the rules, lists and reviews that they decide with. */
export class Scoring {
  readonly desk: ScoreDesk
  readonly policies: PolicyDesk
  readonly #parts: ScoringParts
  readonly #names: ReadonlySet<string>
  readonly #live = new Map<string, LiveScorer>()
  readonly #models = new Map<string, LoadedModel | undefined>()
  #policy: PolicyState
  /** The last offset that policy and state have seen before it was committed. */
  #foretold = 0
  /** What changes up to it did, by their offsets. */
  readonly #foretoldOutcomes = new Map<number, PolicyOutcome>()
  /** Verdicts behind the snapshot, whose labels a crash may have kept out of the log. */
  readonly #untold: { readonly system: string; readonly outcome: PolicyOutcome }[] = []
  #sinceSnapshot = 0
  #lastRebuilt: Promise<unknown> = Promise.resolve()

  constructor(parts: ScoringParts) {
    const { application, log, clock, directory, append } = parts
    this.#parts = parts
    this.#names = new Set(scoringSystems(application).map(([name]) => name))
    this.#policy = openPolicy(application, log, directory, (record, outcome) => {
      if (record.type === '$review') this.#untold.push({ system: String(record.system), outcome })
    })
    const live = (name: string) => this.live(name)
    // Where others read the state, it is as of what is on the disk.
    const isAlone = this.#names.size === Object.keys(application.systems).length
    const foretell = isAlone ? this.#foretell.bind(this) : undefined
    log.onLost(() => this.#recover())
    this.desk = new ScoreDesk({ log, clock, live, append, foretell })
    this.policies = new PolicyDesk({
      log,
      clock,
      policy: () => this.#policy,
      vocabulary: (name) =>
        ruleVocabulary(application.schema, application.features, requireScoringSystem(application, name)),
      caseEntity: (name) => live(name).system.policy.review?.caseOf ?? live(name).system.subject,
      labelEvent: (name, label) =>
        reviewEvent(application.schema, name, live(name).system, label, this.#eventOf(label.decision)),
      append,
      backtest: (name, rules) => backtestLog(parts, name, { rules }),
    })
  }

  /** Whether a system is one that scores. */
  has(name: string): boolean {
    return this.#names.has(name)
  }

  /** The system as it serves at this moment. @throws SluiceError `UNKNOWN_SYSTEM`, `WRONG_TASK` */
  live(name: string): LiveScorer {
    requireScoringSystem(this.#parts.application, name)
    return this.#live.get(name)!
  }

  /** The version that serves; undefined without one. */
  versionOf(name: string): ModelVersion | undefined {
    return this.#live.get(name)?.version
  }

  isOpen(name: string): boolean {
    return this.#live.has(name)
  }

  /** Tells of an answer that was made just now. */
  tell(observer: EngineObserver, answer: ScoredAnswer): void {
    if (!observer.scored || answer.duplicate) return
    const made = this.desk.remembered(answer.id)
    observer.scored(answer, made && { version: made.live.version, row: made.row })
  }

  /** Serves a version from now on. @throws SluiceError `MODEL_MISMATCH`, `MODEL_CORRUPT` */
  open(name: string, state: FeatureState, model: LoadedModel | undefined): void {
    const { application } = this.#parts
    const policy = this.#policy.systems.get(name)!
    const system = requireScoringSystem(application, name)
    this.#live.set(name, new LiveScorer(application, name, system, { state, policy, model }))
    this.#models.set(name, model)
  }

  /** Brings state and policy up to the last of the records of a commit that begins. */
  #foretell(firstOffset: number, records: readonly EventRecord[]): void {
    const last = firstOffset + records.length - 1
    for (let offset = Math.max(firstOffset, this.#foretold + 1); offset <= last; offset++) {
      const outcome = this.#policy.apply(offset, records[offset - firstOffset]!)
      if (outcome) this.#foretoldOutcomes.set(offset, outcome)
    }
    this.#parts.state.foretell(firstOffset, records)
    this.#foretold = last
  }

  /** Begins anew from the log: what was foretold was not committed. */
  #recover(): void {
    const { application, log, directory, state, recovered } = this.#parts
    state.reopen()
    this.#foretold = 0
    this.#foretoldOutcomes.clear()
    this.desk.forget()
    this.#policy = openPolicy(application, log, directory)
    for (const [name, model] of this.#models) this.open(name, state.state, model)
    recovered()
  }

  /**
   * Takes what was committed, each decision at its very record.
   *
   * @param apply - applies records to the feature state
   */
  take(
    firstOffset: number,
    records: readonly EventRecord[],
    apply: (firstOffset: number, records: readonly EventRecord[]) => void,
  ): void {
    if (this.#names.size === 0) {
      apply(firstOffset, records)
      return
    }
    let from = 0
    for (let index = 0; index < records.length; index++) {
      const record = records[index]!
      const offset = firstOffset + index
      const isForetold = offset <= this.#foretold
      const outcome = isForetold ? this.#foretoldOutcomes.get(offset) : this.#policy.apply(offset, record)
      if (outcome) this.policies.note(record, outcome)
      this.desk.noteDecision(offset, record)
      if (isForetold || !this.desk.awaits(record)) continue
      apply(firstOffset + from, records.slice(from, index + 1))
      from = index + 1
      this.desk.decide(offset, record)
    }
    this.#foretoldOutcomes.clear()
    if (from < records.length) apply(firstOffset + from, from === 0 ? records : records.slice(from))
    this.#sinceSnapshot += records.length
    if (this.#sinceSnapshot >= SNAPSHOT_EVERY) this.#trySnapshot()
  }

  /** A decision with every reason; made again from the log when it is not remembered, one after the other. */
  async explain(decision: ScoredDecision): Promise<ExplainedScore> {
    const remembered = this.desk.remembered(decision.id)
    if (remembered) return explainScored(remembered, decision)
    const { application, log, registry } = this.#parts
    const rebuilt = this.#lastRebuilt.then(() => rebuildScored({ application, log, registry }, decision))
    this.#lastRebuilt = rebuilt.then(nothing, nothing)
    return explainScored(await rebuilt, decision)
  }

  /** Does what would be done at the first call, and tells labels that a crash has kept out of the log. */
  async warmUp(): Promise<void> {
    const askedAt = this.#parts.clock()
    for (const live of this.#live.values()) live.decide({ id: '', askedAt, event: undefined, keys: {} })
    for (const { system, outcome } of this.#untold.splice(0)) await this.policies.tellLabels(system, outcome)
  }

  /** The decisions that name somebody; asked before an erasure, whose end {@link forget} is. */
  decisionsOf(subject: Subject): ReadonlySet<string> {
    if (this.#names.size === 0) return new Set()
    const decisions = new Set<string>()
    for (const { record } of this.#parts.log.recordsOf(subject)) if (isScoredRecord(record)) decisions.add(record.id)
    return decisions
  }

  /** Lets go of somebody who is erased; the snapshot too. */
  forget(subject: Subject, decisions: ReadonlySet<string>): void {
    this.desk.forget()
    this.#policy.forget(subject, decisions, this.#parts.clock())
    this.saveSnapshot()
  }

  /** @throws SluiceError `DISK_FULL` */
  saveSnapshot(): void {
    if (this.#policy.offset > this.#parts.log.head) return
    savePolicy(this.#policy, this.#parts.log.generation, this.#parts.directory)
    this.#sinceSnapshot = 0
  }

  #trySnapshot(): void {
    try {
      this.saveSnapshot()
    } catch (error) {
      // A full disk is told by the log itself; the next start is longer then, and nothing is lost.
      if (!isSluiceError(error)) throw error
      this.#sinceSnapshot = 0
    }
  }

  /** The event that a decision is about, while the log has it. */
  #eventOf(id: string): EventRecord | undefined {
    const offset = this.desk.decision(id)?.eventOffset
    return offset === undefined || offset === null ? undefined : this.#parts.log.readOne(offset)
  }
}

function nothing(): void {}
