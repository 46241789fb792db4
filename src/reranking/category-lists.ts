import { SluiceError } from '../foundation/index.ts'
import { NumberIndex } from './number-index.ts'

/**
 * What is known of an attribute of an item, in numbers: one for a title or a creator, several for genres, the time in
 * milliseconds for a timestamp, 1 or 0 for a boolean, none when unknown. Order and repeats do not matter. `item` is the
 * candidate's number. The list is read before the next call.
 */
export type PageAttributes = (path: string, item: number) => ArrayLike<number>

/** The values of one attribute of all candidates, renumbered from 0 in the order they are met. */
export interface CategoryLists {
  readonly categories: number
  /** Shape (n + 1,): candidate `c` has the values `values[starts[c]..starts[c + 1]]`, each once. */
  readonly starts: Int32Array
  readonly values: Int32Array
}

/** Several lists are rare and short, so this is seldom outgrown. */
const VALUES_AN_ITEM = 4

/**
 * Reads one attribute of all candidates.
 *
 * @param items - shape (n,), item numbers in scored order
 * @throws SluiceError `INVALID_ARGUMENT` when a value is not a whole number
 * @remarks O(n + values) time and memory.
 */
export function readCategoryLists(path: string, items: Int32Array, attributes: PageAttributes): CategoryLists {
  const numbers = new NumberIndex(items.length)
  const starts = new Int32Array(items.length + 1)
  let values = new Int32Array(items.length * VALUES_AN_ITEM)
  let end = 0
  for (let candidate = 0; candidate < items.length; candidate++) {
    const start = end
    const list = attributes(path, items[candidate]!)
    if (end + list.length > values.length) values = enlarged(values, end + list.length)
    for (let index = 0; index < list.length; index++) {
      const value = list[index]!
      if (!Number.isInteger(value)) throw notWhole(path, items[candidate]!, value)
      const category = numbers.intern(value)
      // Lists are short (a handful of genres), so a scan beats a set.
      if (!holds(values, start, end, category)) values[end++] = category
    }
    starts[candidate + 1] = end
  }
  return { categories: numbers.size, starts, values: values.subarray(0, end) }
}

/**
 * The lists the other way round: value `v` belongs to `candidates[starts[v]..starts[v + 1]]`, by rank.
 *
 * @remarks A counting sort: O(values + categories) time and memory.
 */
export function candidatesByCategory(lists: CategoryLists): { starts: Int32Array; candidates: Int32Array } {
  const starts = new Int32Array(lists.categories + 1)
  for (let at = 0; at < lists.values.length; at++) starts[lists.values[at]! + 1]!++
  for (let value = 0; value < lists.categories; value++) starts[value + 1]! += starts[value]!
  const next = starts.slice()
  const candidates = new Int32Array(lists.values.length)
  for (let candidate = 0; candidate + 1 < lists.starts.length; candidate++) {
    for (let at = lists.starts[candidate]!; at < lists.starts[candidate + 1]!; at++) {
      candidates[next[lists.values[at]!]!++] = candidate
    }
  }
  return { starts, candidates }
}

/** Whether a candidate has a value. */
export function hasCategory({ starts, values }: CategoryLists, candidate: number, category: number): boolean {
  return holds(values, starts[candidate]!, starts[candidate + 1]!, category)
}

/** How many values two candidates share. */
export function sharedCategories({ starts, values }: CategoryLists, one: number, other: number): number {
  const [start, end] = [starts[other]!, starts[other + 1]!]
  let shared = 0
  for (let at = starts[one]!; at < starts[one + 1]!; at++) if (holds(values, start, end, values[at]!)) shared++
  return shared
}

/** Shape (categories,): how many candidates have each value. */
export function categorySizes(lists: CategoryLists): Int32Array {
  const sizes = new Int32Array(lists.categories)
  for (let at = 0; at < lists.values.length; at++) sizes[lists.values[at]!]!++
  return sizes
}

function holds(values: Int32Array, start: number, end: number, category: number): boolean {
  for (let at = start; at < end; at++) if (values[at] === category) return true
  return false
}

function enlarged(values: Int32Array, needed: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * needed)
  larger.set(values)
  return larger
}

function notWhole(path: string, item: number, value: number): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    `attribute ${path} of item ${item}: expected whole numbers, got ${value}; number the values, and give none when unknown`,
  )
}
