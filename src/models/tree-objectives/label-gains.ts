import { SluiceError } from '../../foundation/index.ts'

/** Labels above this would make 2^label - 1 larger than 31 bits; LightGBM's default table ends here too. */
const LARGEST_LABEL = 30

/**
 * What a row of each label is worth at the top: a table by label, not negative and never decreasing; or `linear` where
 * a label is itself what its row is worth, any number of at least 0, such as a rate of clicks.
 */
export type LabelGains = readonly number[] | 'linear'

/**
 * What a row of each relevance label is worth at the top of a list: 2^label - 1, or as the gains say.
 *
 * @param labels - shape (rows,), whole numbers from 0, or any from 0 where gains are linear
 * @returns shape (rows,)
 * @throws SluiceError `OUT_OF_RANGE` at a label without a gain, or at gains that are negative or decrease
 */
export function gainsOfLabels(labels: ArrayLike<number>, gains: LabelGains = defaultGains()): Float64Array {
  if (gains === 'linear') return linearGains(labels)
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

function linearGains(labels: ArrayLike<number>): Float64Array {
  return Float64Array.from(labels, (label, row) => {
    if (label >= 0 && label < Number.POSITIVE_INFINITY) return label
    throw new SluiceError(
      'OUT_OF_RANGE',
      `label of row ${row}: expected a number of at least 0, for it is a gain, got ${label}; raise all labels of the list alike`,
    )
  })
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
