import type { FieldPart, TextSnapshot } from '../text-snapshot.ts'
import { type Bounds, type GeoPoint, invalid, isRecord, requireMetres, requirePoint, shown } from './field-filter.ts'
import { Bins, binEdges, type CalendarStep } from './histogram.ts'
import { type KeywordPart, keywordCounts, keywordParts, sharedDictionary } from './keyword-counts.ts'
import type { KeywordDictionary } from './keyword-dictionary.ts'
import type { Matches } from './matches.ts'
import { NumberValues } from './number-values.ts'
import { countBins, countWithin, type NumbersOfMatches, numbersOf } from './numbers-of-matches.ts'
import { countNear } from './points-of-matches.ts'
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
 * @remarks O(matches), for ranges times the logarithm of their number and for rings times their number; O(values of the
 * dictionary).
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
    return ringFacet(what, parts, request, matches)
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
  const { found, sum } = counted(counts)
  const falling = Float64Array.from(found, (number) => -counts[number]!)
  const best = selectBest(falling, most, (one, other) => dictionary.compare(found[one]!, found[other]!))
  const wanted = chosen.flatMap((value) => dictionary.numberOf(String(value)) ?? [])
  const listed = inOrder(new Set([...Array.from(best, (place) => found[place]!), ...wanted]), counts, dictionary)
  const values = listed.map((number) => ({ value: dictionary.valueOf(number), count: counts[number]! }))
  const present = values.filter(({ count }) => count > 0)
  const others = {
    values: found.length - present.length,
    count: present.reduce((left, { count }) => left - count, sum),
  }
  return { missing: counts[0]!, values, others }
}

/** Values by falling count. */
function inOrder(numbers: ReadonlySet<number>, counts: Uint32Array, dictionary: KeywordDictionary): number[] {
  return [...numbers].sort((one, other) => counts[other]! - counts[one]! || dictionary.compare(one, other))
}

/** The values with a count, and the sum of all. */
function counted(counts: Uint32Array): { found: Uint32Array; sum: number } {
  const found = new Uint32Array(counts.length)
  let sum = 0
  let length = 0
  for (let number = 1; number < counts.length; number++) {
    sum += counts[number]!
    if (counts[number]! > 0) found[length++] = number
  }
  return { found: found.subarray(0, length), sum }
}

function numberFacet(what: string, isDate: boolean, { ranges, step }: FacetRequest, numbers: NumbersOfMatches): Facet {
  const bins =
    step !== undefined ? histogram(what, isDate, step, numbers) : ranges && rangeCounts(what, isDate, ranges, numbers)
  return {
    missing: numbers.missing,
    ...(bins ? { ranges: bins } : {}),
    ...(numbers.extent ?? {}),
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
  const counts = countWithin(
    numbers,
    ranges.map((range: Bounds) => column.interval(range)),
  )
  return ranges.map((range: Bounds, place) => ({ ...range, count: counts[place]! }))
}

function histogram(
  what: string,
  isDate: boolean,
  step: unknown,
  numbers: NumbersOfMatches,
): NonNullable<Facet['ranges']> {
  const isWidth = typeof step === 'number' && Number.isFinite(step) && step > 0
  if (!isWidth && !(isDate && CALENDAR.includes(step))) {
    throw invalid(what, isDate ? 'a step above 0, day, week, month or year' : 'a step above 0', shown(step))
  }
  if (!numbers.extent) return []
  const { least, greatest } = numbers.extent
  const edges = binEdges(what, step as number | CalendarStep, least, greatest)
  const counts = countBins(numbers, new Bins(edges))
  return Array.from(counts, (count, bin) => ({ min: edges[bin]!, below: edges[bin + 1]!, count }))
}

function ringFacet(what: string, parts: readonly FieldPart[], { rings, from }: FacetRequest, matches: Matches): Facet {
  if (rings === undefined) return { missing: countNear(parts, matches.documents).missing }
  if (!Array.isArray(rings) || rings.length > MOST_RINGS)
    throw invalid(what, `at most ${MOST_RINGS} rings`, shown(rings))
  const near = requirePoint(`${what}, from`, from)
  for (const within of rings) requireMetres(what, within)
  const { missing, counts } = countNear(parts, matches.documents, near, rings)
  return { missing, rings: rings.map((within: number, place) => ({ within, count: counts[place]! })) }
}

function requireKeys(what: string, request: unknown, known: readonly string[]): void {
  if (!isRecord(request)) throw invalid(what, 'an object such as { most: 10 }', shown(request))
  const other = Object.keys(request).find((key) => !known.includes(key))
  if (other !== undefined) throw invalid(what, `no more than ${known.join(' and ')} for a field of its kind`, other)
}
