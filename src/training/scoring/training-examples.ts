import type { Imbalance, ScoringSystem } from '../../application/index.ts'
import type { EventRecord } from '../../data/index.ts'
import { durationMs, hashString53, SluiceError } from '../../foundation/index.ts'
import type { RowExamples } from '../../models/index.ts'
import { readLoggedScore } from './decided-events.ts'
import type { OutcomeSurvey } from './outcome-survey.ts'
import type { ScoringPlan } from './plan-scoring.ts'
import type { ScoredReplay } from './scored-replay.ts'

/** Rows that a model learns from, about; of more, negatives are drawn. */
export const MAX_ROWS = 500_000
const BLOCK_ROWS = 4096
const HASHES = 2 ** 53

export interface ExampleOptions {
  readonly name: string
  readonly seed: number
  /** The columns that are kept, rising. */
  readonly columns: Int32Array
  /** Rows that are kept, about; when there are more, negatives are drawn and count for those left out. */
  readonly maxRows: number
}

/** What a model learns from. */
export interface TrainingExamples extends RowExamples {
  readonly weights: Float64Array
  readonly positives: number
  /** Rows that are young and known by a review. */
  readonly early: number
  /** Events of which it is not known what they were, because they were refused, or too young for their place. */
  readonly unknown: number
}

/**
 * Replays the log up to the moment of the fit and keeps the rows of events that are mature then, by the labels that are
 * there then; and, where the system asks for them, of younger events of which a review has told, each weighted by the
 * inverse of the chance that it had to be reviewed, within {@link mostToStandFor}.
 *
 * Reviewers look at what is suspicious, so what they tell early is no sample of what happens: without the weights, young
 * events would seem to be frauds far more often than they are.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without a row
 */
export function collectExamples(
  replay: ScoredReplay,
  survey: OutcomeSurvey,
  system: ScoringSystem,
  plan: ScoringPlan,
  options: ExampleOptions,
): TrainingExamples {
  const rows = new KeptRows(options.columns)
  const collector = new ExampleCollector(rows, survey, system, plan, options)
  replay.replayTo(plan.trainUntil, {
    onEvent: (record, readRow) => collector.addMature(record, readRow),
    onOwn: (record) => collector.decided(record),
  })
  replay.replayTo(plan.fitAt, {
    ...(system.label.early ? { onEvent: (record, readRow) => collector.addEarly(record, readRow) } : {}),
    onOwn: (record) => collector.decided(record),
  })
  return collector.finish()
}

/** Rows of some columns, in blocks, so that none is copied while they come. */
class KeptRows {
  readonly #columns: Int32Array
  readonly #blocks: Float64Array[] = []
  #count = 0

  constructor(columns: Int32Array) {
    this.#columns = columns
  }

  get count(): number {
    return this.#count
  }

  add(row: Float64Array): void {
    const columns = this.#columns
    const place = this.#count % BLOCK_ROWS
    if (place === 0) this.#blocks.push(new Float64Array(BLOCK_ROWS * columns.length))
    const block = this.#blocks.at(-1)!
    for (let index = 0, at = place * columns.length; index < columns.length; index++, at++) {
      block[at] = row[columns[index]!]!
    }
    this.#count++
  }

  finish(): Float64Array {
    const width = this.#columns.length
    const all = new Float64Array(this.#count * width)
    this.#blocks.forEach((block, index) => {
      const start = index * BLOCK_ROWS * width
      all.set(block.subarray(0, Math.min(block.length, all.length - start)), start)
    })
    return all
  }
}

class ExampleCollector {
  readonly #rows: KeptRows
  readonly #survey: OutcomeSurvey
  readonly #plan: ScoringPlan
  readonly #options: ExampleOptions
  readonly #matureMs: number
  /** The share of negatives that is kept, and what each then counts for. */
  readonly #share: number
  readonly #negativeWeight: number
  readonly #positiveWeight: number
  readonly #labels: number[] = []
  readonly #weights: number[] = []
  /** Young rows, and those of them whose decision was not seen yet, by their events. */
  readonly #early: number[] = []
  readonly #waiting = new Map<string, number>()
  /** As how many each of the young rows stands, by its place. */
  readonly #standFor = new Map<number, number>()
  #unknown = 0

