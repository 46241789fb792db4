import type { TextSnapshot } from '../text-snapshot.ts'
import { countOf } from './document-mask.ts'
import { type Bounds, type GeoPoint, invalid, isRecord, requirePoint, shown } from './field-filter.ts'
import { binEdges, binOf, type CalendarStep } from './histogram.ts'
import { type KeywordPart, keywordCounts, keywordParts, sharedDictionary } from './keyword-counts.ts'
import type { Matches } from './matches.ts'
import { NumberValues } from './number-values.ts'
import { countBins, countWithin, extent, type NumbersOfMatches, numbersOf } from './numbers-of-matches.ts'
import { selectBest } from './select-best.ts'

/** What is counted of a field. A keyword has its most frequent values, a number ranges or a histogram, a point rings. */
export interface FacetRequest {
  /** Keyword: how many values at most, from 1 to 1,000; 10 when absent. */
  readonly most?: number
  /** Number and date: at most 64, which may overlap. */
  readonly ranges?: readonly Bounds[]
  /** Number and date: the width of each bin of a histogram, in milliseconds for a date, or a part of the calendar. */
  readonly step?: number | CalendarStep
  /** Point: distances in metres from another, at most 16. */
  readonly rings?: readonly number[]
  readonly from?: GeoPoint
}

/** Every count is of documents, and of as many as a filter for the same would leave. */
export interface Facet {
  /** Documents without a value. */
  readonly missing: number
  /** Keyword: most frequent first, those that are filtered for among them in any case. */
  readonly values?: readonly { readonly value: string; readonly count: number }[]
  /** Keyword: how many values are not shown, and the sum of their counts. */
  readonly others?: { readonly values: number; readonly count: number }
  /** Number and date: in the order of the request, or from least to greatest. */
  readonly ranges?: readonly (Bounds & { readonly count: number })[]
  /** Number and date: the smallest and the largest value; absent without any. */
  readonly least?: number
  readonly greatest?: number
  /** Point: how many lie within each distance. */
  readonly rings?: readonly { readonly within: number; readonly count: number }[]
}

const MOST_VALUES = 1000
const MOST_RANGES = 64
const MOST_RINGS = 16
const CALENDAR: readonly unknown[] = ['day', 'week', 'month', 'year']

/**
 * Counts the values of a field over all matches.
 *
 * @param chosen - values that are filtered for
 * @throws SluiceError `UNKNOWN_FIELD` at a field that does not filter, `INVALID_ARGUMENT` at what cannot be counted of it,
 * `LIMIT_EXCEEDED` at a histogram of more than 1,000 bins
 * @remarks O(matches), for ranges times their number; O(documents) for each ring; O(values of the dictionary).
 */
export function facetOf(
  snapshot: TextSnapshot,
  field: string,
  request: FacetRequest,
  matches: Matches,
  chosen: readonly unknown[] = [],
): Facet {
  const parts = snapshot.fieldParts(field)
  const kind = snapshot.layout.fields[field]!.kind
  const what = `facet ${field}`
  if (kind === 'keyword' || kind === 'boolean') {
    requireKeys(what, request, ['most'])
    return keywordFacet(what, keywordParts(parts)!, request, matches, chosen)
  }
  if (kind === 'geo') {
    requireKeys(what, request, ['rings', 'from'])
    return ringFacet(snapshot, field, request, matches)
  }
  requireKeys(what, request, ['ranges', 'step'])
  if (request.ranges !== undefined && request.step !== undefined) throw invalid(what, 'ranges or a step', 'both')
  return numberFacet(what, kind === 'date', request, numbersOf(parts, matches))
}

