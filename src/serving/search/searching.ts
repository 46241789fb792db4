import {
  type Application,
  queryIntents,
  requireSearchSystem,
  type SearchSystem,
  searchSystems,
} from '../../application/index.ts'
import type { EventLog, EventRecord, Subject } from '../../data/index.ts'
import type { FeatureState } from '../../features/index.ts'
import { BoundedMap, type Clock } from '../../foundation/index.ts'
import {
  LONGEST_QUERY,
  type QueryIntent,
  queryFiltersText,
  referenceField,
  type Suggestion,
  type SuggestionRequest,
} from '../../retrieval/index.ts'
import type { ModelRegistry, ModelVersion } from '../../training/index.ts'
import type { Disguise, HiddenSubjects } from '../decision-subjects.ts'
import type { LoadedModel } from '../live-system.ts'
import type { Stage } from '../rank-page.ts'
import { answerSearch, QUERY_CUT } from './answer-search.ts'
import { countsOf, decisionOfSearch } from './decision-of-search.ts'
import { type ExplainedSearch, explainSearch, type RebuiltSearch } from './explain-search.ts'
import { LiveIndexes } from './live-indexes.ts'
import { type LiveSearch, openLiveSearch } from './live-search.ts'
import { rebuildSearch } from './rebuild-search.ts'
import { openIntents, saveIntents } from './saved-intents.ts'
import {
  disguiseSearch,
  type SearchAnswer,
  type SearchDecision,
  type SearchRequest,
  searchRecord,
  subjectsOfSearch,
} from './search-decision.ts'
import { Suggesting } from './suggesting.ts'

/** Searches that can be explained without making them again; few, so that they die young and the collector stays short. */
const REMEMBERED = 16

/** Letters of documents that a search indexes itself, so that it sees what was told a moment ago: 256 short ones. */
const LETTERS_A_SEARCH = 100_000

/** What search systems need of the engine that they live in. */
export interface SearchingParts {
  readonly application: Application
  readonly log: EventLog
  readonly registry: ModelRegistry
  /** The data directory, in which the indexes are kept. */
  readonly directory: string
  /** Changes and records between two saves of an index, if that is less than it would be. */
  readonly snapshotEvery: number | undefined
  /** The state that serves. */
  readonly state: () => FeatureState
  /** For the time within a request, in milliseconds. */
  readonly stopwatch: Clock
  /** The time that events have. */
  readonly clock: Clock
  /** Who is being erased. */
  readonly hidden: HiddenSubjects
  /** Takes an event in, soon; a disk that refuses it refuses its decision too, which is counted. */
  readonly write: (event: unknown) => void
  readonly onStage: (system: string, stage: Stage | 'total', ms: number) => void
}

/** The search systems of an engine, each with an index that follows the state. */
export class Searching {
  /** Why what queries mean was learnt anew from the log although it was saved; undefined when all was well. */
  readonly intentsRefused: string | undefined
  readonly #parts: SearchingParts
  readonly #systems: ReadonlyMap<string, SearchSystem>
  readonly #live = new Map<string, LiveSearch>()
  /** Made when they are first asked for. */
  readonly #suggesting = new Map<string, Suggesting>()
  readonly #indexes: LiveIndexes
  /** What queries mean, of the systems that learn it. */
  #intents: ReadonlyMap<string, QueryIntent>
  /** The offset of the last record that they were told. */
  #learnt: number
  readonly #remembered = new BoundedMap<string, RebuiltSearch>(REMEMBERED)
  #lastRebuilt: Promise<unknown> = Promise.resolve()

  constructor(parts: SearchingParts) {
    this.#parts = parts
    this.#systems = new Map(searchSystems(parts.application))
    const { intents, learnt, refused } = openIntents(parts)
    this.#intents = intents
    this.intentsRefused = refused
    this.#learnt = parts.log.head
    this.#indexes = new LiveIndexes(parts, parts.state(), { intents: intents.values(), learnt })
  }

  /** Why an index was made anew from the log although one was saved, by system. */
  get indexesRefused(): ReadonlyMap<string, string> {
    return this.#indexes.refused
  }

  /** Whether a system is one that searches. */
  has(name: string): boolean {
    return this.#systems.has(name)
  }

  isOpen(name: string): boolean {
    return this.#live.has(name)
  }

  /** The version that serves; undefined without one. */
  versionOf(name: string): ModelVersion | undefined {
    return this.#live.get(name)?.version
  }

