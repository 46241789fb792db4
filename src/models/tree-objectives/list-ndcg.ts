import { gainsOfLabels, inverseIdealGains, type LabelGains, placeDiscounts } from './label-gains.ts'

export interface ListNdcgOptions {
  /** Shape (rows,), whole numbers from 0. */
  readonly labels: Float64Array
  /** Shape (lists + 1,): list `l` has the rows `starts[l]` to `starts[l + 1]` (excluded). */
  readonly starts: Uint32Array
  /** Places that count. */
  readonly places: number
  readonly labelGains?: LabelGains | undefined
}

/**
 * The mean NDCG of lists as a function of the scores, as early stopping asks for it after every iteration; larger is
 * better. As LightGBM has it: a list without a relevant row counts 1, equal scores stand in the order of the rows.
 *
 * @throws SluiceError `OUT_OF_RANGE` at a label without a gain
 * @remarks O(n log n) a list of n.
 */
export function listNdcg({ labels, starts, places, labelGains }: ListNdcgOptions): (scores: Float64Array) => number {
  const gains = gainsOfLabels(labels, labelGains)
  const discounts = placeDiscounts(places)
  const inverseIdeals = inverseIdealGains(gains, starts, places, discounts)
  return (scores) => {
    let sum = 0
    inverseIdeals.forEach((inverse, list) => {
      const rows = Uint32Array.from({ length: starts[list + 1]! - starts[list]! }, (_, row) => starts[list]! + row)
      rows.sort((a, b) => scores[b]! - scores[a]! || a - b)
      let gain = 0
      for (let place = 0; place < Math.min(places, rows.length); place++)
        gain += discounts[place]! * gains[rows[place]!]!
      sum += inverse > 0 ? gain * inverse : 1
    })
    return sum / inverseIdeals.length
  }
}
