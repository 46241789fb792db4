import { expectedRates, fitMixture, startMixture } from './affine-mixture.ts'
import type { ClickBias } from './click-bias.ts'
import { type ClickLog, countClicks, shownAbove } from './click-log.ts'

const ITERATIONS = 60

export interface ExpectedClicks {
  /** Shape (pairCount,), from 0 to 1: how many of those who see the pair at the top would click it. */
  readonly rates: Float64Array
  /** Shape (pairCount,): how often it was shown at positions that count, which says how much is known of it; 0 when never. */
  readonly shown: Float64Array
}

/**
 * What every pair would be clicked at the top, had all stood there: clicks corrected for where they were made, by
 * propensities or by lines. Weighing each click by one over its propensity would say the same on average, but a click far
 * down would count a hundred times over and has to be clipped; here a pair with little exposure is drawn to what pairs are
 * like instead: the mean of a posterior over a few kinds of pairs, whose rates and shares are learnt from the same log.
 *
 * What was shown at positions that the bias does not know is left out.
 *
 * @throws SluiceError as {@link countClicks}
 * @remarks About 60 passes of O(cells * 8).
 * @see Joachims, Swaminathan & Schnabel 2017, WSDM (inverse propensities); Efron 2010, Large-Scale Inference, ch. 1
 * (empirical Bayes).
 */
export function expectedClickRates(log: ClickLog, bias: ClickBias): ExpectedClicks {
  const known = shownAbove(log, bias.slopes.length)
  const counts = countClicks(known)
  const groups = new Int32Array(counts.pairCount)
  const mixture = fitMixture(counts, groups, startMixture(counts, bias), { lines: 'fixed', iterations: ITERATIONS })
  const shown = new Float64Array(counts.pairCount)
  for (let entry = 0; entry < known.pairs.length; entry++) shown[known.pairs[entry]!]! += 1
  return { rates: expectedRates(counts, groups, mixture).map((rate) => Math.min(1, rate)), shown }
}
