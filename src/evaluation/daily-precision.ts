import { SluiceError } from '../foundation/index.ts'
import { requireBinary, requireNoNaN, requireRows, requireSameLength } from './checked-inputs.ts'
import { orderByScore } from './order-by-score.ts'

/** What was scored over some days; all arrays of shape (n,). */
export interface ScoredDays {
  /** 0 or 1. */
  readonly labels: Float64Array
  /** Any scale, larger is more suspicious; NaN is refused. */
  readonly scores: Float64Array
  /** The number of the day of each row; rows may come in any order. */
  readonly days: Int32Array
}

/** What was scored of subjects, such as cards. */
export interface ScoredSubjects extends ScoredDays {
  /** The number of the subject of each row, from 0. */
  readonly subjects: Int32Array
}

/**
 * The share of positive rows among the `k` with the largest scores of a day, mean over the days; of equal scores the
 * earlier row goes first. A day of fewer than `k` rows is divided by `k` all the same: what is measured is the worth of
 * `k` looks a day.
 *
 * @param k - looks a day, a whole number from 1
 * @returns in [0, 1]
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`, `INVALID_ARGUMENT`
 * @remarks O(n log n).
 */
export function dailyPrecision(rows: ScoredDays, k: number): number {
  const days = rankDays('daily precision', rows, k)
  const hits = days.reduce((sum, ranked) => sum + ranked.slice(0, k).filter((row) => rows.labels[row] === 1).length, 0)
  return hits / k / days.length
}

/**
 * The share of positive subjects among the `k` most suspicious of a day, mean over the days: what the looks of a
 * reviewer are worth who blocks a card that was rightly suspected, so that it is not suspected again. A subject is as
 * suspicious as the most suspicious of its rows of the day, and positive on a day on which any of its rows is; one that
 * was found is left out on the days after. Of equal scores the subject of the earlier row goes first; a day of fewer
 * than `k` subjects is divided by `k` all the same.
 *
 * @param k - looks a day, a whole number from 1
 * @returns in [0, 1]
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`, `INVALID_ARGUMENT`
 * @remarks O(n log n).
 * @see Le Borgne, Siblini, Lebichot & Bontempi 2022, Reproducible Machine Learning for Credit Card Fraud Detection,
 * section 4.5 (card precision top-k).
 */
export function dailySubjectPrecision(rows: ScoredSubjects, k: number): number {
  const subjects = 1 + rows.subjects.reduce((a, b) => Math.max(a, b), -1)
  return resampledDailySubjectPrecision(rows, k)(new Uint32Array(subjects).fill(1))
}

/**
 * {@link dailySubjectPrecision} as a statistic for `bootstrap`: a subject that was drawn twice is two subjects with the
 * same rows.
 *
 * @returns a function from how often each subject was drawn to the value
 * @throws SluiceError as {@link dailySubjectPrecision}
 * @remarks Sorts once; O(subjects of all days) a resample.
 */
export function resampledDailySubjectPrecision(rows: ScoredSubjects, k: number): (drawn: Uint32Array) => number {
  const { labels, subjects } = rows
  requireSameLength('daily subject precision', labels, subjects)
  requireSubjects(subjects)
  const days = rankDays('daily subject precision', rows, k).map((ranked) => subjectsOfDay(ranked, rows))
  const found = new Uint8Array(1 + subjects.reduce((a, b) => Math.max(a, b), -1))
  return (drawn) => {
    found.fill(0)
    let hits = 0
    for (const day of days) hits += lookAt(day, k, drawn, found)
    return hits / k / days.length
  }
}

/** Subjects from the most suspicious to the least, and which are positive. */
interface RankedSubjects {
  readonly subjects: Int32Array
  readonly isPositive: Uint8Array
}

/** Positives among the first `k` that were not found before; marks them as found. */
function lookAt({ subjects, isPositive }: RankedSubjects, k: number, drawn: Uint32Array, found: Uint8Array): number {
  let looks = k
  let hits = 0
  for (let place = 0; place < subjects.length && looks > 0; place++) {
    const subject = subjects[place]!
    if (found[subject] === 1) continue
    const copies = Math.min(looks, drawn[subject] ?? 0)
    looks -= copies
    if (isPositive[place] === 0 || copies === 0) continue
    hits += copies
    found[subject] = 1
  }
  return hits
}

function subjectsOfDay(ranked: Uint32Array, { labels, subjects }: ScoredSubjects): RankedSubjects {
  const positives = new Map<number, boolean>()
  for (const row of ranked) {
    const subject = subjects[row]!
    positives.set(subject, labels[row] === 1 || positives.get(subject) === true)
  }
  return {
    subjects: Int32Array.from(positives.keys()),
    isPositive: Uint8Array.from(positives.values(), Number),
  }
}

/** The rows of each day, in the order of the days, from the largest score to the smallest. */
function rankDays(what: string, { labels, scores, days }: ScoredDays, k: number): Uint32Array[] {
  requireLooks(what, k)
  requireRows(what, labels)
  requireSameLength(what, labels, scores)
  requireSameLength(what, labels, days)
  requireBinary(what, labels)
  requireNoNaN(what, scores)
  const rowsOf = new Map<number, number[]>()
  for (const row of orderByScore(scores)) {
    const rows = rowsOf.get(days[row]!)
    if (rows) rows.push(row)
    else rowsOf.set(days[row]!, [row])
  }
  return [...rowsOf].sort(([a], [b]) => a - b).map(([, rows]) => Uint32Array.from(rows))
}

function requireLooks(what: string, k: number): void {
  if (Number.isInteger(k) && k >= 1) return
  throw new SluiceError('INVALID_ARGUMENT', `${what}: expected a whole number of looks a day from 1, got ${k}`)
}

function requireSubjects(subjects: Int32Array): void {
  const row = subjects.findIndex((subject) => subject < 0)
  if (row < 0) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `daily subject precision: expected subjects from 0, got ${subjects[row]} at row ${row}`,
  )
}
