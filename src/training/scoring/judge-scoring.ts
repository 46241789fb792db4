import {
  averagePrecision,
  bootstrap,
  brierScore,
  calibrationError,
  dailyPrecision,
  dailySubjectPrecision,
  type Interval,
  logLoss,
  resampledAveragePrecision,
  resampledRocAuc,
  rocAuc,
} from '../../evaluation/index.ts'
import { daysOf } from './fit-policy.ts'
import type { ScoredEvents } from './scored-events.ts'

const SAMPLES = 200
/** What reviewers can look at in a day, where precision at the top is told. */
const LOOKS = 100
/** Segments that are told apart, the largest ones. */
const MOST_SEGMENTS = 20

/** How one way of scoring orders events. Intervals are bootstrapped by subject. */
export interface ScoringQuality {
  readonly auc: Interval
  readonly averagePrecision: Interval
  /** The share of positives among the 100 events that are most suspicious in a day. */
  readonly precisionAt100: number
}

/** One part of the events. */
export interface SegmentQuality {
  readonly events: number
  readonly positives: number
  /** Null when all events are of one kind. */
  readonly auc: number | null
  readonly averagePrecision: number | null
  readonly calibrationError: number
}

/** A model on events that it was not made from, beside what it has to beat. */
export interface ScoringJudgement {
  readonly events: number
  readonly positives: number
  readonly days: number
  /** When the first and the last event was, in milliseconds since the Unix epoch. */
  readonly period: { readonly from: number; readonly until: number }
  readonly model: ScoringQuality & {
    readonly logLoss: number
    readonly brier: number
    readonly calibrationError: number
    /** The share of subjects rightly suspected among the 100 of a day, each found once. */
    readonly subjectPrecisionAt100: number
  }
  /** The rate of the validation events, for every event: of them 100 a day are looked at by lot. */
  readonly constant: {
    readonly averagePrecision: number
    readonly precisionAt100: number
    readonly logLoss: number
    readonly brier: number
  }
  /** A logistic regression over the same rows; absent where the model is one, or was not fitted just now. */
  readonly logistic?: ScoringQuality
  /** What serves today, where it can score the same rows. */
  readonly champion?: ScoringQuality
  /** Average precision of the model minus that of the other. */
  readonly gainOverConstant: Interval
  readonly gainOverLogistic?: Interval
  readonly gainOverChampion?: Interval
  /** By the system's segment, the largest first. */
  readonly segments: Readonly<Record<string, SegmentQuality>>
}

export interface ScoringJudgeOptions {
  readonly seed: number
  /** Calibrated probabilities of the model, shape (count,). */
  readonly probabilities: Float64Array
  /** The rate that the constant baseline foretells, in [0, 1]; that of the events themselves when absent. */
  readonly rate?: number
  /** Raw scores of others, shape (count,). */
  readonly logistic?: Float64Array | undefined
  readonly champion?: Float64Array | undefined
}

/**
 * Judges a model by what it said of events whose outcome is known.
 *
 * @returns undefined when they are not of both kinds
 */
export function judgeScoring(events: ScoredEvents, options: ScoringJudgeOptions): ScoringJudgement | undefined {
  const { labels, days, subjects, subjectCount } = events
  const { seed, probabilities, logistic, champion } = options
  if (!labels.includes(1) || !labels.includes(0)) return undefined
  const sampling = { seed, samples: SAMPLES }
  const precisionOf = (scores: Float64Array) => resampledAveragePrecision(labels, scores, subjects)
  const quality = (scores: Float64Array): ScoringQuality => ({
    auc: bootstrap(subjectCount, resampledRocAuc(labels, scores, subjects), sampling),
    averagePrecision: bootstrap(subjectCount, precisionOf(scores), sampling),
    precisionAt100: dailyPrecision({ labels, scores, days }, LOOKS),
  })
  const own = precisionOf(probabilities)
  const gainOver = (scores: Float64Array): Interval => {
    const other = precisionOf(scores)
    return bootstrap(subjectCount, (drawn) => own(drawn) - other(drawn), sampling)
  }
  const positives = labels.reduce((sum, label) => sum + label, 0)
  const flat = new Float64Array(events.count).fill(options.rate ?? positives / events.count)
  return {
    events: events.count,
    positives,
    days: daysOf(events),
    period: { from: events.from, until: events.until },
    model: {
      ...quality(probabilities),
      logLoss: logLoss(labels, probabilities),
      brier: brierScore(labels, probabilities),
      calibrationError: calibrationError(labels, probabilities),
      subjectPrecisionAt100: dailySubjectPrecision({ labels, scores: probabilities, days, subjects }, LOOKS),
    },
    constant: {
      averagePrecision: averagePrecision(labels, flat),
      precisionAt100: precisionByLot(events),
      logLoss: logLoss(labels, flat),
      brier: brierScore(labels, flat),
    },
    ...(logistic ? { logistic: quality(logistic) } : {}),
    ...(champion ? { champion: quality(champion) } : {}),
    gainOverConstant: gainOver(flat),
    ...(logistic ? { gainOverLogistic: gainOver(logistic) } : {}),
    ...(champion ? { gainOverChampion: gainOver(champion) } : {}),
    segments: judgeSegments(events, probabilities),
  }
}

/** What the looks of a day are worth in the mean when they fall on any of its events. */
function precisionByLot({ labels, days }: ScoredEvents): number {
  const ofDay = new Map<number, { events: number; positives: number }>()
  days.forEach((day, row) => {
    const { events, positives } = ofDay.get(day) ?? { events: 0, positives: 0 }
    ofDay.set(day, { events: events + 1, positives: positives + labels[row]! })
  })
  let found = 0
  for (const { events, positives } of ofDay.values()) found += Math.min(LOOKS, events) * (positives / events)
  return found / LOOKS / ofDay.size
}

/** The rows of the largest segments, the largest first; none when there is but one. */
export function rowsOfSegments({
  segments,
  segmentNames,
}: ScoredEvents): { readonly name: string; readonly rows: readonly number[] }[] {
  if (segmentNames.length < 2) return []
  const rowsOf = segmentNames.map((name) => ({ name: name || 'unknown', rows: [] as number[] }))
  segments.forEach((segment, row) => {
    rowsOf[segment]!.rows.push(row)
  })
  return rowsOf.sort((a, b) => b.rows.length - a.rows.length).slice(0, MOST_SEGMENTS)
}

function judgeSegments(events: ScoredEvents, probabilities: Float64Array): Record<string, SegmentQuality> {
  const judged = rowsOfSegments(events).map(({ name, rows }): [string, SegmentQuality] => {
    const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!)
    const [own, scores] = [pick(events.labels), pick(probabilities)]
    const positives = own.reduce((sum, label) => sum + label, 0)
    const hasBoth = positives > 0 && positives < own.length
    return [
      name,
      {
        events: own.length,
        positives,
        auc: hasBoth ? rocAuc(own, scores) : null,
        averagePrecision: hasBoth ? averagePrecision(own, scores) : null,
        calibrationError: calibrationError(own, scores),
      },
    ]
  })
  return Object.fromEntries(judged)
}
