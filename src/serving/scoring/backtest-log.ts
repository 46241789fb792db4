import {
  type Application,
  PROBABILITY,
  requireScoringSystem,
  ruleVocabulary,
  type ScoringSystem,
} from '../../application/index.ts'
import type { EventLog, EventRecord } from '../../data/index.ts'
import { EventRows, FeatureState } from '../../features/index.ts'
import { durationMs } from '../../foundation/index.ts'
import {
  type BacktestReport,
  type BacktestRows,
  backtestRules,
  LISTED,
  parseRules,
  RuleProgram,
  type RuleVocabulary,
} from '../../policy/index.ts'
import { satisfies } from '../../problem/index.ts'
import { loadScoringModel, type ModelRegistry, type ScoringModel } from '../../training/index.ts'
import { type KeyField, keyFieldsOf, keysOfEvent } from './event-keys.ts'
import { GrowingRows } from './growing-rows.ts'
import { PolicyState } from './policy-state.ts'
import { namedBy } from './rule-names.ts'

/** Records that are applied before others get a turn. */
const RECORDS_A_TURN = 2048

/** What a backtest works on. */
export interface BacktestParts {
  readonly application: Application
  readonly log: EventLog
  readonly registry: ModelRegistry
}

export interface BacktestRequest {
  /** The text of the rules that are tried. */
  readonly rules: string
  readonly onProgress?: (done: number, total: number) => void
}

/** What a backtest says of each event, beside its report. */
export interface LogBacktest {
  readonly report: BacktestReport
  /** Where the events stand in the log. Shape (events,). */
  readonly offsets: Float64Array
  /** The action of each, as its place among `ACTIONS`. Shape (events,). */
  readonly actions: Uint8Array
}

/**
 * What rules would have done to every event of the log that a system scores: the row of each as of its own offset, the
 * lists as they were, the champion as it is, the labels as they are known by now. The report says how decisions would
 * differ from those of the rules that are live.
 *
 * @throws SluiceError `INVALID_RULES`, `UNKNOWN_SYSTEM`, `WRONG_TASK`
 * @remarks One pass over the log with a state of its own, in turns with other work. Some 40 bytes an event and 8 for
 * each column that rules name.
 */
export async function backtestLog(
  parts: BacktestParts,
  name: string,
  request: BacktestRequest,
): Promise<BacktestReport> {
  return (await backtestEvents(parts, name, request)).report
}

/** {@link backtestLog} with the action of each event. */
export async function backtestEvents(
  { application, log, registry }: BacktestParts,
  name: string,
  { rules, onProgress }: BacktestRequest,
): Promise<LogBacktest> {
  const system = requireScoringSystem(application, name)
  const whole = ruleVocabulary(application.schema, application.features, system)
  const tried = parseRules(rules, whole)
  const policy = new PolicyState(application)
  policy.follow(log)
  const live = parseRules(policy.systems.get(name)!.rules.live?.rules ?? system.policy.rules ?? '', whole)
  const vocabulary = namedBy([...tried, ...live], whole)
  const champion = registry.champion(name)
  const model = champion && loadScoringModel(system, application.features.columnNames, registry.artifacts(champion))
  const rows = new EventCollector(application, name, system, { vocabulary, model })
  await rows.read(log, onProgress)
  const collected = rows.finish()
  const actions = new Uint8Array(collected.rows.count)
  const options = { actions, live: new RuleProgram(live, vocabulary), ...(model ? { model: model.policy } : {}) }
  const report = backtestRules(new RuleProgram(tried, vocabulary), collected.rows, options)
  return { report, offsets: collected.offsets, actions }
}

/** Reads the log and keeps of each scored event what rules and a report ask about. */
class EventCollector {
  readonly #name: string
  readonly #system: ScoringSystem
  readonly #state: FeatureState
  readonly #policy: PolicyState
  readonly #events: EventRows
  readonly #row: Float64Array
  readonly #model: ScoringModel | undefined
  readonly #keyFields: readonly KeyField[]
  readonly #texts: readonly string[]
  /** Where each number of the vocabulary stands in a row; -1 is the probability. */
  readonly #places: readonly number[]
  readonly #numbers: GrowingRows
  readonly #facts = new GrowingRows(FACTS.length)
  readonly #textValues: (string | undefined)[] = []
  readonly #ids: string[] = []
  readonly #told = new Map<string, 0 | 1>()