function keywordFacet(
  what: string,
  parts: readonly KeywordPart[],
  { most = 10 }: FacetRequest,
  matches: Matches,
  chosen: readonly unknown[],
): Facet {
  if (!Number.isSafeInteger(most) || most < 1 || most > MOST_VALUES) {
    throw invalid(what, `most from 1 to ${MOST_VALUES}`, shown(most))
  }
  const counts = keywordCounts(parts, matches)
  const dictionary = sharedDictionary(parts)
  if (!dictionary) return { missing: 0, values: [], others: { values: 0, count: 0 } }
  const { found, order, sum } = ranked(counts)
  const compare = (one: number, other: number): number => dictionary.compare(one, other)
  const best = selectBest(found, most, order, compare)
  const wanted = chosen.flatMap((value) => dictionary.numberOf(String(value)) ?? [])
  const listed = selectBest([...new Set([...best, ...wanted])], MOST_VALUES + wanted.length, order, compare)
  const values = listed.map((number) => ({ value: dictionary.valueOf(number), count: counts[number]! }))
  const present = values.filter(({ count }) => count > 0)
  const others = {
    values: found.length - present.length,
    count: present.reduce((left, { count }) => left - count, sum),
  }
  return { missing: counts[0]!, values, others }
}

/** The values with a count, the order from most to least, and the sum of all. */
function ranked(counts: Uint32Array): { found: Uint32Array; order: Float64Array; sum: number } {
  const found = new Uint32Array(counts.length)
  const order = new Float64Array(counts.length)
  let sum = 0
  let length = 0
  for (let number = 1; number < counts.length; number++) {
    const count = counts[number]!
    order[number] = -count
    sum += count
    if (count > 0) found[length++] = number
  }
  return { found: found.subarray(0, length), order, sum }
}

function numberFacet(what: string, isDate: boolean, { ranges, step }: FacetRequest, numbers: NumbersOfMatches): Facet {
  const ends = extent(numbers)
  const counted =
    step !== undefined
      ? histogram(what, isDate, step, numbers, ends)
      : ranges && rangeCounts(what, isDate, ranges, numbers)
  return {
    missing: numbers.missing,
    ...(counted ? { ranges: counted } : {}),
    ...(ends ?? {}),
  }
}

function rangeCounts(
  what: string,
  isDate: boolean,
  ranges: unknown,
  numbers: NumbersOfMatches,
): NonNullable<Facet['ranges']> {
  if (!Array.isArray(ranges) || ranges.length > MOST_RANGES || !ranges.every(isRecord)) {
    throw invalid(what, `at most ${MOST_RANGES} ranges`, shown(ranges))
  }
  const column = new NumberValues(what, isDate)
  return ranges.map((range: Bounds) => ({ ...range, count: countWithin(numbers, column.interval(range)) }))
}

function histogram(
  what: string,
  isDate: boolean,
  step: unknown,
  numbers: NumbersOfMatches,
  ends: { least: number; greatest: number } | undefined,
): NonNullable<Facet['ranges']> {
  const isWidth = typeof step === 'number' && Number.isFinite(step) && step > 0
  if (!isWidth && !(isDate && CALENDAR.includes(step))) {
    throw invalid(what, isDate ? 'a step above 0, day, week, month or year' : 'a step above 0', shown(step))
  }
  if (!ends) return []
  const edges = binEdges(what, step as number | CalendarStep, ends.least, ends.greatest)
  const counts = countBins(numbers, edges.length - 1, (value) => binOf(edges, value))
  return Array.from(counts, (count, bin) => ({ min: edges[bin]!, below: edges[bin + 1]!, count }))
}

function ringFacet(snapshot: TextSnapshot, field: string, { rings, from }: FacetRequest, matches: Matches): Facet {
  const what = `facet ${field}`
  const present = matches.mask.slice()
  snapshot.narrow(present, field, { exists: true })
  const missing = matches.documents.length - countOf(present)
  if (rings === undefined) return { missing }
  if (!Array.isArray(rings) || rings.length > MOST_RINGS)
    throw invalid(what, `at most ${MOST_RINGS} rings`, shown(rings))
  const near = requirePoint(`${what}, from`, from)
  const counts = rings.map((within: number) => {
    const inside = matches.mask.slice()
    snapshot.narrow(inside, field, { near, within })
    return { within, count: countOf(inside) }
  })
  return { missing, rings: counts }
}

function requireKeys(what: string, request: unknown, known: readonly string[]): void {
  if (!isRecord(request)) throw invalid(what, 'an object such as { most: 10 }', shown(request))
  const other = Object.keys(request).find((key) => !known.includes(key))
  if (other !== undefined) throw invalid(what, `no more than ${known.join(' and ')} for a field of its kind`, other)
}
