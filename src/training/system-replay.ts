import type { Application, RankingSystem } from '../application/index.ts'
import type { EventLog, EventRecord } from '../data/index.ts'
import { FeatureState, RequestFrame } from '../features/index.ts'
import { assert, randomFrom } from '../foundation/index.ts'
import { satisfies } from '../problem/index.ts'
import { type LabelSpec, RankingRows } from '../ranking/index.ts'
import { type Candidates, openRetrievalContext, Retriever, referenceField } from '../retrieval/index.ts'
import { ANSWER_DEPTH, answerPage } from './answer-page.ts'
import { ExampleSet } from './example-set.ts'
import { ItemPopularity } from './item-popularity.ts'
import { LabelJoin } from './label-join.ts'
import { type LoggedRecord, LogRecords } from './log-records.ts'
import type { Artifacts } from './model-registry.ts'
import { PageAnswers } from './page-answers.ts'
import { SpacedMoments } from './spaced-moments.ts'
import type { SystemRankers } from './system-rankers.ts'

const NO_ITEMS: ReadonlySet<number> = new Set()
/** Sources have all the time they want in a replay: nobody waits. */
const UNHURRIED_MS = 60_000

export interface SystemReplayOptions {
  readonly seed: number
  /** Lists of examples to keep, about; a larger log is sampled by row, seeded. */
  readonly maxLists: number
  /** Subjects that are answered for evaluation, at most. */
  readonly maxAnswers: number
  /** How many lists the replay will meet, about; decides the sampling rate. */
  readonly expectedLists: number
  readonly onRecord?: (offset: number) => void
}

interface Opened {
  readonly retriever: Retriever
  readonly rows: RankingRows
}

/** Names of the fields of an event that refer to the subject and the item. */
interface PairFields {
  readonly subject: string
  readonly item: string
}

/** A subject and items, by their numbers in the state. */
interface PairNumbers {
  readonly subject: number
  readonly items: Int32Array
}

/** A list of examples at the moment when it was shown. */
interface ListOfNow {
  readonly at: number
  /** The numbers that a request would have found, -1 for strangers. */
  readonly seen: PairNumbers
  /** The numbers under which the labels will come. */
  readonly named: PairNumbers
  readonly group?: string
  readonly positions?: Float64Array | undefined
}

/** A label with the rows that wait for it. */
interface JoinedLabel {
  readonly spec: LabelSpec
  readonly fields: PairFields
  readonly join: LabelJoin
}

/**
 * One pass over the log in offset order with a fresh state, as the engine itself saw it. Rows are taken before the
 * event that they are about is applied, so nothing that came later is in them.
 */
export class SystemReplay {
  readonly state: FeatureState
  /** Who met what by label events, over all records applied. */
  readonly popularity = new ItemPopularity()
  readonly #application: Application
  readonly #system: RankingSystem
  readonly #options: SystemReplayOptions
  readonly #records: LogRecords
  readonly #frame: RequestFrame
  readonly #labelFields: PairFields
  readonly #exposureFields: PairFields
  readonly #labels: readonly JoinedLabel[]
  readonly #moments: SpacedMoments
  #opened: Opened | undefined
  #answerer: SystemRankers | undefined
  #answers = new PageAnswers()

  constructor(
    application: Application,
    system: RankingSystem,
    log: EventLog,
    until: number,
    options: SystemReplayOptions,
  ) {
    const { schema } = application
    const { label, objectives = {}, examples } = system.ranking
    this.#application = application
    this.#system = system
    this.#options = options
    this.state = new FeatureState(schema, application.aggregates)
    this.#records = new LogRecords(log, until)
    this.#frame = new RequestFrame(schema)
    this.#moments = new SpacedMoments(examples.kind === 'candidates' ? examples.spacingMs : 0)
    const fields = (event: string): PairFields => ({
      subject: referenceField(schema, event, system.subject),
      item: referenceField(schema, event, system.item),
    })
    this.#labelFields = fields(label.event)
    const credit = examples.kind === 'exposures' ? 'latest' : 'every'
    const joined = (spec: LabelSpec, objective?: string): JoinedLabel => {
      return { spec, fields: fields(spec.event), join: new LabelJoin(spec.withinMs, credit, objective) }
    }
    this.#labels = [joined(label), ...Object.entries(objectives).map(([name, spec]) => joined(spec, name))]
    this.#exposureFields = examples.kind === 'exposures' ? fields(examples.event) : this.#labelFields
  }

