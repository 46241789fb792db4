import type { ScoringSystem } from '../../application/index.ts'
import type { EventRecord } from '../../data/index.ts'
import { DAY_MS } from '../../foundation/index.ts'
import type { RowModel } from '../../models/index.ts'

/** Rows that are scored together. */
const BLOCK_ROWS = 256

/** What is asked of events as they go by. */
export interface EventQuestions {
  /** Models of whole rows; each scores every event. */
  readonly models: readonly RowModel[]
  /** What of an event is known, 0 or 1; undefined leaves the event out. */
  readonly outcome: (record: EventRecord) => 0 | 1 | undefined
  /** The place of the action among `ACTIONS`, from the score of the first model. */
  readonly decide?: (record: EventRecord, row: Float64Array, score: number) => number
}

/** Events whose outcome is known, in the order of the log; arrays of shape (count,). */
export interface ScoredEvents {
  readonly count: number
  /** 0 or 1. */
  readonly labels: Float64Array
  /** What each was worth; 0 where the system knows no amounts. */
  readonly amounts: Float64Array
  /** The number of the UTC day. */
  readonly days: Int32Array
  /** The subject of each, numbered from 0 in the order of appearance; and how many there are. */
  readonly subjects: Int32Array
  readonly subjectCount: number
  /** The segment of each, by number; and their names, '' for events that say none. */
  readonly segments: Int32Array
  readonly segmentNames: readonly string[]
  /** Raw scores of each model. */
  readonly scores: readonly Float64Array[]
  /** The place of each action among `ACTIONS`; all 0 when none was decided. */
  readonly actions: Uint8Array
  /** When the first and the last was, in milliseconds; 0 without one. */
  readonly from: number
  readonly until: number
}

/** Numbers names from 0 in the order of appearance. */
class Numbering {
  readonly #numbers = new Map<string, number>()

  of(name: string): number {
    const known = this.#numbers.get(name) ?? this.#numbers.size
    this.#numbers.set(name, known)
    return known
  }

  get names(): string[] {
    return [...this.#numbers.keys()]
  }
}

/**
 * Scores events while they go by: of each only numbers are kept, never its row.
 *
 * @remarks Some 60 bytes an event and 8 a model.
 */
export class EventScorer {
  readonly #questions: EventQuestions
  readonly #system: Pick<ScoringSystem, 'amount' | 'segment'>
  readonly #subjectField: string
  readonly #width: number
  readonly #block: Float64Array
  readonly #waiting: { readonly record: EventRecord; readonly label: 0 | 1 }[] = []
  readonly #blockScores: readonly Float64Array[]
  readonly #subjects = new Numbering()
  readonly #segments = new Numbering()
  readonly #columns = {
    labels: [] as number[],
    amounts: [] as number[],
    times: [] as number[],
    subjects: [] as number[],
    segments: [] as number[],
    actions: [] as number[],
  }
  readonly #scores: readonly number[][]

  /** @param subjectField - the field of the event that refers to the subject */
  constructor(
    width: number,
    subjectField: string,
    system: Pick<ScoringSystem, 'amount' | 'segment'>,
    questions: EventQuestions,
  ) {
    this.#questions = questions
    this.#system = system
    this.#subjectField = subjectField
    this.#width = width
    this.#block = new Float64Array(BLOCK_ROWS * width)
    this.#blockScores = questions.models.map(() => new Float64Array(BLOCK_ROWS))
    this.#scores = questions.models.map(() => [])
  }

  add(record: EventRecord, readRow: () => Float64Array): void {
    const label = this.#questions.outcome(record)
    if (label === undefined) return
    this.#block.set(readRow(), this.#waiting.length * this.#width)
    this.#waiting.push({ record, label })
    if (this.#waiting.length === BLOCK_ROWS) this.#flush()
  }

  finish(): ScoredEvents {
    this.#flush()
    const { labels, amounts, times, subjects, segments, actions } = this.#columns
    return {
      count: labels.length,
      labels: Float64Array.from(labels),
      amounts: Float64Array.from(amounts),
      days: Int32Array.from(times, (at) => Math.floor(at / DAY_MS)),
      subjects: Int32Array.from(subjects),
      subjectCount: this.#subjects.names.length,
      segments: Int32Array.from(segments),
      segmentNames: this.#segments.names,
      scores: this.#scores.map((scores) => Float64Array.from(scores)),
      actions: Uint8Array.from(actions),
      from: times.reduce((a, b) => Math.min(a, b), times[0] ?? 0),
      until: times.reduce((a, b) => Math.max(a, b), 0),
    }
  }

  #flush(): void {
    const count = this.#waiting.length
    this.#questions.models.forEach((model, index) => {
      model.scoreRows(this.#block.subarray(0, count * this.#width), count, this.#blockScores[index]!.subarray(0, count))
    })
    for (let at = 0; at < count; at++) this.#keep(at)
    this.#waiting.length = 0
  }

  #keep(at: number): void {
    const { record, label } = this.#waiting[at]!
    const { amount, segment } = this.#system
    const row = this.#block.subarray(at * this.#width, (at + 1) * this.#width)
    const { labels, amounts, times, subjects, segments, actions } = this.#columns
    labels.push(label)
    amounts.push(amount === undefined ? 0 : Number(record[amount] ?? 0))
    times.push(record.at)
    subjects.push(this.#subjects.of(String(record[this.#subjectField] ?? '')))
    segments.push(this.#segments.of(segment === undefined ? '' : String(record[segment] ?? '')))
    this.#scores.forEach((scores, index) => {
      scores.push(this.#blockScores[index]![at]!)
    })
    actions.push(this.#questions.decide?.(record, row, this.#scores[0]!.at(-1)!) ?? 0)
  }
}
