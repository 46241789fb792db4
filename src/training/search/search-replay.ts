import { type Application, openQueryIntent, type SearchSystem } from '../../application/index.ts'
import type { EventLog, EventRecord } from '../../data/index.ts'
import { FeatureState, RequestFrame } from '../../features/index.ts'
import { assert, BoundedMap, isSluiceError, randomFrom } from '../../foundation/index.ts'
import { satisfies } from '../../problem/index.ts'
import { type ExampleSpec, type LabelSpec, type Ranker, RankingRows } from '../../ranking/index.ts'
import {
  type FoundByQuery,
  findDocuments,
  QueryColumns,
  type QueryIntent,
  readAskedFilters,
  referenceField,
  SearchIndex,
} from '../../retrieval/index.ts'
import { ExampleSet } from '../example-set.ts'
import { LabelJoin } from '../label-join.ts'
import { type LoggedRecord, LogRecords } from '../log-records.ts'

/** Documents that are looked through for what was shown. */
const FOUND = 1_000
/** Searches whose impressions are still waited for. */
const OPEN_SEARCHES = 100_000

export interface SearchReplayOptions {
  readonly seed: number
  /** Searches to keep, about; a larger log is sampled by their decision, seeded. */
  readonly maxLists: number
  /** How many the replay will meet, about; decides the sampling rate. */
  readonly expectedLists: number
  readonly onRecord?: (offset: number) => void
}

/** Lists of examples, and what was asked in each. */
export interface SearchExamples {
  readonly set: ExampleSet
  /** The text of every list. */
  readonly queries: readonly string[]
  /** Impressions that the text of their query does not find, which are not learnt from. */
  readonly notFound: number
}

/** A label with the rows that wait for it. */
interface JoinedLabel {
  readonly spec: LabelSpec
  readonly documentField: string
  readonly join: LabelJoin
}

/**
 * One pass over the log in offset order with a fresh state and a fresh index, as the engine itself saw them. The rows of
 * a search are taken before its first impression is applied, so nothing that came of it is in them.
 */
export class SearchReplay {
  readonly rows: RankingRows
  readonly state: FeatureState
  readonly #system: SearchSystem
  readonly #ranking: Ranker
  readonly #examples: Extract<ExampleSpec, { kind: 'exposures' }>
  readonly #options: SearchReplayOptions
  readonly #records: LogRecords
  readonly #index: SearchIndex
  readonly #intent: QueryIntent | undefined
  readonly #columns: QueryColumns
  readonly #frame: RequestFrame
  readonly #labels: readonly JoinedLabel[]
  readonly #askerField: string
  readonly #documentField: string
  /** What was asked, by decision. */
  readonly #searches = new BoundedMap<string, EventRecord>(OPEN_SEARCHES)
  /** Numbers of decisions, by which labels find their search. */
  readonly #decisions = new Map<string, number>()