  /** Retrieval works with these models from here on. */
  openRetrieval(artifacts: Artifacts): RankingRows {
    const { schema, features } = this.#application
    const { subject, item, retrieval } = this.#system
    const context = openRetrievalContext({ schema, subject, item }, this.state, artifacts)
    const retriever = new Retriever(context, { ...retrieval, limit: retrieval.candidates })
    const { examples } = this.#system.ranking
    const rows = new RankingRows(features, this.state, retriever, { item, examples })
    this.#opened = { retriever, rows }
    return rows
  }

  /** From here on, the first label event of every subject is answered with a page by each of these rankers. */
  answerWith(rankers: SystemRankers): PageAnswers {
    this.#answerer = rankers
    this.#answers = new PageAnswers()
    return this.#answers
  }

  /** Applies records up to an offset, without a look at them. */
  skipTo(offset: number): void {
    for (let next = this.#records.peek(); next && next.offset <= offset; next = this.#records.peek()) {
      this.#apply(this.#records.takeShown())
    }
  }

  /** Applies records up to an offset and collects their examples. */
  async collectTo(offset: number): Promise<ExampleSet> {
    assert(this.#opened, 'retrieval is open before examples are collected')
    const { examples, objectives = {} } = this.#system.ranking
    const set = new ExampleSet(this.#opened.rows.columnNames, Object.keys(objectives))
    for (let next = this.#records.peek(); next && next.offset <= offset; next = this.#records.peek()) {
      if (this.#isLabel(next.record)) await this.#beforeLabel(next, set)
      if (examples.kind === 'exposures' && next.record.type === examples.event) {
        this.#takeExposures(set, offset, examples)
      } else this.#apply(this.#records.takeShown())
    }
    return set
  }

  #apply({ offset, record }: LoggedRecord): void {
    this.#options.onRecord?.(offset)
    this.state.apply(offset, record)
    for (const { spec, fields, join } of this.#labels) {
      if (record.type !== spec.event || !satisfies(record, spec.where)) continue
      const { subject, item } = this.#keys(record, fields)
      join.arrive(subject, item, record.at)
    }
    if (!this.#isLabel(record)) return
    const { subject, item } = this.#keys(record, this.#labelFields)
    this.popularity.add(subject, item)
    this.#answers.addTruth(subject, item)
  }

  #isLabel(record: EventRecord): boolean {
    const { event, where } = this.#system.ranking.label
    return record.type === event && satisfies(record, where)
  }

  #keys(record: EventRecord, fields: PairFields): { subject: number; item: number } {
    const { attributes } = this.state
    return {
      subject: attributes.keys(this.#system.subject).find(record[fields.subject] as string),
      item: attributes.keys(this.#system.item).find(record[fields.item] as string),
    }
  }

  /** Takes a run of exposures that belong to one list: all their rows are as of before the first of them. */
  #takeExposures(set: ExampleSet, until: number, { event, group }: { event: string; group: string }): void {
    const first = this.#records.takeShown()
    const run = [first]
    for (let next = this.#records.peek(); next && next.offset <= until; next = this.#records.peek()) {
      if (next.record.type !== event || next.record[group] !== first.record[group]) break
      run.push(this.#records.takeShown())
    }
    const list = String(first.record[group] ?? first.record.id)
    if (this.#isSampled(list)) this.#addExposures(first.record, run, set, list)
    for (const logged of run) this.#apply(logged)
  }

  #addExposures(first: EventRecord, run: readonly LoggedRecord[], set: ExampleSet, group: string): void {
    const { attributes } = this.state
    const fields = this.#exposureFields
    const subjects = attributes.keys(this.#system.subject)
    const items = attributes.keys(this.#system.item)
    const itemNames = run.map(({ record }) => record[fields.item] as string)
    const seen = {
      subject: subjects.find(first[fields.subject] as string),
      items: Int32Array.from(itemNames, (name) => items.find(name)),
    }
    // An exposure may be the first that the log says of anybody.
    const named = {
      subject: subjects.intern(first[fields.subject] as string),
      items: Int32Array.from(itemNames, (name) => items.intern(name)),
    }
    this.#addList(set, { at: first.at, seen, named, group, positions: this.#positionsOf(run) })
  }

  /** Where exposures stood, `NaN` for one that does not say; undefined when no feature reads it. */
  #positionsOf(run: readonly LoggedRecord[]): Float64Array | undefined {
    const { examples } = this.#system.ranking
    const field = examples.kind === 'exposures' ? examples.position : undefined
    return field === undefined ? undefined : Float64Array.from(run, ({ record }) => Number(record[field] ?? Number.NaN))
  }

  /** Adds rows as of now, which wait for their labels. */
  #addList(set: ExampleSet, { at, seen, named, group, positions }: ListOfNow): void {
    assert(this.#opened, 'retrieval is open')
    const rows = new Float64Array(seen.items.length * set.width)
    this.#opened.rows.fill(this.#at(seen.subject, at), seen.subject, seen.items, rows, positions)
    const popularity = Float64Array.from(seen.items, (item) => this.popularity.knownBy(item))
    const first = set.addList({ ...named, at, rows, popularity, group })
    named.items.forEach((item, index) => {
      for (const { join } of this.#labels) join.expect(named.subject, item, set, first + index)
    })
  }

  #at(subject: number, at: number): RequestFrame {
    this.#frame.at = at
    return this.#frame.bind(this.#system.subject, subject)
  }

  /** What a label event is asked before it is applied: a list of candidates to learn from, a page to be judged. */
  async #beforeLabel({ record }: LoggedRecord, set: ExampleSet): Promise<void> {
    const { examples } = this.#system.ranking
    const { subject, item } = this.#keys(record, this.#labelFields)
    const wantsList =
      examples.kind === 'candidates' &&
      this.#moments.isDue(this.#subjectName(record), record.at) &&
      this.#isSampled(record.id)
    const wantsAnswer = this.#answerer !== undefined && subject >= 0 && this.#wantsAnswer(subject)
    if (!wantsList && !wantsAnswer) return
    const found = await this.#retrieve(subject, record.at)
    if (wantsList) {
      const items = this.#sampleCandidates(found.items, item, examples.negatives, record.id)
      const named = this.state.attributes.keys(this.#system.subject).intern(this.#subjectName(record))
      this.#addList(set, { at: record.at, seen: { subject, items }, named: { subject: named, items } })
    }
    if (wantsAnswer) this.#answer(subject, record.at, found)
  }

  #subjectName(record: EventRecord): string {
    return record[this.#labelFields.subject] as string
  }

  #retrieve(subject: number, at: number): Promise<Candidates> {
    assert(this.#opened, 'retrieval is open')
    const frame = this.#at(subject, at)
    const call = { frame, subject, exclude: NO_ITEMS, atLeast: ANSWER_DEPTH, budgetMs: UNHURRIED_MS, clock: () => 0 }
    return this.#opened.retriever.retrieve(call)
  }

  /**
   * The event's own item, if it was found, and others by lot. The lot hangs on the event's id, because offsets are
   * others in a log that never saw somebody.
   */
  #sampleCandidates(items: Int32Array, own: number, others: number, event: string): Int32Array {
    const lots = randomFrom(this.#options.seed, 'candidates', event)
    const drawn = lots.shuffle(items.filter((item) => item !== own)).subarray(0, others)
    return items.includes(own) ? Int32Array.of(own, ...drawn) : drawn
  }

  #wantsAnswer(subject: number): boolean {
    return this.#answers.size < this.#options.maxAnswers && !this.#answers.has(subject)
  }

  #answer(subject: number, at: number, found: Candidates): void {
    assert(this.#opened && this.#answerer, 'an answer needs retrieval and a ranker')
    const itemCount = this.state.attributes.keys(this.#system.item).size
    const { sponsored } = this.#system
    const mark = sponsored === undefined ? undefined : this.state.attributes.numberReader(sponsored)
    const tools = {
      ...this.#opened,
      system: this.#system,
      rankers: this.#answerer,
      isSponsored: (item: number) => mark?.(item) === 1,
      popularity: this.popularity,
      seed: this.#options.seed,
    }
    this.#answers.add(subject, answerPage(tools, { frame: this.#at(subject, at), subject, found, itemCount }))
  }

  /** Whether a list is in the sample; hangs on the name of its group, or its event's id, and the seed alone. */
  #isSampled(list: string): boolean {
    const { seed, maxLists, expectedLists } = this.#options
    return expectedLists <= maxLists || randomFrom(seed, 'list', list).uniform() < maxLists / expectedLists
  }
}
