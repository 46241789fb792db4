import type { TextSnapshot } from '../text-snapshot.ts'
import { invalid, isRecord, shown } from './field-filter.ts'
import type { LeadingKeys } from './first-of-groups.ts'
import { scratchNumbers } from './scratch-numbers.ts'
import { nthSmallest, placesAt, placesBelow, selectBest } from './select-best.ts'
import { type FieldOrder, type SortColumn, sortColumn } from './sort-columns.ts'

/** A field, or as the last key the score. */
export type SortKey = 'score' | FieldOrder

const MOST_KEYS = 8
const KNOWN: readonly string[] = ['field', 'order', 'near']

/** @throws SluiceError `INVALID_ARGUMENT` at keys that make no sense */
export function requireSortKeys(keys: unknown): readonly SortKey[] {
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MOST_KEYS) {
    throw invalid('sort', `a list of 1 to ${MOST_KEYS} keys such as { field: 'price' }`, shown(keys))
  }
  for (const [place, key] of keys.entries()) {
    if (key === 'score' && place === keys.length - 1) continue
    if (key === 'score')
      throw invalid('sort', 'score as the last key, for those that are equal by the others', 'it before')
    requireFieldOrder(key)
  }
  return keys
}

function requireFieldOrder(key: unknown): void {
  if (!isRecord(key) || typeof key.field !== 'string')
    throw invalid('sort', "'score' or { field, order, near }", shown(key))
  const other = Object.keys(key).find((name) => !KNOWN.includes(name))
  if (other !== undefined) throw invalid(`sort ${key.field}`, KNOWN.join(', '), other)
  if (key.order === undefined || key.order === 'ascending' || key.order === 'descending') return
  throw invalid(`sort ${key.field}`, 'ascending or descending', shown(key.order))
}

/** The documents with the highest scores among some ascending ones, best first; those without a score may be missing. */
type BestAmong = (limit: number, among: Int32Array) => ArrayLike<number>

/**
 * The first documents by some keys, those that are equal by all of them by their scores when asked for, and then by number.
 *
 * @param documents - ascending
 * @throws SluiceError `UNKNOWN_FIELD` at a field that does not filter, `WRONG_TYPE` at points without a place to be near
 * @remarks O(documents), and for each further key O(documents that are equal to the last by those before it); O(limit * log
 * limit).
 */
export function sortDocuments(
  snapshot: TextSnapshot,
  keys: readonly SortKey[],
  documents: Int32Array,
  limit: number,
  best: BestAmong,
): number[] {
  const columns = keys.filter((key) => key !== 'score').map((order) => sortColumn(snapshot, order))
  const sure: Int32Array[] = []
  let equal = documents
  let room = limit
  for (const column of columns) {
    if (equal.length <= room) break
    const parted = partAt(column, equal, room)
    sure.push(parted.before)
    room -= parted.before.length
    equal = parted.equal
  }
  const isByScore = keys.at(-1) === 'score'
  const before = Int32Array.from(sure.flatMap((part) => Array.from(part))).sort()
  const found = [
    ...(isByScore ? bestOf(best, before, before.length) : before),
    ...(isByScore ? bestOf(best, equal, Math.min(room, equal.length)) : equal.subarray(0, room)),
  ]
  return sorted(columns, found)
}

/**
 * All documents with what they are sorted by, to be compared with each other.
 *
 * @param last - by document, smaller ones first: what decides where they are equal by all fields
 * @returns undefined where that costs too much for all of them
 * @remarks O(documents * keys).
 */
export function sortKeys(
  snapshot: TextSnapshot,
  keys: readonly SortKey[],
  documents: Int32Array,
  last: Float64Array | undefined,
): LeadingKeys | undefined {
  const columns = keys.filter((key) => key !== 'score').map((order) => sortColumn(snapshot, order))
  if (columns.some(({ error, tie }) => error > 0 || tie)) return undefined
  const filled = columns.map((column) => {
    const own = new Float64Array(documents.length)
    column.fill(documents, own)
    return own
  })
  return last ? [...filled, last] : filled
}

/** The documents that come before the nth, and those that are its equals by a column; both ascending. */
function partAt(column: SortColumn, documents: Int32Array, n: number): { before: Int32Array; equal: Int32Array } {
  const filled = scratchNumbers(documents.length)
  column.fill(documents, filled)
  if (column.error === 0) return partByKeys(column, documents, filled, n)
  const most = nthSmallest(filled, n) + column.error
  const nearly = documents.filter((_, place) => filled[place]! <= most)
  const exact = scratchNumbers(nearly.length)
  column.fillExactly(nearly, exact)
  return partByKeys(column, nearly, exact, n)
}

function partByKeys(
  { tie }: SortColumn,
  documents: Int32Array,
  keys: Float64Array,
  n: number,
): { before: Int32Array; equal: Int32Array } {
  const threshold = nthSmallest(keys, n)
  const before = documentsAt(documents, placesBelow(keys, threshold, n))
  const equal = documentsAt(documents, placesAt(keys, threshold, keys.length))
  if (!tie || n - before.length === equal.length) return { before, equal }
  const order = (one: number, other: number): number => tie(equal[one]!, equal[other]!)
  const last = equal[selectBest(new Float64Array(equal.length), n - before.length, order).at(-1)!]!
  const more = equal.filter((document) => tie(document, last) < 0)
  return {
    before: Int32Array.from([...before, ...more]).sort(),
    equal: equal.filter((document) => tie(document, last) === 0),
  }
}

function documentsAt(documents: Int32Array, places: Int32Array): Int32Array {
  return places.map((place) => documents[place]!)
}

/** The best of some documents, and behind them those without a score. */
function bestOf(best: BestAmong, among: Int32Array, most: number): number[] {
  if (most === 0) return []
  const found = Array.from(best(most, among))
  if (found.length === most) return found
  const isFound = new Set(found)
  return [...found, ...among.filter((document) => !isFound.has(document)).subarray(0, most - found.length)]
}

/** Sorts documents by columns; those that are equal stay in their order. */
function sorted(columns: readonly SortColumn[], documents: readonly number[]): number[] {
  const ascending = Int32Array.from(documents).sort()
  const placeOf = new Map(Array.from(ascending, (document, place) => [document, place]))
  const keys = columns.map((column) => {
    const own = new Float64Array(ascending.length)
    column.fillExactly(ascending, own)
    return own
  })
  const order = (one: number, other: number): number => {
    for (const [at, { tie }] of columns.entries()) {
      const [first, second] = [keys[at]![placeOf.get(one)!]!, keys[at]![placeOf.get(other)!]!]
      const own = first === second ? (tie?.(one, other) ?? 0) : first < second ? -1 : 1
      if (own !== 0) return own
    }
    return 0
  }
  return documents.toSorted(order)
}
