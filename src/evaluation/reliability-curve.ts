import { SluiceError } from '../foundation/index.ts'
import { requireScoredRows, requireWeights } from './checked-inputs.ts'
import { orderByScore } from './order-by-score.ts'

/** How probabilities are put into bins. */
export interface BinOptions {
  /** From 1; 10 when absent. */
  readonly bins?: number | undefined
  /** `equalMass` (the default): about the same weight in every bin; `equalWidth`: the same range of probability. */
  readonly binning?: 'equalMass' | 'equalWidth' | undefined
  /** Shape (n,), at least 0; absent means 1 each. */
  readonly weights?: Float64Array | undefined
}

/** What was foretold and what came in one bin. */
export interface ReliabilityBin {
  readonly meanPredicted: number
  readonly observedRate: number
  /** Weight of the rows, above 0. */
  readonly weight: number
}

/**
 * Foretold probability against observed rate, bin by bin, from the lowest probability to the highest. Empty bins are
 * left out. Equal probabilities always share a bin, so the order of the input does not matter; bins of equal mass are
 * therefore fewer where many rows are tied.
 *
 * @param labels - shape (n,), 0 or 1
 * @param probabilities - shape (n,), in [0, 1]
 * @throws SluiceError `SHAPE_MISMATCH`, `INVALID_ARGUMENT`
 * @remarks O(n) for equal width, O(n log n) for equal mass.
 * @see Niculescu-Mizil & Caruana 2005, ICML.
 */
export function reliabilityCurve(
  labels: Float64Array,
  probabilities: Float64Array,
  options: BinOptions = {},
): ReliabilityBin[] {
  const { bins = 10, binning = 'equalMass', weights } = options
  requireBins(labels, probabilities, bins)
  requireWeights('reliability', labels, weights)
  const binOfRow =
    binning === 'equalWidth' ? equalWidthBins(probabilities, bins) : equalMassBins(probabilities, bins, weights)
  const sums = { weight: new Float64Array(bins), predicted: new Float64Array(bins), observed: new Float64Array(bins) }
  for (let row = 0; row < labels.length; row++) {
    const bin = binOfRow[row]!
    const weight = weights === undefined ? 1 : weights[row]!
    sums.weight[bin]! += weight
    sums.predicted[bin]! += weight * probabilities[row]!
    sums.observed[bin]! += weight * labels[row]!
  }
  return Array.from(sums.weight, (weight, bin) => ({
    meanPredicted: sums.predicted[bin]! / weight,
    observedRate: sums.observed[bin]! / weight,
    weight,
  })).filter(({ weight }) => weight > 0)
}

/**
 * Expected calibration error: the mean distance between foretold probability and observed rate over the bins of
 * {@link reliabilityCurve}, weighted by their rows.
 *
 * @param labels - shape (n,), 0 or 1
 * @param probabilities - shape (n,), in [0, 1]
 * @returns in [0, 1]. Never quite 0 on finite data: compare it with that of a model known to be calibrated, at the same
 * number of rows and bins
 * @throws SluiceError `SHAPE_MISMATCH`, `INVALID_ARGUMENT`
 * @see Naeini, Cooper & Hauskrecht 2015, AAAI; Nixon et al. 2019 for bins of equal mass.
 */
export function calibrationError(labels: Float64Array, probabilities: Float64Array, options: BinOptions = {}): number {
  let distance = 0
  let total = 0
  for (const { meanPredicted, observedRate, weight } of reliabilityCurve(labels, probabilities, options)) {
    distance += weight * Math.abs(meanPredicted - observedRate)
    total += weight
  }
  return distance / total
}

function equalWidthBins(probabilities: Float64Array, bins: number): Uint32Array {
  return Uint32Array.from(probabilities, (probability) => Math.min(bins - 1, Math.floor(probability * bins)))
}

/** The bin of a run of tied rows is where the middle of its weight falls. */
function equalMassBins(probabilities: Float64Array, bins: number, weights: Float64Array | undefined): Uint32Array {
  const order = orderByScore(probabilities).reverse()
  const total = weights === undefined ? probabilities.length : weights.reduce((sum, weight) => sum + weight, 0)
  const binOfRow = new Uint32Array(probabilities.length)
  let below = 0
  let start = 0
  let mass = 0
  for (let place = 0; place < order.length; place++) {
    const row = order[place]!
    mass += weights === undefined ? 1 : weights[row]!
    if (place + 1 < order.length && probabilities[row] === probabilities[order[place + 1]!]) continue
    const bin = Math.min(bins - 1, Math.floor((bins * (below + mass / 2)) / total))
    for (; start <= place; start++) binOfRow[order[start]!] = bin
    below += mass
    mass = 0
  }
  return binOfRow
}

function requireBins(labels: Float64Array, probabilities: Float64Array, bins: number): void {
  requireScoredRows('reliability', labels, probabilities)
  if (Number.isInteger(bins) && bins >= 1) return
  throw new SluiceError('INVALID_ARGUMENT', `reliability: expected a whole number of bins from 1, got ${bins}`)
}
