import { type Random, randomFrom, SluiceError } from '../foundation/index.ts'
import { requireShare } from './checked-inputs.ts'
import { quantileOfSorted } from './quantile.ts'

/** How an interval is drawn. */
export interface BootstrapOptions {
  /** Resamples; 1,000 when absent. */
  readonly samples?: number | undefined
  /** The same seed gives the same resamples, also across statistics over the same number of clusters. */
  readonly seed: number
  /** Confidence level, between 0 and 1; 0.95 when absent. */
  readonly level?: number | undefined
}

/** An estimate with its percentile interval. */
export interface Interval {
  readonly estimate: number
  readonly low: number
  readonly high: number
  readonly level: number
  /** Resamples on which `low` and `high` rest. */
  readonly samples: number
  /** Resamples left out because the statistic was not defined on them (NaN), such as an AUC of one class. */
  readonly undefinedSamples: number
}

/**
 * Percentile interval of any statistic by the cluster bootstrap: whole clusters (users, queries) are drawn with
 * replacement, so that rows of one person stay together and dependence within a person does not narrow the interval.
 *
 * @param clusterCount - clusters in all, at least 1
 * @param statistic - from how often each cluster was drawn (shape (clusterCount,), all 1 for the estimate) to a number;
 * the array is reused, so it must not be kept; NaN means not defined
 * @throws SluiceError `INVALID_ARGUMENT` when there is no cluster, or samples or level make no sense
 * @remarks O(samples * (clusterCount + cost of the statistic)) time, no allocation a resample. Resample `i` hangs on the
 * seed and `i` alone.
 * @see Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13; Davison & Hinkley 1997, section 3.8.
 */
export function bootstrap(
  clusterCount: number,
  statistic: (drawn: Uint32Array) => number,
  options: BootstrapOptions,
): Interval {
  const drawn = new Uint32Array(clusterCount).fill(1)
  const estimate = statistic(drawn)
  return percentileInterval(estimate, clusterCount, options, (random) => {
    drawn.fill(0)
    for (let draw = 0; draw < clusterCount; draw++) drawn[random.integer(clusterCount)]!++
    return statistic(drawn)
  })
}

/** The interval of an estimate from the values of a statistic on resamples. */
export function percentileInterval(
  estimate: number,
  clusterCount: number,
  { samples = 1000, seed, level = 0.95 }: BootstrapOptions,
  resample: (random: Random) => number,
): Interval {
  requireWholeFromOne('clusters', clusterCount)
  requireWholeFromOne('samples', samples)
  requireShare('bootstrap level', level)
  const values = new Float64Array(samples)
  for (let sample = 0; sample < samples; sample++) values[sample] = resample(randomFrom(seed, 'bootstrap', sample))
  const sorted = values.filter((value) => !Number.isNaN(value)).sort()
  return {
    estimate,
    low: quantileOfSorted(sorted, (1 - level) / 2),
    high: quantileOfSorted(sorted, (1 + level) / 2),
    level,
    samples: sorted.length,
    undefinedSamples: samples - sorted.length,
  }
}

function requireWholeFromOne(what: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return
  throw new SluiceError('INVALID_ARGUMENT', `bootstrap: expected a whole number of ${what} from 1, got ${count}`)
}
