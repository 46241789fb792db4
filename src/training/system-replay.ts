import type { Application, RankingSystem } from '../application/index.ts'
import type { EventLog, EventRecord } from '../data/index.ts'
import { FeatureState, RequestFrame } from '../features/index.ts'
import { assert, hashInteger, randomFrom } from '../foundation/index.ts'
import { type RowModel, topItems } from '../models/index.ts'
import { satisfies } from '../problem/index.ts'
import { RankingRows } from '../ranking/index.ts'
import { type Candidates, openRetrievalContext, Retriever, referenceField } from '../retrieval/index.ts'
import { ExampleSet } from './example-set.ts'
import { type LoggedRecord, LogRecords } from './log-records.ts'
import type { Artifacts } from './model-registry.ts'
import { PageAnswers } from './page-answers.ts'

const NO_ITEMS: ReadonlySet<number> = new Set()
/** Sources have all the time they want in a replay: nobody waits. */
const UNHURRIED_MS = 60_000
/** How many answers deep the baselines go. */
const ANSWER_DEPTH = 100

export interface SystemReplayOptions {
  readonly seed: number
  /** Lists of examples to keep, about; a larger log is sampled by row, seeded. */
  readonly maxLists: number
  /** Subjects that are answered for evaluation, at most. */
  readonly maxAnswers: number
  /** How many lists and label events the log holds, about; decides the sampling rate. */
  readonly expectedLists: number
  readonly onRecord?: (offset: number) => void
}

interface Opened {
  readonly retriever: Retriever
  readonly rows: RankingRows
}

/**
 * One pass over the log in offset order with a fresh state, as the engine itself saw it. Rows are taken before the
 * event that they are about is applied, so nothing that came later is in them.
 */
export class SystemReplay {
  readonly state: FeatureState
  readonly #application: Application
  readonly #system: RankingSystem
  readonly #options: SystemReplayOptions
  readonly #records: LogRecords
  readonly #frame: RequestFrame
  readonly #labelFields: { readonly subject: string; readonly item: string }
  #opened: Opened | undefined
  #answerer: RowModel | undefined
  #answers = new PageAnswers()
  /** Row that still waits for its label, by subject and item. */
  readonly #waiting = new Map<number, { set: ExampleSet; row: number }>()
  #popularity: Float64Array = new Float64Array(1024)

