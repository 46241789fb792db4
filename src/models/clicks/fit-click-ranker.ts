import { SluiceError } from '../../foundation/index.ts'
import { fitLambdaMart, type LambdaMartOptions } from '../lambda-mart.ts'
import type { ListExamples } from '../row-model.ts'
import type { TreeModel } from '../trees/tree-model.ts'
import type { ClickBias } from './click-bias.ts'
import type { ClickLog } from './click-log.ts'
import { type EstimatedClickBias, estimateClickBias } from './estimate-click-bias.ts'
import { expectedClickRates } from './expected-click-rates.ts'

/** Lists of rows, one a query, whose pairs are the rows. */
export type ClickExamples = Pick<ListExamples, 'rows' | 'rowCount' | 'featureCount' | 'starts'>

export interface ClickRankerOptions extends Omit<LambdaMartOptions, 'labelGains'> {
  /** What positions do to clicks; estimated from the clicks when absent. */
  readonly bias?: ClickBias | undefined
}

export interface ClickRanker extends Partial<EstimatedClickBias> {
  readonly bias: ClickBias
  /** Its response is the chance of a click at the top, less that of the least clicked row of a list. */
  readonly model: TreeModel
  /** Shape (rowCount,): what it learnt from, as `expectedClickRates` gives it. */
  readonly rates: Float64Array
}

/**
 * LambdaMART from clicks, without the positions they were made at: what rows would be clicked at the top, less the least
 * of their list, is their gain, so that it is learnt what is better and not what was shown above. Rows that were never
 * shown teach nothing.
 *
 * @param examples - a list a query, in order of time; row `r` is pair `r` of the log
 * @throws SluiceError `SHAPE_MISMATCH` when pairs and rows differ, and as `estimateClickBias` and `fitLambdaMart`
 * @see Joachims, Swaminathan & Schnabel 2017, WSDM; Hu, Wang, Peng & Li 2019, WWW (Unbiased LambdaMART).
 */
export function fitClickRanker(examples: ClickExamples, log: ClickLog, options: ClickRankerOptions): ClickRanker {
  const { bias: given, ...training } = options
  requirePairs(examples, log)
  const byQuery = { ...log, queries: queriesOf(examples) }
  const estimated = given
    ? { bias: given }
    : estimateClickBias(byQuery, { rows: examples.rows, featureCount: examples.featureCount, seed: options.seed })
  const { rates, shown } = expectedClickRates(byQuery, estimated.bias)
  const labels = aboveLeast(rates, shown, examples.starts)
  const weights = shown.map((count) => (count > 0 ? 1 : 0))
  const model = fitLambdaMart({ ...examples, labels, weights }, { ...training, labelGains: 'linear' })
  return { ...estimated, model, rates }
}

function requirePairs({ rowCount }: ClickExamples, { pairCount }: ClickLog): void {
  if (rowCount === pairCount) return
  throw new SluiceError(
    'SHAPE_MISMATCH',
    `ranker from clicks: expected a row for each of ${pairCount} pairs of the log, got ${rowCount}; number pairs as rows`,
  )
}

function queriesOf({ starts, rowCount }: ClickExamples): Int32Array {
  const queries = new Int32Array(rowCount)
  for (let list = 0; list + 1 < starts.length; list++) queries.fill(list, starts[list]!, starts[list + 1]!)
  return queries
}

/** Rates less the least one of their list that was shown; 0 for rows that were not. */
function aboveLeast(rates: Float64Array, shown: Float64Array, starts: Uint32Array): Float64Array {
  const gains = new Float64Array(rates.length)
  for (let list = 0; list + 1 < starts.length; list++) {
    let least = Number.POSITIVE_INFINITY
    for (let row = starts[list]!; row < starts[list + 1]!; row++)
      if (shown[row]! > 0) least = Math.min(least, rates[row]!)
    for (let row = starts[list]!; row < starts[list + 1]!; row++) if (shown[row]! > 0) gains[row] = rates[row]! - least
  }
  return gains
}
