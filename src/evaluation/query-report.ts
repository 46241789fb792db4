import { SluiceError } from '../foundation/index.ts'
import { requireSameLength } from './checked-inputs.ts'
import { quantileOfSorted } from './quantile.ts'

/** Searches as they were answered, one entry each. */
export interface SearchLog {
  /** What was typed. */
  readonly texts: readonly string[]
  /** Shape (searches,): how many documents were found in all; NaN where that is not known. */
  readonly results: ArrayLike<number>
  /** Shape (searches,): time to the answer in milliseconds; NaN where that is not known. */
  readonly tookMs: ArrayLike<number>
  /** Shape (searches,): how many of the documents shown were clicked. */
  readonly clicks: ArrayLike<number>
}

export interface QueryReportOptions {
  /** From here on an answer is slow; 100 when absent. */
  readonly slowMs?: number | undefined
  /** So many queries a list; 20 when absent. */
  readonly most?: number | undefined
  /** Queries that were asked less often are in no list; 1 when absent. */
  readonly leastSearches?: number | undefined
}

/** A query by its words, whatever its case and blanks. */
export interface ReportedQuery {
  /** As it was typed first. */
  readonly text: string
  readonly searches: number
  /** How many of these searches found nothing, were slow or were abandoned, by the list it is in. */
  readonly count: number
  /** Of the searches of which that is known. */
  readonly share: number
}

export interface SlowQuery extends ReportedQuery {
  /** Median and longest of its searches, in milliseconds. */
  readonly medianMs: number
  readonly longestMs: number
}

export interface AbandonedQuery extends ReportedQuery {
  /** Abandoned searches beyond those that it would have at the share of all searches: what there is to win. */
  readonly excess: number
}

export interface QueryReport {
  readonly searches: number
  /** Different queries. */
  readonly queries: number
  /** Shares of the searches of which it is known; NaN when of none. */
  readonly zeroResultShare: number
  readonly slowShare: number
  /** Of searches that found something: those without a click. */
  readonly abandonedShare: number
  readonly tookMs: { readonly p50: number; readonly p95: number; readonly p99: number }
  /** Most often without a result first. */
  readonly zeroResult: readonly ReportedQuery[]
  /** Most often slow first. */
  readonly slow: readonly SlowQuery[]
  /** Largest excess first. */
  readonly abandoned: readonly AbandonedQuery[]
}

const SLOW_MS = 100
const MOST = 20

/**
 * Which queries find nothing, are slow, or are left without a click. An answer that is read off the page leaves no click
 * either: abandonment is told beside what is usual, and does not say that a page was bad.
 *
 * @throws SluiceError `SHAPE_MISMATCH` when lengths differ, `INVALID_ARGUMENT` at options that make no sense
 * @remarks O(n log n).
 */
export function queryReport(log: SearchLog, options: QueryReportOptions = {}): QueryReport {
  for (const values of [log.results, log.tookMs, log.clicks]) requireSameLength('query report', log.texts, values)
  const { slowMs = SLOW_MS, most = MOST, leastSearches = 1 } = options
  if (!(slowMs > 0 && most >= 1 && leastSearches >= 1)) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `query report: expected slowMs above 0, most and leastSearches from 1, got ${slowMs}, ${most} and ${leastSearches}`,
    )
  }
  const groups = groupSearches(log, slowMs)
  const all = sumOf(groups)
  const times = Float64Array.from(groups.flatMap((group) => group.times)).sort()
  const abandonedShare = all.abandoned / all.answered
  const listed = groups.filter(({ searches }) => searches >= leastSearches)
  return {
    ...{ searches: all.searches, queries: groups.length, abandonedShare },
    ...{ zeroResultShare: all.zero / all.counted, slowShare: all.slow / all.timed },
    tookMs: {
      p50: quantileOfSorted(times, 0.5),
      p95: quantileOfSorted(times, 0.95),
      p99: quantileOfSorted(times, 0.99),
    },
    zeroResult: first(
      listed.map(({ text, searches, zero, counted }) => ({ text, searches, count: zero, share: zero / counted })),
      most,
    ),
    slow: first(listed.map(slowQuery), most),
    abandoned: listed
      .map((group) => abandonedQuery(group, abandonedShare))
      .filter(({ excess }) => excess > 0)
      .sort((a, b) => b.excess - a.excess || byText(a, b))
      .slice(0, most),
  }
}

interface Tally {
  searches: number
  /** Searches of which the number of results is known, and those without one. */
  counted: number
  zero: number
  timed: number
  slow: number
  /** Searches that found something, as far as is known, and those of them without a click. */
  answered: number
  abandoned: number
}

interface Group extends Tally {
  readonly text: string
  readonly times: number[]
}

const NOTHING: Tally = { searches: 0, counted: 0, zero: 0, timed: 0, slow: 0, answered: 0, abandoned: 0 }

function groupSearches({ texts, results, tookMs, clicks }: SearchLog, slowMs: number): Group[] {
  const groups = new Map<string, Group>()
  for (const [search, typed] of texts.entries()) {
    const text = typed.trim().replace(/\s+/g, ' ')
    const key = text.toLowerCase()
    const group = groups.get(key) ?? { ...NOTHING, text, times: [] }
    groups.set(key, group)
    addSearch(group, { results: results[search]!, tookMs: tookMs[search]!, clicks: clicks[search]! }, slowMs)
  }
  return [...groups.values()]
}

function addSearch(group: Group, search: { results: number; tookMs: number; clicks: number }, slowMs: number): void {
  const { results, tookMs, clicks } = search
  group.searches++
  if (!Number.isNaN(results)) group.counted++
  if (results === 0) group.zero++
  else {
    group.answered++
    if (!(clicks > 0)) group.abandoned++
  }
  if (Number.isNaN(tookMs)) return
  group.timed++
  group.times.push(tookMs)
  if (tookMs >= slowMs) group.slow++
}

function sumOf(groups: readonly Group[]): Tally {
  const sum = { ...NOTHING }
  const names = Object.keys(NOTHING) as (keyof Tally)[]
  for (const group of groups) for (const name of names) sum[name] += group[name]
  return sum
}

function slowQuery({ text, searches, slow, timed, times }: Group): SlowQuery {
  const sorted = Float64Array.from(times).sort()
  const medianMs = quantileOfSorted(sorted, 0.5)
  return { text, searches, count: slow, share: slow / timed, medianMs, longestMs: sorted.at(-1) ?? Number.NaN }
}

function abandonedQuery({ text, searches, abandoned, answered }: Group, usual: number): AbandonedQuery {
  return { text, searches, count: abandoned, share: abandoned / answered, excess: abandoned - answered * usual }
}

function first<Query extends ReportedQuery>(queries: readonly Query[], most: number): Query[] {
  const affected = queries.filter(({ count }) => count > 0)
  return affected.sort((a, b) => b.count - a.count || b.share - a.share || byText(a, b)).slice(0, most)
}

function byText(a: ReportedQuery, b: ReportedQuery): number {
  return a.text < b.text ? -1 : 1
}