  constructor(
    application: Application,
    system: RankingSystem,
    log: EventLog,
    until: number,
    options: SystemReplayOptions,
  ) {
    const { schema } = application
    this.#application = application
    this.#system = system
    this.#options = options
    this.state = new FeatureState(schema, application.aggregates)
    this.#records = new LogRecords(log, until)
    this.#frame = new RequestFrame(schema)
    const { event } = system.ranking.label
    this.#labelFields = {
      subject: referenceField(schema, event, system.subject),
      item: referenceField(schema, event, system.item),
    }
  }

  /** Retrieval works with these models from here on. */
  openRetrieval(artifacts: Artifacts): RankingRows {
    const { schema, features } = this.#application
    const { subject, item, retrieval } = this.#system
    const context = openRetrievalContext({ schema, subject, item }, this.state, artifacts)
    const retriever = new Retriever(context, { ...retrieval, limit: retrieval.candidates })
    const rows = new RankingRows(features, this.state, item, retriever)
    this.#opened = { retriever, rows }
    return rows
  }

  /** From here on, the first label event of every subject is answered with a page by this ranker. */
  answerWith(model: RowModel): PageAnswers {
    this.#answerer = model
    this.#answers = new PageAnswers()
    return this.#answers
  }

  /** Applies records up to an offset, without a look at them. */
  skipTo(offset: number): void {
    for (let next = this.#records.peek(); next && next.offset <= offset; next = this.#records.peek())
      this.#apply(this.#take())
  }

  /** Applies records up to an offset and collects their examples. */
  async collectTo(offset: number): Promise<ExampleSet> {
    assert(this.#opened, 'retrieval is open before examples are collected')
    const set = new ExampleSet(this.#opened.rows.width)
    const { examples } = this.#system.ranking
    for (let next = this.#records.peek(); next && next.offset <= offset; next = this.#records.peek()) {
      if (this.#isLabel(next.record)) await this.#beforeLabel(next, set)
      if (examples.kind === 'exposures' && next.record.type === examples.event) this.#takeExposures(set, offset)
      else this.#apply(this.#take())
    }
    return set
  }

  #take(): LoggedRecord {
    const taken = this.#records.take()
    assert(taken, 'a record was there')
    return taken
  }

  #apply({ offset, record }: LoggedRecord): void {
    this.#options.onRecord?.(offset)
    this.state.apply(offset, record)
    if (this.#isLabel(record)) this.#joinLabel(record)
  }

  #isLabel(record: EventRecord): boolean {
    const { event, where } = this.#system.ranking.label
    return record.type === event && satisfies(record, where)
  }

  #keys(record: EventRecord, fields: { subject: string; item: string }): { subject: number; item: number } {
    const { attributes } = this.state
    return {
      subject: attributes.keys(this.#system.subject).find(record[fields.subject] as string),
      item: attributes.keys(this.#system.item).find(record[fields.item] as string),
    }
  }

  /** The label reached its row, if a row waits for it and the window is still open. */
  #joinLabel(record: EventRecord): void {
    const { subject, item } = this.#keys(record, this.#labelFields)
    if (item >= this.#popularity.length) this.#popularity = enlarged(this.#popularity, item + 1)
    this.#popularity[item]! += 1
    this.#answers.addTruth(subject, item)
    const waiting = this.#waiting.get(pairKey(subject, item))
    if (!waiting) return
    const elapsed = record.at - waiting.set.timeOf(waiting.row)
    if (elapsed >= 0 && elapsed <= this.#system.ranking.label.withinMs) waiting.set.setPositive(waiting.row)
    this.#waiting.delete(pairKey(subject, item))
  }

  /** Takes the run of exposures that belong to one list: all their rows are as of before the first of them. */
  #takeExposures(set: ExampleSet, until: number): void {
    const { examples } = this.#system.ranking
    assert(examples.kind === 'exposures', 'exposures are taken from exposures')
    const { event, group } = examples
    const first = this.#records.peek()
    const run: LoggedRecord[] = []
    for (let next = first; next && next.offset <= until; next = this.#records.peek()) {
      if (next.record.type !== event || next.record[group] !== first?.record[group]) break
      run.push(this.#take())
    }
    const isKept = run[0] !== undefined && this.#isSampled(run[0].offset, 'list')
    if (isKept)
      this.#addExposures(
        run.map(({ record }) => record),
        event,
        set,
      )
    for (const logged of run) this.#apply(logged)
  }

  #addExposures(run: readonly EventRecord[], event: string, set: ExampleSet): void {
    const { schema } = this.#application
    const fields = {
      subject: referenceField(schema, event, this.#system.subject),
      item: referenceField(schema, event, this.#system.item),
    }
    const [first] = run
    if (!first) return
    // An exposure may be the first that the log says of anybody.
    const subject = this.state.attributes.keys(this.#system.subject).intern(first[fields.subject] as string)
    const items = Int32Array.from(run, (record) =>
      this.state.attributes.keys(this.#system.item).intern(record[fields.item] as string),
    )
    const row = this.#addList(set, subject, first.at, items)
    items.forEach((item, index) => {
      this.#waiting.set(pairKey(subject, item), { set, row: row + index })
    })
  }

  #addList(set: ExampleSet, subject: number, at: number, items: Int32Array): number {
    assert(this.#opened, 'retrieval is open')
    const rows = new Float64Array(items.length * set.width)
    this.#opened.rows.fill(this.#at(subject, at), subject, items, rows)
    const popularity = Float64Array.from(items, (item) => this.#popularity[item] ?? 0)
    return set.addList({ subject, at, items, rows, popularity })
  }

  #at(subject: number, at: number): RequestFrame {
    this.#frame.at = at
    return this.#frame.bind(this.#system.subject, subject)
  }

  /** What a label event is asked before it is applied: a list of candidates to learn from, a page to be judged. */
  async #beforeLabel({ offset, record }: LoggedRecord, set: ExampleSet): Promise<void> {
    const { examples } = this.#system.ranking
    const { subject, item } = this.#keys(record, this.#labelFields)
    const wantsList = examples.kind === 'candidates' && item >= 0 && this.#isSampled(offset, 'list')
    const wantsAnswer = this.#answerer !== undefined && subject >= 0 && this.#wantsAnswer(subject)
    if (!wantsList && !wantsAnswer) return
    const found = await this.#retrieve(subject, record.at)
    if (wantsList && examples.kind === 'candidates') {
      const negatives = this.#sampleNegatives(found.items, item, examples.negatives, offset)
      const row = this.#addList(set, subject, record.at, Int32Array.of(item, ...negatives))
      set.setPositive(row)
    }
    if (wantsAnswer) this.#answer(subject, record.at, found)
  }

  #retrieve(subject: number, at: number): Promise<Candidates> {
    assert(this.#opened, 'retrieval is open')
    const frame = this.#at(subject, at)
    const call = { frame, subject, exclude: NO_ITEMS, atLeast: ANSWER_DEPTH, budgetMs: UNHURRIED_MS, clock: () => 0 }
    return this.#opened.retriever.retrieve(call)
  }

  #sampleNegatives(items: Int32Array, positive: number, count: number, offset: number): Int32Array {
    const others = items.filter((item) => item !== positive)
    return randomFrom(this.#options.seed, 'negatives', offset).shuffle(others).subarray(0, count)
  }

  #wantsAnswer(subject: number): boolean {
    return this.#answers.size < this.#options.maxAnswers && !this.#answers.has(subject)
  }

  #answer(subject: number, at: number, found: Candidates): void {
    assert(this.#opened && this.#answerer, 'an answer needs retrieval and a ranker')
    const { retriever, rows } = this.#opened
    const matrix = new Float64Array(found.items.length * rows.width)
    rows.fill(this.#at(subject, at), subject, found.items, matrix)
    const scores = new Float64Array(found.items.length)
    this.#answerer.scoreRows(matrix, found.items.length, scores)
    const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
    const accept = (item: number) => retriever.refusal(subject, item, NO_ITEMS) === undefined
    this.#answers.add(subject, {
      retrieved: found.items.slice(0, ANSWER_DEPTH),
      ranked: order.map((place) => found.items[place]!).slice(0, ANSWER_DEPTH),
      popular: topItems(this.#popularity.keys(), this.#popularity, ANSWER_DEPTH, accept).items,
      random: this.#randomItems(subject, accept),
    })
  }

  #randomItems(subject: number, accept: (item: number) => boolean): Int32Array {
    const lots = Float64Array.from({ length: this.state.attributes.keys(this.#system.item).size }, (_, item) => {
      return (hashInteger(item, hashInteger(subject, this.#options.seed)) >>> 0) + 1
    })
    return topItems(lots.keys(), lots, ANSWER_DEPTH, accept).items
  }

  /** Whether an offset is in the sample; hangs on the offset and the seed alone. */
  #isSampled(offset: number, purpose: string): boolean {
    const { seed, maxLists, expectedLists } = this.#options
    return expectedLists <= maxLists || randomFrom(seed, purpose, offset).uniform() < maxLists / expectedLists
  }
}

function pairKey(subject: number, item: number): number {
  return subject * 67_108_864 + item
}

function enlarged(array: Float64Array, length: number): Float64Array {
  const copy = new Float64Array(Math.max(length, array.length * 2))
  copy.set(array)
  return copy
}
