import type { TextSnapshot } from '../text-snapshot.ts'
import { invalid, isRecord, shown } from './field-filter.ts'
import { type Matches, maskedMatches, maskOf } from './matches.ts'
import { selectBest } from './select-best.ts'
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

/**
 * The first matches by some keys, those that are equal by all of them by their scores when asked for, and then by number.
 *
 * @param best - the documents with the highest scores among some, best first; those without a score may be missing
 * @throws SluiceError `UNKNOWN_FIELD` at a field that does not filter, `WRONG_TYPE` at points without a place to be near
 * @remarks O(matches * keys), less for the later keys.
 */
export function sortDocuments(
  snapshot: TextSnapshot,
  keys: readonly SortKey[],
  matches: Matches,
  limit: number,
  best: (limit: number, among: Uint8Array) => ArrayLike<number>,
): number[] {
  const orders = keys.filter((key) => key !== 'score')
  let left = matches
  const columns: SortColumn[] = []
  for (const order of orders) {
    const column = sortColumn(snapshot, order, left)
    columns.push(column)
    left = firstByKey(column, left, limit)
  }
  const [leading = { keys: new Float64Array(snapshot.documentCount) }] = columns
  const compare = (one: number, other: number): number => compareBy(columns, one, other)
  const sorted = selectBest(left.documents, limit, leading.keys, compare)
  return keys.at(-1) === 'score' ? byScoreWhereEqual(sorted, left, limit, compare, best) : sorted
}

/** Leaves those that can be among the first by a key, its keys right for them. */
function firstByKey(column: SortColumn, matches: Matches, limit: number): Matches {
  const within = (candidates: Matches, error: number): Matches => {
    if (candidates.documents.length <= limit) return candidates
    const last = selectBest(candidates.documents, limit, column.keys).at(-1)!
    const most = column.keys[last]! + error
    return maskedMatches(upTo(candidates.documents, column.keys, most), candidates.mask.length)
  }
  const nearly = within(matches, column.error)
  column.exact(nearly.documents)
  return column.error > 0 ? within(nearly, 0) : nearly
}

function upTo(documents: Int32Array, keys: Float64Array, most: number): Int32Array {
  const kept = new Int32Array(documents.length)
  let count = 0
  for (let place = 0; place < documents.length; place++) {
    kept[count] = documents[place]!
    count += Number(keys[documents[place]!]! <= most)
  }
  return kept.slice(0, count)
}

function compareBy(columns: readonly SortColumn[], one: number, other: number): number {
  for (const { keys, tie } of columns) {
    const [first, second] = [keys[one]!, keys[other]!]
    const order = first === second ? tie(one, other) : first < second ? -1 : 1
    if (order !== 0) return order
  }
  return 0
}

/** The sorted ones, with the best of those that are equal before the others. */
function byScoreWhereEqual(
  sorted: readonly number[],
  { documents, mask }: Matches,
  limit: number,
  compare: (one: number, other: number) => number,
  best: (limit: number, among: Uint8Array) => ArrayLike<number>,
): number[] {
  const last = sorted.at(-1)
  if (last === undefined) return []
  const bestOf = (among: ArrayLike<number>, most: number): number[] => {
    if (most === 0) return []
    const found = Array.from(best(most, maskOf(among, mask.length)))
    const isFound = new Set(found)
    return [...found, ...Array.from(among).filter((document) => !isFound.has(document))].slice(0, most)
  }
  const before = sorted.filter((document) => compare(document, last) < 0)
  const sure = bestOf(before, before.length)
  const equal = documents.filter((document) => compare(document, last) === 0)
  // Sorting keeps the order of those that are equal.
  return [...sure.sort(compare), ...bestOf(equal, Math.min(equal.length, limit - sure.length))]
}
