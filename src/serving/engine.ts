import { mkdirSync } from 'node:fs'
import type { Application } from '../application/index.ts'
import {
  type AppendOptions,
  type AppendResult,
  type DataDirectory,
  type EventLog,
  type EventRecord,
  type Follow,
  openDataDirectory,
  openEventLog,
  type SealedExports,
  type Subject,
} from '../data/index.ts'
import type { FeatureState } from '../features/index.ts'
import { type Clock, isSluiceError, SluiceError } from '../foundation/index.ts'
import { ModelRegistry, type ModelVersion } from '../training/index.ts'
import { answerPage } from './answer-page.ts'
import { DECISION, type Decision, decisionRecord, type RankRequest } from './decision.ts'
import { DecisionArchive } from './decision-archive.ts'
import { decisionId } from './decision-id.ts'
import { decisionOfPage } from './decision-of-page.ts'
import { disguiseDecision, disguiseRequest, HiddenSubjects, hideFrom, subjectsOfDecision } from './decision-subjects.ts'
import { eraseRecords } from './erase-records.ts'
import type { ErasureReceipt } from './erasure-receipts.ts'
import { LiveState } from './live-state.ts'
import type { LiveSystem } from './live-system.ts'
import type { EngineObserver } from './observer.ts'
import { OffsetWaiters } from './offset-waiters.ts'
import { OneAfterAnother } from './one-after-another.ts'
import { pageRequest } from './page-request.ts'
import { rankPage } from './rank-page.ts'
import type { ExplainedDecision } from './rebuild-page.ts'
import { requireEntity } from './require-entity.ts'
import type { ScoredAnswer } from './scoring/score-desk.ts'
import type { ScoreRequest } from './scoring/scored-decision.ts'
import { Scoring } from './scoring/scoring.ts'
import type { ExplainedSearch } from './search/explain-search.ts'
import type { SearchAnswer, SearchDecision, SearchRequest } from './search/search-decision.ts'
import { Searching } from './search/searching.ts'
import { ServedSystems } from './served-systems.ts'

/** How long a request waits for an offset that it names. */
const OFFSET_WAIT_MS = 2_000

export interface EngineOptions {
  readonly directory: string
  readonly clock: Clock
  /** For the time within a request, in milliseconds; may be finer than `clock`. */
  readonly stopwatch?: Clock
  readonly observer?: EngineObserver
  /** Files outside the log that an erasure has to reach; absent when the engine keeps none. */
  readonly sealed?: SealedExports | undefined
  /** Records between two snapshots of the state while serving, 500,000 when absent; if it is less, of indexes too. */
  readonly snapshotEvery?: number
  /** Within how many records a repeated event id is known; as of the log when absent. */
  readonly deduplication?: { readonly events: number }
}

/**
 * A running application over a data directory: takes events in, answers requests, explains what it answered. One
 * process writes a directory at a time.
 */
export class Engine {
  readonly application: Application
  readonly log: EventLog
  readonly registry: ModelRegistry
  /** The systems that score: their decisions, rules, lists and reviews. */
  readonly scoring: Scoring
  /** The systems that search, with their indexes. */
  readonly searching: Searching
  readonly #state: LiveState
  readonly #options: EngineOptions
  readonly #directory: DataDirectory
  readonly #served: ServedSystems
  readonly #archive: DecisionArchive
  readonly #waiters = new OffsetWaiters()
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #hidden = new HiddenSubjects()
  /** Events wait for them. */
  readonly #erasures = new OneAfterAnother()
  #lastLogged: Promise<unknown> = Promise.resolve()
  #decisions = 0
  #closing = false

  /**
   * Opens a directory, creating it when it is missing or empty.
   *
   * @throws SluiceError `DIRECTORY_LOCKED`, `DIRECTORY_FOREIGN`, `DIRECTORY_CORRUPT`
   */
  static open(application: Application, options: EngineOptions): Engine {
    mkdirSync(options.directory, { recursive: true })
    const directory = openDataDirectory(options.directory, { mode: 'write', clock: options.clock })
    try {
      return new Engine(application, directory, options)
    } catch (error) {
      void directory.close()
      throw error
    }
  }