  /** The system as it serves at this moment. @throws SluiceError `UNKNOWN_SYSTEM`, `WRONG_TASK` */
  live(name: string): LiveSearch {
    requireSearchSystem(this.#parts.application, name)
    return this.#live.get(name)!
  }

  /** Serves a version from now on. @throws SluiceError `MODEL_MISMATCH`, `MODEL_CORRUPT` */
  open(name: string, state: FeatureState, model: LoadedModel | undefined): void {
    const { application } = this.#parts
    const system = requireSearchSystem(application, name)
    const [index, intent] = [this.#indexes.of(name), this.#intents.get(name)]
    this.#live.set(name, openLiveSearch(application, name, system, { state, index, intent, model }))
  }

  /**
   * Takes what was committed: every document as it is known right after its own record.
   *
   * @param apply - applies records to the feature state
   * @param state - the state that they are applied to
   */
  take(
    firstOffset: number,
    records: readonly EventRecord[],
    apply: (firstOffset: number, records: readonly EventRecord[]) => void,
    state: () => FeatureState,
  ): void {
    for (const intent of this.#intents.values()) for (const record of records) intent.apply(record)
    this.#learnt = firstOffset + records.length - 1
    this.#indexes.take(firstOffset, records, apply, state)
  }

  /** Resolves when all that is known of documents by now can be found. */
  indexed(name: string): Promise<void> {
    return this.#indexes.indexed(name)
  }

  /** When the promise resolves no index is being saved, and none will be before {@link thaw}. */
  freeze(): Promise<void> {
    return this.#indexes.freeze()
  }

  thaw(): void {
    this.#indexes.thaw()
  }

  /** Ends the work beside, and saves the indexes and what queries mean. */
  async close(): Promise<void> {
    await this.#indexes.close()
    saveIntents(this.#parts, this.#intents, this.#learnt)
  }

  /**
   * Answers a search, logs its decision, and writes its event.
   *
   * @param identity - of the decision
   * @returns the answer, and what settles when it is in the log, or lost
   * @throws SluiceError `UNKNOWN_SYSTEM`, `WRONG_TASK`, `LIMIT_EXCEEDED`, and `UNKNOWN_FIELD`, `WRONG_TYPE` at a filter
   */
  search(
    name: string,
    asked: SearchRequest,
    identity: { readonly id: string; readonly at: number },
    disguise: Disguise,
  ): { readonly answer: SearchAnswer; readonly logged: Promise<unknown> } {
    const { stopwatch, onStage, log } = this.#parts
    const started = stopwatch()
    const live = this.live(name)
    live.index.indexTo(Number.POSITIVE_INFINITY, LETTERS_A_SEARCH)
    const request = disguiseSearch(asked, disguise)
    // What is not read is not kept either.
    const read = { ...request, query: request.query.slice(0, LONGEST_QUERY).toWellFormed() }
    const { id, at } = identity
    const trace = answerSearch(live, read, {
      at,
      clock: stopwatch,
      budgetMs: live.system.budgetMs,
      ...(disguise.items.size > 0 ? { exclude: disguise.items } : {}),
      ...(request.query.length > LONGEST_QUERY ? { leaveOut: new Set([QUERY_CUT]) } : {}),
      onStage: (stage, ms) => onStage(name, stage, ms),
    })
    const decision = decisionOfSearch(live, trace, { id, at, request: read })
    const logged = log.appendInternal([searchRecord(decision)], subjectsOfSearch(live.system))
    this.#remembered.set(id, { live, trace, decision })
    const tookMs = stopwatch() - started
    onStage(name, 'total', tookMs)
    this.#writeQuery(live, decision, tookMs)
    return { answer: { ...decision, ...countsOf(trace) }, logged }
  }

  /**
   * Completes a query while it is typed.
   *
   * @throws SluiceError `UNKNOWN_SYSTEM`, `WRONG_TASK`, `INVALID_ARGUMENT` at a limit that is none
   * @remarks As {@link Suggesting.suggest}.
   */
  suggest(name: string, { person, ...request }: Omit<SuggestionRequest, 'at'>): Promise<Suggestion[]> {
    const { application, log, clock, hidden } = this.#parts
    const { subject, queries, ...system } = requireSearchSystem(application, name)
    let known = this.#suggesting.get(name)
    if (known === undefined) {
      const asker = referenceField(application.schema, queries.event, subject)
      known = new Suggesting(log, { queries, suggestions: system.suggestions }, asker)
      this.#suggesting.set(name, known)
    }
    const isKnown = person !== undefined && !hidden.of({ subject, item: system.documents }).subjects.has(person)
    return known.suggest({ ...request, at: clock(), ...(isKnown ? { person } : {}) })
  }

  /** The event of a search, by which it is learnt from and reported. */
  #writeQuery({ system }: LiveSearch, { id, at, request, understood, total }: SearchDecision, tookMs: number): void {
    const { event, text, decision, results, filters, tookMs: took } = system.queries
    const { schema } = this.#parts.application
    const asker = referenceField(schema, event, system.subject)
    const filtered = queryFiltersText({ asked: request.filters, recognised: understood.recognised })
    const record = {
      id: `q-${id}`,
      type: event,
      at,
      [text]: request.query,
      [decision]: id,
      ...(request.subject === undefined ? {} : { [asker]: request.subject }),
      ...(results === undefined ? {} : { [results]: total }),
      ...(filters === undefined || filtered === undefined ? {} : { [filters]: filtered }),
      ...(took === undefined ? {} : { [took]: Math.max(0, tookMs) }),
    }
    this.#parts.write(record)
  }

  /**
   * A search with its reasons; made again from the log when it is not remembered, one after the other.
   *
   * @param changedAt - the offset of the last record that changed the state that serves
   */
  async explain(decision: SearchDecision, changedAt: number, whyNot?: string): Promise<ExplainedSearch> {
    const remembered = this.#remembered.get(decision.id)
    // Who asks for what is absent asks the state, which must not have changed since.
    if (remembered && (whyNot === undefined || changedAt <= decision.asOf)) return explainSearch(remembered, whyNot)
    const rebuilt = this.#lastRebuilt.then(() => rebuildSearch(this.#parts, decision))
    // Not the search itself, which holds on to its state.
    this.#lastRebuilt = rebuilt.then(nothing, nothing)
    return explainSearch(await rebuilt, whyNot)
  }

  /** Does what would be done at the first call: indexes what the state knows. */
  warmUp(): void {
    for (const live of this.#live.values()) {
      answerSearch(live, { query: 'warm' }, { at: 0, clock: () => 0, budgetMs: Number.POSITIVE_INFINITY })
    }
  }

  /**
   * Forgets what is remembered: the log was written anew. What queries mean is learnt anew, and an index over documents that
   * may have named who is gone is made anew too.
   */
  async forget({ entity }: Subject): Promise<void> {
    this.#remembered.clear()
    this.#suggesting.clear()
    const intents = queryIntents(this.#parts.application)
    await this.#indexes.forget(entity, intents.values())
    this.#intents = intents
  }
}

function nothing(): void {}
