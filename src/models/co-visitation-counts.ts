import type { CoVisitationOptions, CoVisitationSimilarity } from './co-visitation-options.ts'
import { type SparseRows, transpose } from './interaction-rows.ts'
import { type ScoredItems, topItems } from './top-items.ts'

/** For each item, its most similar others. O(sum of squared history lengths) time, O(items + entries) memory. */
export function* similarItems(rows: SparseRows, options: CoVisitationOptions): Generator<ScoredItems> {
  const users = newestOf(rows, options.maxHistory)
  const visitors = transpose(users)
  const userWeights = weightsOfUsers(users, options.userExponent)
  const own = ownCounts(visitors, userWeights)
  const together = new Float64Array(rows.columnCount)
  for (let item = 0; item < rows.columnCount; item++) {
    const met = countTogether(item, users, visitors, userWeights, options, together)
    for (const other of met) {
      together[other] = similarityOf(together[other]!, own[item]!, own[other]!, options)
    }
    yield topItems(met, together, options.neighbours)
    for (const other of met) together[other] = 0
  }
}

/** Adds the co-occurrences of one item to `together`, by item, and returns which others it met. */
function countTogether(
  item: number,
  users: SparseRows,
  visitors: SparseRows,
  userWeights: Float64Array,
  options: CoVisitationOptions,
  together: Float64Array,
): number[] {
  const met: number[] = []
  for (let visit = visitors.starts[item]!; visit < visitors.starts[item + 1]!; visit++) {
    const user = visitors.columns[visit]!
    const weight = visitors.values[visit]! * userWeights[user]!
    const [start, end] = [users.starts[user]!, users.starts[user + 1]!]
    const place = options.order === 'any' && !options.distanceHalfLife ? start : users.columns.indexOf(item, start)
    for (let entry = options.order === 'forward' ? place + 1 : start; entry < end; entry++) {
      const other = users.columns[entry]!
      if (other === item) continue
      if (together[other] === 0) met.push(other)
      together[other]! += weight * users.values[entry]! * fading(Math.abs(entry - place), options.distanceHalfLife)
    }
  }
  return met
}

/** What is left of 1 after `distance` places; 1 when there is no half-life. */
export function fading(distance: number, halfLife: number | undefined): number {
  return halfLife === undefined ? 1 : 2 ** (-distance / halfLife)
}

const SIMILARITIES: Record<CoVisitationSimilarity, (together: number, a: number, b: number) => number> = {
  cosine: (together, a, b) => together / Math.sqrt(a * b),
  jaccard: (together, a, b) => together / (a + b - together),
  lift: (together, a, b) => together / (a * b),
  count: (together) => together,
}

function similarityOf(together: number, a: number, b: number, options: CoVisitationOptions): number {
  return (SIMILARITIES[options.similarity](together, a, b) * together) / (together + options.shrinkage)
}

function ownCounts(visitors: SparseRows, userWeights: Float64Array): Float64Array {
  return Float64Array.from({ length: visitors.rowCount }, (_, item) => {
    let sum = 0
    for (let visit = visitors.starts[item]!; visit < visitors.starts[item + 1]!; visit++) {
      sum += userWeights[visitors.columns[visit]!]! * visitors.values[visit]! ** 2
    }
    return sum
  })
}

function weightsOfUsers(users: SparseRows, exponent: number): Float64Array {
  return Float64Array.from({ length: users.rowCount }, (_, user) => {
    const length = users.starts[user + 1]! - users.starts[user]!
    return length === 0 ? 0 : length ** -exponent
  })
}

/** The last `limit` entries of every row. */
function newestOf(rows: SparseRows, limit: number): SparseRows {
  const starts = new Uint32Array(rows.rowCount + 1)
  const kept: number[] = []
  for (let row = 0; row < rows.rowCount; row++) {
    const end = rows.starts[row + 1]!
    for (let entry = Math.max(rows.starts[row]!, end - limit); entry < end; entry++) kept.push(entry)
    starts[row + 1] = kept.length
  }
  const columns = Int32Array.from(kept, (entry) => rows.columns[entry]!)
  return { ...rows, starts, columns, values: Float64Array.from(kept, (entry) => rows.values[entry]!) }
}
