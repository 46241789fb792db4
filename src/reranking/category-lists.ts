import { SluiceError } from '../foundation/index.ts'

/**
 * The values of an attribute of an item as whole numbers: one for a title or a creator, several for genres, none when
 * unknown. Order and repeats do not matter. `item` is the candidate's number.
 */
export type PageAttributes = (path: string, item: number) => readonly number[]

/** The values of one attribute of all candidates, renumbered from 0 in the order they are met. */
export interface CategoryLists {
  readonly categories: number
  /** Shape (n + 1,): candidate `c` has the values `values[starts[c]..starts[c + 1]]`, each once. */
  readonly starts: Int32Array
  readonly values: Int32Array
}

/**
 * Reads one attribute of all candidates.
 *
 * @param items - shape (n,), item numbers in scored order
 * @throws SluiceError `INVALID_ARGUMENT` when a value is not a whole number
 * @remarks O(n + values) time and memory.
 */
export function readCategoryLists(path: string, items: readonly number[], attributes: PageAttributes): CategoryLists {
  const numbers = new Map<number, number>()
  const starts = new Int32Array(items.length + 1)
  const values: number[] = []
  for (let candidate = 0; candidate < items.length; candidate++) {
    const start = starts[candidate]!
    for (const value of attributes(path, items[candidate]!)) {
      if (!Number.isInteger(value)) throw notWhole(path, items[candidate]!, value)
      const category = numbers.get(value) ?? numbers.size
      if (category === numbers.size) numbers.set(value, category)
      if (!holds(values, start, category)) values.push(category)
    }
    starts[candidate + 1] = values.length
  }
  return { categories: numbers.size, starts, values: Int32Array.from(values) }
}

/**
 * The lists the other way round: value `v` belongs to `candidates[starts[v]..starts[v + 1]]`, by rank.
 *
 * @remarks A counting sort: O(values + categories) time and memory.
 */
export function candidatesByCategory(lists: CategoryLists): { starts: Int32Array; candidates: Int32Array } {
  const starts = new Int32Array(lists.categories + 1)
  for (const value of lists.values) starts[value + 1]!++
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
  for (let at = starts[candidate]!; at < starts[candidate + 1]!; at++) if (values[at] === category) return true
  return false
}

/** Lists are short (a handful of genres), so a scan beats a set. */
function holds(values: readonly number[], start: number, category: number): boolean {
  for (let at = start; at < values.length; at++) if (values[at] === category) return true
  return false
}

function notWhole(path: string, item: number, value: number): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    `attribute ${path} of item ${item}: expected whole numbers, got ${value}; number the values, and give none when unknown`,
  )
}