  constructor(
    application: Application,
    system: SearchSystem,
    log: EventLog,
    until: number,
    options: SearchReplayOptions,
  ) {
    const { schema, features, aggregates } = application
    const { ranking, documents, queries, subject } = system
    assert(ranking?.examples.kind === 'exposures', 'a search system learns from exposures')
    this.#system = system
    this.#ranking = ranking
    this.#examples = ranking.examples
    this.#options = options
    this.state = new FeatureState(schema, aggregates)
    this.#index = new SearchIndex(system)
    this.#intent = openQueryIntent(schema, system)
    this.#columns = new QueryColumns(this.state.attributes, system, this.#intent)
    const { examples, label, objectives = {} } = ranking
    this.rows = new RankingRows(features, this.state, this.#columns, { item: documents, examples })
    this.#records = new LogRecords(log, until)
    this.#frame = new RequestFrame(schema)
    this.#askerField = referenceField(schema, queries.event, subject)
    this.#documentField = referenceField(schema, this.#examples.event, documents)
    const joined = (spec: LabelSpec, objective?: string): JoinedLabel => ({
      spec,
      documentField: referenceField(schema, spec.event, documents),
      join: new LabelJoin(spec.withinMs, 'latest', objective),
    })
    this.#labels = [joined(label), ...Object.entries(objectives).map(([name, spec]) => joined(spec, name))]
  }

  /** Applies records up to an offset, without a look at them. */
  skipTo(offset: number): void {
    for (let next = this.#records.peek(); next && next.offset <= offset; next = this.#records.peek()) {
      this.#apply(this.#records.takeShown())
    }
  }

  /** Applies records up to an offset and collects their examples. */
  collectTo(offset: number): SearchExamples {
    const set = new ExampleSet(this.rows.columnNames, Object.keys(this.#ranking.objectives ?? {}))
    const collected = { set, queries: [] as string[], notFound: 0 }
    for (let next = this.#records.peek(); next && next.offset <= offset; next = this.#records.peek()) {
      if (next.record.type === this.#examples.event) this.#takeExposures(collected, offset)
      else this.#apply(this.#records.takeShown())
    }
    return collected
  }

  #apply({ offset, record }: LoggedRecord): void {
    this.#options.onRecord?.(offset)
    this.state.apply(offset, record)
    this.#intent?.apply(record)
    const { queries, documents } = this.#system
    if (record.type === queries.event) this.#searches.set(String(record[queries.decision]), record)
    if (record.type === documents) this.#note(offset, record)
    for (const { spec, documentField, join } of this.#labels) {
      if (record.type !== spec.event || !satisfies(record, spec.where)) continue
      const decision = this.#decisions.get(String(record[this.#examples.group]))
      const item = this.state.attributes.keys(documents).find(String(record[documentField]))
      if (decision !== undefined) join.arrive(decision, item, record.at)
    }
  }

  #note(offset: number, record: EventRecord): void {
    const { attributes } = this.state
    const id = String(record[record.type])
    this.#index.note(offset, id, record, attributes.describe(record.type, attributes.keys(record.type).find(id)))
  }

  /** Takes a run of exposures of one search: all their rows are as of before the first of them. */
  #takeExposures(collected: SearchExamples & { queries: string[]; notFound: number }, until: number): void {
    const { event, group } = this.#examples
    const run = [this.#records.takeShown()]
    const decision = run[0]!.record[group]
    for (let next = this.#records.peek(); next && next.offset <= until; next = this.#records.peek()) {
      if (next.record.type !== event || next.record[group] !== decision) break
      run.push(this.#records.takeShown())
    }
    const search = this.#searches.get(String(decision))
    if (search && this.#isSampled(String(decision))) this.#addExposures(collected, search, run)
    for (const logged of run) this.#apply(logged)
  }

  #addExposures(
    collected: SearchExamples & { queries: string[]; notFound: number },
    search: EventRecord,
    run: readonly LoggedRecord[],
  ): void {
    const names = this.state.attributes.keys(this.#system.documents)
    const found = this.#find(search)
    const isFound = new Set(found.items)
    const shown = run.filter(({ record }) => isFound.has(names.find(String(record[this.#documentField]))))
    collected.notFound += run.length - shown.length
    if (shown.length === 0) return
    const items = Int32Array.from(shown, ({ record }) => names.find(String(record[this.#documentField])))
    const asker = search[this.#askerField]
    const subject = typeof asker === 'string' ? this.state.attributes.keys(this.#system.subject).find(asker) : -1
    const rows = new Float64Array(items.length * this.rows.width)
    const { at } = run[0]!.record
    this.#frame.at = at
    this.#columns.about(found)
    const positions = this.#positionsOf(shown)
    this.rows.fill(this.#frame.bind(this.#system.subject, subject), subject, items, rows, positions)
    const decision = String(search[this.#system.queries.decision])
    const number = this.#numberOf(decision)
    const textOf = new Map(Array.from(found.items, (item, place) => [item, found.scores[place]!]))
    const { set, queries } = collected
    const lists = set.listCount
    const first = set.addList({
      subject: subject < 0 ? -1 - number : subject,
      at,
      items,
      rows,
      // The order of the text is what a ranker has to beat.
      popularity: Float64Array.from(items, (item) => textOf.get(item) ?? 0),
      group: decision,
    })
    if (set.listCount > lists) queries.push(String(search[this.#system.queries.text]))
    items.forEach((item, index) => {
      for (const { join } of this.#labels) join.expect(number, item, set, first + index)
    })
  }

  /** What a search found, by its event: as it was filtered, if that can still be done. */
  #find(search: EventRecord): FoundByQuery {
    this.#index.indexTo(Number.POSITIVE_INFINITY)
    while (!this.#index.isWeighed && this.#index.settle(FOUND));
    const names = this.state.attributes.keys(this.#system.documents)
    const { snapshot, reading } = this.#index
    const place = { keyOf: (id: string) => names.find(id), reading }
    const { text: field, filters: filtered } = this.#system.queries
    const question = { text: String(search[field]), limit: FOUND }
    const filters = filtered === undefined ? undefined : readAskedFilters(search[filtered])
    if (filters === undefined) return findDocuments(snapshot, place, question)
    try {
      return findDocuments(snapshot, place, { ...question, filters })
    } catch (error) {
      // Of a field that is no more, or of another kind by now.
      if (isSluiceError(error)) return findDocuments(snapshot, place, question)
      throw error
    }
  }

  /** Where exposures stood, `NaN` for one that does not say; undefined when no feature reads it. */
  #positionsOf(run: readonly LoggedRecord[]): Float64Array | undefined {
    const { position } = this.#examples
    return position === undefined
      ? undefined
      : Float64Array.from(run, ({ record }) => Number(record[position] ?? Number.NaN))
  }

  #numberOf(decision: string): number {
    const known = this.#decisions.get(decision)
    if (known !== undefined) return known
    this.#decisions.set(decision, this.#decisions.size)
    return this.#decisions.size - 1
  }

  /** Whether a search is in the sample; hangs on its decision and the seed alone. */
  #isSampled(decision: string): boolean {
    const { seed, maxLists, expectedLists } = this.#options
    return expectedLists <= maxLists || randomFrom(seed, 'list', decision).uniform() < maxLists / expectedLists
  }
}
