import { SluiceError } from '../../foundation/index.ts'

/** Labels above this would make 2^label - 1 larger than 31 bits; LightGBM's default table ends here too. */
const LARGEST_LABEL = 30

/**
 * What a row of each relevance label is worth at the top of a list: 2^label - 1, or `gains[label]` when given.
 *
 * @param labels - shape (rows,), whole numbers from 0
 * @param gains - not negative and never decreasing
 * @returns shape (rows,)
 * @throws SluiceError `OUT_OF_RANGE` at a label without a gain, or at gains that are negative or decrease
 */
export function gainsOfLabels(labels: ArrayLike<number>, gains: readonly number[] = defaultGains()): Float64Array {
  requireOrdered(gains)
  const out = new Float64Array(labels.length)
  for (let row = 0; row < labels.length; row++) {
    const gain = gains[labels[row]!]
    if (gain === undefined) {
      throw new SluiceError(
        'OUT_OF_RANGE',
        `label of row ${row}: expected a whole number from 0 to ${gains.length - 1}, got ${labels[row]}; for other labels pass their gains`,
      )
    }
    out[row] = gain
  }
  return out
}

function defaultGains(): readonly number[] {
  return Array.from({ length: LARGEST_LABEL + 1 }, (_, label) => 2 ** label - 1)
}

function requireOrdered(gains: readonly number[]): void {
  const fault = gains.findIndex(
    (gain, label) => !(Number.isFinite(gain) && gain >= (label > 0 ? gains[label - 1]! : 0)),
  )
  if (fault < 0) return
  throw new SluiceError(
    'OUT_OF_RANGE',
    `gain of label ${fault}: expected at least that of the label before and at least 0, got ${gains[fault]}`,
  )
}

/** The discount of every place of a list, 1 / log2(2 + place), place 0 being the top. */
export function placeDiscounts(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, place) => 1 / Math.log2(2 + place))
}

/**
 * One over the largest possible discounted gain of each list in its first `places`; 0 for a list without any gain.
 *
 * @param starts - shape (lists + 1,), as {@link listStarts} gives them
 */
export function inverseIdealGains(
  gains: Float64Array,
  starts: Uint32Array,
  places: number,
  discounts: Float64Array,
): Float64Array {
  const inverse = new Float64Array(starts.length - 1)
  for (let list = 0; list < inverse.length; list++) {
    const sorted = gains.slice(starts[list], starts[list + 1]).sort()
    let ideal = 0
    for (let place = 0; place < Math.min(places, sorted.length); place++) {
      ideal += discounts[place]! * sorted[sorted.length - 1 - place]!
    }
    inverse[list] = ideal > 0 ? 1 / ideal : 0
  }
  return inverse
}