  private constructor(application: Application, directory: DataDirectory, options: EngineOptions) {
    this.application = application
    this.#options = options
    this.#directory = directory
    const { clock, deduplication } = options
    this.log = openEventLog(directory, { schema: application.schema, clock, ...(deduplication && { deduplication }) })
    this.registry = new ModelRegistry(options.directory)
    const { directory: path, stopwatch = options.clock, snapshotEvery } = options
    this.#state = new LiveState(application, this.log, { directory: path, stopwatch, snapshotEvery })
    const append = (event: unknown, follow?: Follow) => this.#append([event], { source: 'http', follow })
    const recovered = () => options.observer?.opened(this.log, this.state)
    const parts = { application, log: this.log, registry: this.registry, directory: path, snapshotEvery }
    this.#archive = new DecisionArchive(this)
    this.scoring = new Scoring({ ...parts, clock, append, state: this.#state, recovered })
    this.searching = new Searching({
      ...parts,
      state: () => this.state,
      stopwatch,
      clock,
      hidden: this.#hidden,
      write: (event) => void this.accept([event], { source: 'engine' }).catch(() => undefined),
      onStage: (system, stage, ms) => options.observer?.stage(system, stage, ms),
    })
    this.#served = new ServedSystems(application, this.registry, [this.scoring, this.searching], () => this.state)
    this.log.onCommit((firstOffset, records) => this.#apply(firstOffset, records))
    this.reloadModels()
    options.observer?.opened(this.log, this.state)
  }

  /** The state that serves; after an erasure it is another one. */
  get state(): FeatureState {
    return this.#state.state
  }

  /** Why a snapshot was not used at the start; undefined when all was well. */
  get snapshotRefused(): string | undefined {
    return this.#state.snapshotRefused
  }

  /**
   * Takes events in. When the promise resolves they are on the disk and visible to every later decision. During an
   * erasure they wait for its end.
   *
   * @throws SluiceError `DISK_FULL`, `OVERLOADED`, `SHUTTING_DOWN`
   */
  async accept(events: readonly unknown[], options: AppendOptions = {}): Promise<AppendResult> {
    return this.#betweenErasures(() => this.#append(events, options))
  }

  async #append(events: readonly unknown[], options: AppendOptions): Promise<AppendResult> {
    const result = await this.log.append(events, options)
    this.#options.observer?.appended(result, options.refused ?? [])
    return result
  }

  /**
   * Answers an event, or asks about a subject: an event is taken in, and decided as of its own offset before anything
   * that follows it. When the promise resolves the decision is on the disk. The same event again has the same decision.
   * During an erasure events wait.
   *
   * @throws SluiceError `UNKNOWN_SYSTEM`, `WRONG_TASK`, `DISK_FULL`, `OVERLOADED`, `SHUTTING_DOWN`, and the code of the
   * log's check when the event does not fit the schema
   */
  async score(name: string, request: ScoreRequest): Promise<ScoredAnswer> {
    const { clock, stopwatch = clock, observer } = this.#options
    const started = stopwatch()
    const answer = await this.#betweenErasures(() => this.scoring.desk.score(name, request))
    observer?.stage(name, 'total', stopwatch() - started)
    if (observer) this.scoring.tell(observer, answer)
    return answer
  }

  /** Runs what changes rules, lists or reviews. */
  change<Result>(work: (policies: Scoring['policies']) => Promise<Result>): Promise<Result> {
    return this.#betweenErasures(() => work(this.scoring.policies))
  }

  async #betweenErasures<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#erasures.idle()
    if (this.#closing) throw new SluiceError('SHUTTING_DOWN', 'engine: it is shutting down; ask another one')
    return this.#track(work())
  }

  /**
   * Answers a request with a page, and logs the decision.
   *
   * @throws SluiceError `UNKNOWN_SYSTEM`, `LIMIT_EXCEEDED`, `OFFSET_NOT_REACHED`, `SHUTTING_DOWN`
   */
  rank(name: string, request: RankRequest): Promise<Decision> {
    return this.#track(this.#rank(name, request))
  }

  /** What a request has to wait for; it begins at once without. @throws SluiceError `SHUTTING_DOWN` */
  #waitFor(what: string, { atLeastOffset }: Pick<RankRequest, 'atLeastOffset'>): Promise<void> | undefined {
    if (this.#closing) throw new SluiceError('SHUTTING_DOWN', `${what}: the engine is shutting down; ask another one`)
    return atLeastOffset === undefined ? undefined : this.#waiters.reach(atLeastOffset, this.state, OFFSET_WAIT_MS)
  }

  async #rank(name: string, request: RankRequest): Promise<Decision> {
    const { clock, stopwatch = clock, observer } = this.#options
    const started = stopwatch()
    const waiting = this.#waitFor('rank', request)
    if (waiting) await waiting
    const live = this.live(name)
    const disguise = this.#hidden.of(live.system)
    const at = clock()
    const id = decisionId(at, this.log.head, this.#decisions++)
    const { page, trace } = await answerPage(live, hideFrom(request, disguise), at, {
      clock: stopwatch,
      budgetMs: live.system.budgetMs,
      chance: id,
      onStage: (stage, ms) => observer?.stage(name, stage, ms),
    })
    const kept = disguiseRequest(request, disguise)
    const decision = disguiseDecision(decisionOfPage(live, trace, { id, at, request: kept }), disguise)
    this.#log(live, decision)
    if (live.state === this.state) this.#archive.remember({ live, request: page, trace, decision })
    observer?.stage(name, 'total', stopwatch() - started)
    observer?.decided(live, trace, decision)
    return decision
  }

  /**
   * Answers a query with a page of documents, and logs the decision and the event of the query.
   *
   * @throws SluiceError `UNKNOWN_SYSTEM`, `WRONG_TASK`, `LIMIT_EXCEEDED`, `OFFSET_NOT_REACHED`, `SHUTTING_DOWN`, and
   * `UNKNOWN_FIELD`, `WRONG_TYPE` at a filter that cannot be
   */
  search(name: string, request: SearchRequest): Promise<SearchAnswer> {
    return this.#track(this.#search(name, request))
  }

  async #search(name: string, request: SearchRequest): Promise<SearchAnswer> {
    const waiting = this.#waitFor('search', request)
    if (waiting) await waiting.then(() => this.searching.indexed(name))
    const { subject, documents: item } = this.searching.live(name).system
    const at = this.#options.clock()
    const identity = { id: decisionId(at, this.log.head, this.#decisions++), at }
    const { answer, logged } = this.searching.search(name, request, identity, this.#hidden.of({ subject, item }))
    this.#lastLogged = logged
    this.#options.observer?.searched?.(answer)
    return answer
  }

  #log({ system }: LiveSystem, decision: Decision): void {
    this.#lastLogged = this.log.appendInternal([decisionRecord(decision)], subjectsOfDecision(system))
  }

  /** A ranking system as it serves at this moment. @throws SluiceError `UNKNOWN_SYSTEM`, `WRONG_TASK` */
  live(name: string): LiveSystem {
    return this.#served.live(name)
  }

  /**
   * Serves the champions from now on; requests under way end with what they began with. A champion that cannot be
   * used is named in {@link modelProblems}: what served before goes on, or the system answers without a ranker.
   */
  reloadModels(): void {
    this.#served.reload()
  }

  /** Why the champion of a system does not serve, by system; empty when all is well. */
  get modelProblems(): ReadonlyMap<string, string> {
    return this.#served.problems
  }

  /** The version of a system that serves; undefined without one. */
  versionOf(name: string): ModelVersion | undefined {
    return this.#served.versionOf(name)
  }

  /**
   * Does what would be done at the first call, so that no caller waits for it: learns the ids of the log, and answers a
   * stranger once on every system, unlogged.
   */
  async warmUp(): Promise<void> {
    this.log.learnIds()
    for (const live of this.#served.ranking()) {
      const request = pageRequest(live, { subject: '' }, this.#options.clock())
      await rankPage(live, request, { clock: () => 0, budgetMs: Number.POSITIVE_INFINITY })
    }
    this.searching.warmUp()
    await this.scoring.warmUp()
  }

  /** Resolves when every decision that was answered so far is in the log. */
  async decisionsLogged(): Promise<void> {
    await this.#lastLogged
  }

  /** A decision by its id; undefined when the log has none. O(log) for one that is older than the last 100,000. */
  async decision(id: string): Promise<Decision | SearchDecision | undefined> {
    return this.#archive.decision(id, this.#lastLogged)
  }

  /**
   * A decision with its reasons, and why an item is not on its page. What is not remembered is made again from the
   * log, which takes as long as reading it; one after the other, because each needs a second state.
   *
   * @throws SluiceError `UNKNOWN_DECISION`, `NO_MODEL` when its version is gone
   */
  async explain(id: string, options: { whyNot?: string | undefined } = {}): Promise<ExplainedDecision> {
    const { changedAt } = this.state
    return this.#archive.explain(id, { logged: this.#lastLogged, changedAt, whyNot: options.whyNot })
  }

  /** {@link explain} for a decision of a system that searches; errors as there. */
  explainSearch(decision: SearchDecision, options: { whyNot?: string | undefined } = {}): Promise<ExplainedSearch> {
    return this.searching.explain(decision, this.state.changedAt, options.whyNot)
  }

  /**
   * Erases a person or thing: from the log with its decisions and quarantine, from the state, the snapshot, what is
   * remembered and sealed files; marks the models that learnt from its records, and leaves a receipt that does not name
   * it. Pages go on meanwhile, to the erased as to a stranger; events wait. Erasures wait for each other.
   *
   * @throws SluiceError `NOT_FOUND` for an entity that the schema does not declare, `DISK_FULL`, `SHUTTING_DOWN`
   * @remarks O(log): it is written anew without the records, and the state is made from it again; two states are in
   * memory until the new one is taken.
   */
  eraseSubject(subject: Subject): Promise<ErasureReceipt> {
    this.#hidden.hide(subject)
    return this.#erasures.run(() => this.#erase(subject)).finally(() => this.#hidden.show(subject))
  }

  async #erase(subject: Subject): Promise<ErasureReceipt> {
    if (this.#closing) throw new SluiceError('SHUTTING_DOWN', 'erase: the engine is shutting down; erase again later')
    requireEntity(this.application, subject.entity)
    const { directory, clock, sealed } = this.#options
    try {
      // What began before may still name the subject: it is answered, and logged, first.
      await Promise.allSettled(this.#underWay)
      await this.decisionsLogged().catch(() => undefined)
      await Promise.all([this.#state.freeze(), this.searching.freeze()])
      const { application, log, registry } = this
      const parts = { application, log, registry, directory, clock, sealed }
      const decisions = this.scoring.decisionsOf(subject)
      return await eraseRecords(parts, subject, () => this.#takeNewState(subject, decisions))
    } finally {
      this.#state.thaw()
      this.searching.thaw()
    }
  }

  async #takeNewState(subject: Subject, decisions: ReadonlySet<string>): Promise<void> {
    await this.searching.forget(subject)
    await this.#state.rebuild()
    this.scoring.forget(subject, decisions)
    this.#served.reopen()
    this.#archive.forget()
    this.#waiters.advance(this.state.offset)
    this.#options.observer?.erased(subject, this.log, this.state)
  }

  #track<Result>(work: Promise<Result>): Promise<Result> {
    this.#underWay.add(work)
    const done = () => this.#underWay.delete(work)
    work.then(done, done)
    return work
  }

  /** Writes the state beside the log, so that the next start is short. */
  saveSnapshot(): void {
    this.#state.saveSnapshot()
    this.scoring.saveSnapshot()
  }

  /** Ends: refuses new work, waits for what is under way, writes a snapshot, frees the directory. */
  async close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    await this.#erasures.idle()
    await Promise.allSettled(this.#underWay)
    await this.#state.settled()
    await this.searching.close()
    await this.log.close()
    try {
      this.saveSnapshot()
    } catch (error) {
      // Without it the next start reads the whole log; that must not hide why somebody closes.
      if (!isSluiceError(error)) throw error
    } finally {
      await this.#directory.close()
    }
  }

  #apply(firstOffset: number, records: readonly EventRecord[]): void {
    const apply = (first: number, some: readonly EventRecord[]): void => this.#state.apply(first, some)
    this.scoring.take(firstOffset, records, (first, some) => {
      this.searching.take(first, some, apply, () => this.state)
    })
    for (let index = 0; index < records.length; index++) {
      const record = records[index]!
      if (record.type === DECISION) this.#archive.note(firstOffset + index, record)
      this.#options.observer?.applied(record, firstOffset + index)
    }
    this.#waiters.advance(this.state.offset)
  }
}