  constructor(
    application: Application,
    name: string,
    system: ScoringSystem,
    { vocabulary, model }: { vocabulary: RuleVocabulary; model: ScoringModel | undefined },
  ) {
    const { schema, features, aggregates } = application
    this.#name = name
    this.#system = system
    this.#state = new FeatureState(schema, aggregates)
    this.#policy = new PolicyState(application)
    this.#events = new EventRows(features, this.#state, system.event)
    this.#row = new Float64Array(this.#events.width)
    this.#model = model
    this.#keyFields = keyFieldsOf(schema, system)
    this.#texts = vocabulary.texts
    this.#places = vocabulary.numbers.map((column) =>
      column === PROBABILITY ? -1 : features.columnNames.indexOf(column),
    )
    this.#numbers = new GrowingRows(vocabulary.numbers.length)
  }

  async read(log: EventLog, onProgress: BacktestRequest['onProgress']): Promise<void> {
    const head = log.head
    let sinceTurn = 0
    for (const { firstOffset, records } of log.read(1, head)) {
      for (let index = 0; index < records.length; index++) this.#take(firstOffset + index, records[index]!)
      sinceTurn += records.length
      if (sinceTurn < RECORDS_A_TURN) continue
      sinceTurn = 0
      onProgress?.(firstOffset + records.length - 1, head)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #take(offset: number, record: EventRecord): void {
    this.#policy.apply(offset, record)
    this.#state.apply(offset, record)
    const { event, label } = this.#system
    if (record.type === event) this.#keep(offset, record)
    else if (record.type === label.event) {
      this.#told.set(String(record[label.of]), satisfies(record, label.positive) ? 1 : 0)
    }
  }

  #keep(offset: number, record: EventRecord): void {
    const row = this.#row
    this.#events.fill(record, row)
    const probability = this.#probability()
    this.#numbers.add(this.#places.map((place) => (place < 0 ? probability : row[place]!)))
    for (const name of this.#texts) {
      const value = record[name]
      this.#textValues.push(typeof value === 'string' ? value : undefined)
    }
    this.#facts.add([offset, record.at, this.#amountOf(record), probability, this.#listed(record)])
    this.#ids.push(record.id)
  }

  /** As a live scorer has it: `NaN` where a model is missing or fails. */
  #probability(): number {
    return this.#model === undefined ? Number.NaN : this.#model.probabilityOf(this.#row)
  }

  #amountOf(record: EventRecord): number {
    const amount = this.#system.amount === undefined ? undefined : record[this.#system.amount]
    return typeof amount === 'number' ? Math.max(0, amount) : 0
  }

  #listed(record: EventRecord): number {
    const keys = keysOfEvent(this.#keyFields, record)
    const named = this.#keyFields.flatMap(({ field, entity }): [string, string][] => {
      const key = keys[field]
      return key === undefined ? [] : [[entity, key]]
    })
    const entry = this.#policy.systems.get(this.#name)!.lists.findFirst(named, record.at)
    return entry === undefined ? LISTED.no : LISTED[entry.list]
  }

  finish(): { rows: BacktestRows; offsets: Float64Array } {
    const count = this.#ids.length
    const [offsets, at, amounts, probabilities, listed] = FACTS.map((_, place) => this.#facts.column(place))
    const rows: BacktestRows = {
      count,
      numbers: this.#numbers.values(),
      texts: this.#textValues,
      at: at!,
      amounts: amounts!,
      labels: this.#labels(at!),
      probabilities: probabilities!,
      listed: Uint8Array.from(listed!),
    }
    return { rows, offsets: offsets! }
  }

  /** What was told of each event; of an old one of which nothing was told, that it was none. */
  #labels(at: Float64Array): Float64Array {
    const matureUntil = this.#state.newestMs - durationMs(this.#system.label.matureAfter)
    return Float64Array.from(
      this.#ids,
      (id, event) => this.#told.get(id) ?? (at[event]! <= matureUntil ? 0 : Number.NaN),
    )
  }
}

/** What is kept of an event beside the columns of rules. */
const FACTS = ['offset', 'at', 'amount', 'probability', 'listed'] as const
