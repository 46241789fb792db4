import { type ClickBias, type ClickLog, estimateClickBias, expectedClickRates } from '../../models/index.ts'
import { atNeutralPosition, POSITION_COLUMN } from '../../ranking/index.ts'
import type { Examples } from '../example-set.ts'

/** How often a position is looked at, as the clicks tell it. */
export interface PositionPropensity {
  /** From 1. */
  readonly position: number
  /** Clicks of the same results there, relative to the top. */
  readonly propensity: number
  readonly standardError: number
}

/** What positions do to the clicks of a search. */
export interface SearchClickBias {
  /**
   * `harvested`: by what stood at several positions for the same query; `affine`: likewise, where people trust the top
   * too; `regressed`: by features, where everything has its one place.
   */
  readonly method: ClickBias['method']
  readonly propensities: readonly PositionPropensity[]
}

/** Pages deeper than that say next to nothing. */
const DEEPEST = 100
const LEAST = 1e-3

/**
 * Estimates from clicks how often positions are looked at: the same query and document at different places tell what a
 * place does.
 *
 * @param queries - the text of every list
 * @param options - `regress`: where no pair stood at several places, by the features of rows
 * @returns undefined when rows do not say where they stood
 * @throws SluiceError `NO_TRAINING_DATA` when clicks do not tell
 */
export function searchClickBias(
  examples: Examples,
  queries: readonly string[],
  { regress }: { readonly regress: boolean },
): SearchClickBias | undefined {
  const shown = shownPairs(examples, queries)
  if (!shown) return undefined
  const { log, firstRows } = shown
  const { bias } = estimateClickBias(log, regress ? featuresOf(examples, firstRows) : undefined)
  const level = bias.method === 'affine' ? meanRate(log, bias) : 1
  const propensities = Array.from(bias.slopes, (slope, place) => ({
    position: place + 1,
    propensity: Math.max(LEAST, slope + bias.floors[place]! / level),
    standardError: Math.hypot(bias.slopeErrors[place]!, bias.floorErrors[place]! / level),
  }))
  return { method: bias.method, propensities }
}

/**
 * Shape (rowCount,): how often the place of every row is looked at. Deeper ones than are known count as the deepest, and
 * a row that does not say where it stood as rows do on the whole.
 */
export function propensitiesOfRows(examples: Examples, { propensities }: SearchClickBias): Float64Array {
  const column = examples.columnNames.indexOf(POSITION_COLUMN)
  const out = new Float64Array(examples.rowCount).map((_, row) => {
    const position = examples.rows[row * examples.featureCount + column]!
    return position >= 1
      ? propensities[Math.min(Math.floor(position), propensities.length) - 1]!.propensity
      : Number.NaN
  })
  const known = out.filter((value) => !Number.isNaN(value))
  const mean = known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : 1
  return out.map((value) => (Number.isNaN(value) ? mean : value))
}

/** What was shown of lists that count, as pairs of a query and a document, and the first row of each pair. */
function shownPairs(
  examples: Examples,
  queries: readonly string[],
): { log: ClickLog; firstRows: readonly number[] } | undefined {
  const { columnNames, starts, rows, featureCount, weights, items, labels } = examples
  const column = columnNames.indexOf(POSITION_COLUMN)
  if (column < 0) return undefined
  const pairs = new Map<string, number>()
  const numbers = new Map<string, number>()
  const found = { pairs: [] as number[], rows: [] as number[], firstRows: [] as number[], queries: [] as number[] }
  for (let list = 0; list + 1 < starts.length; list++) {
    const query = queries[list]!.trim().toLowerCase()
    for (let row = starts[list]!; row < starts[list + 1]!; row++) {
      const position = rows[row * featureCount + column]!
      if (weights[row] === 0 || !(position >= 1 && position <= DEEPEST)) continue
      const name = `${items[row]} ${query}`
      if (!pairs.has(name)) {
        pairs.set(name, pairs.size)
        if (!numbers.has(query)) numbers.set(query, numbers.size)
        found.firstRows.push(row)
        found.queries.push(numbers.get(query)!)
      }
      found.pairs.push(pairs.get(name)!)
      found.rows.push(row)
    }
  }
  const log = {
    pairs: Int32Array.from(found.pairs),
    positions: Int32Array.from(found.rows, (row) => Math.floor(rows[row * featureCount + column]!) - 1),
    clicked: Uint8Array.from(found.rows, (row) => (labels[row]! > 0 ? 1 : 0)),
    pairCount: pairs.size,
    queries: Int32Array.from(found.queries),
  }
  return { log, firstRows: found.firstRows }
}

/** Of every pair as it was first seen, without its place. */
function featuresOf({ rows, featureCount, columnNames }: Examples, firstRows: readonly number[]) {
  const out = new Float64Array(firstRows.length * featureCount)
  firstRows.forEach((row, pair) => {
    out.set(rows.subarray(row * featureCount, (row + 1) * featureCount), pair * featureCount)
  })
  return { rows: atNeutralPosition(out, columnNames), featureCount }
}

/** What is shown is clicked so often at the top, on the whole. */
function meanRate(log: ClickLog, bias: ClickBias): number {
  const { rates, shown } = expectedClickRates(log, bias)
  let [sum, total] = [0, 0]
  rates.forEach((rate, pair) => {
    sum += rate * shown[pair]!
    total += shown[pair]!
  })
  return sum / total
}