  constructor(
    rows: KeptRows,
    survey: OutcomeSurvey,
    { imbalance, label }: ScoringSystem,
    plan: ScoringPlan,
    options: ExampleOptions,
  ) {
    this.#rows = rows
    this.#survey = survey
    this.#plan = plan
    this.#options = options
    this.#matureMs = plan.fitMs - durationMs(label.matureAfter)
    const asked = shareOf(imbalance)
    const expected = survey.offsets.filter((offset) => offset <= plan.trainUntil).length * asked
    const fitting = Math.min(1, options.maxRows / Math.max(1, expected))
    this.#share = asked * fitting
    this.#negativeWeight = 1 / fitting
    this.#positiveWeight = imbalance?.kind === 'weight' ? imbalance.positive : 1
  }

  addMature(record: EventRecord, readRow: () => Float64Array): void {
    const known = this.#survey.label(record.id, this.#plan.fitAt)
    // An event whose clock is wrong may stand before the cut and be younger than it.
    if (known === undefined && (record.at > this.#matureMs || this.#survey.isBlocked(record.id))) this.#unknown++
    else this.#add(record, readRow, known ?? 0)
  }

  /** A young event; what it weighs is known when its decision was seen. */
  addEarly(record: EventRecord, readRow: () => Float64Array): void {
    const known = this.#survey.label(record.id, this.#plan.fitAt)
    if (known === undefined || !this.#survey.isReviewed(record.id, this.#plan.fitAt)) return
    if (!this.#add(record, readRow, known)) return
    const at = this.#labels.length - 1
    this.#early.push(at)
    this.#waiting.set(record.id, at)
  }

  decided(record: EventRecord): void {
    if (this.#waiting.size === 0) return
    const decided = readLoggedScore(record, this.#options.name)
    const at = decided && this.#waiting.get(decided.event)
    if (decided === undefined || at === undefined) return
    const { event, reviewPropensity } = decided
    // What could not have been reviewed stands for nothing.
    this.#standFor.set(at, reviewPropensity > 0 ? 1 / reviewPropensity : 0)
    this.#waiting.delete(event)
  }

  #add({ id }: EventRecord, readRow: () => Float64Array, label: 0 | 1): boolean {
    if (label === 0 && !this.#isDrawn(id)) return false
    this.#rows.add(readRow())
    this.#labels.push(label)
    this.#weights.push(label === 1 ? this.#positiveWeight : this.#negativeWeight)
    return true
  }

  #isDrawn(id: string): boolean {
    return this.#share >= 1 || hashString53(id, this.#options.seed) < this.#share * HASHES
  }

  finish(): TrainingExamples {
    // A review of what no decision is known of: nobody knows how many it stands for.
    for (const at of this.#waiting.values()) this.#weights[at] = 0
    const most = mostToStandFor([...this.#standFor.values()])
    for (const [at, count] of this.#standFor) this.#weights[at]! *= Math.min(count, most)
    const labels = Float64Array.from(this.#labels)
    if (labels.length === 0) {
      throw new SluiceError('NO_TRAINING_DATA', 'training: expected mature events to learn from, got none; import more')
    }
    return {
      rows: this.#rows.finish(),
      rowCount: labels.length,
      featureCount: this.#options.columns.length,
      labels,
      weights: Float64Array.from(this.#weights),
      positives: labels.reduce((sum, label) => sum + label, 0),
      early: this.#early.filter((at) => this.#weights[at]! > 0).length,
      unknown: this.#unknown,
    }
  }
}

/**
 * The most that one of the young rows stands for: the mean times the root of how many there are. One lucky draw of a small
 * chance would outweigh all others; so bounded, the mean errs by less than it varies.
 *
 * @see Ionides 2008, Truncated importance sampling, Journal of Computational and Graphical Statistics 17(2).
 */
function mostToStandFor(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return total / Math.sqrt(Math.max(1, counts.length))
}

function shareOf(imbalance: Imbalance | undefined): number {
  return imbalance?.kind === 'undersample' ? imbalance.share : 1
}
