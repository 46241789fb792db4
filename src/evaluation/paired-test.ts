import { type Random, randomFrom, SluiceError } from '../foundation/index.ts'
import type { BootstrapOptions, Interval } from './bootstrap.ts'
import { bootstrapMeanDifference } from './bootstrap-mean.ts'
import { requireSameLength } from './checked-inputs.ts'
import { twoSidedStudentT } from './student-t.ts'

/** Differences of two systems on the same queries, and whether they are more than chance. */
export interface PairedTest {
  /** The mean of candidate minus champion, with its interval by the bootstrap. */
  readonly difference: Interval
  /** Queries on which both are defined. */
  readonly pairs: number
  /** Queries on which the candidate is better, worse, the same. */
  readonly better: number
  readonly worse: number
  readonly same: number
  /** Student's paired t; NaN with fewer than two pairs, 0 or an infinity where the differences do not vary. */
  readonly t: number
  /** Two-sided, of the t test. */
  readonly tProbability: number
  /** Two-sided, of Fisher's randomisation test: how often random signs give as large a mean. */
  readonly randomisationProbability: number
}

export interface PairedTestOptions extends BootstrapOptions {
  /** Draws of signs; 10,000 when absent. Up to 16 queries that differ, all signs are gone through instead. */
  readonly permutations?: number | undefined
}

const PERMUTATIONS = 10_000
const ALL_SIGNS_UP_TO = 16
/** Sums of the same numbers in another order differ by rounding; they are as large all the same. */
const ROUNDING = 1e-12

/**
 * Compares two systems query by query. Queries for which either is NaN are left out.
 *
 * @param candidate - shape (n,), such as the average precision of every query
 * @param champion - shape (n,), the same queries in the same order
 * @throws SluiceError `SHAPE_MISMATCH`, `INVALID_ARGUMENT` when no query has both or the permutations make no sense
 * @remarks O(n * (samples + permutations)).
 * @see Smucker, Allan & Carterette 2007, CIKM: the randomisation and t tests are those that agree for retrieval.
 */
export function pairedTest(candidate: Float64Array, champion: Float64Array, options: PairedTestOptions): PairedTest {
  requireSameLength('paired test', candidate, champion)
  const { permutations = PERMUTATIONS, seed } = options
  if (!Number.isInteger(permutations) || permutations < 1) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `paired test: expected a whole number of permutations, got ${permutations}`,
    )
  }
  const difference = bootstrapMeanDifference(candidate, champion, options)
  const differences = candidate.map((value, query) => value - champion[query]!).filter((value) => !Number.isNaN(value))
  const t = pairedT(differences)
  return {
    difference,
    pairs: differences.length,
    better: differences.filter((value) => value > 0).length,
    worse: differences.filter((value) => value < 0).length,
    same: differences.filter((value) => value === 0).length,
    t,
    tProbability: twoSidedStudentT(t, differences.length - 1),
    randomisationProbability: randomisation(differences, permutations, seed),
  }
}

function pairedT(differences: Float64Array): number {
  const count = differences.length
  if (count < 2) return Number.NaN
  const mean = differences.reduce((sum, value) => sum + value, 0) / count
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return mean === 0 ? 0 : mean / Math.sqrt(squares / (count - 1) / count)
}

/** Queries without a difference add nothing whatever their sign. */
function randomisation(differences: Float64Array, permutations: number, seed: number): number {
  const nonzero = differences.filter((value) => value !== 0)
  const size = nonzero.reduce((sum, value) => sum + Math.abs(value), 0)
  const least = Math.abs(nonzero.reduce((sum, value) => sum + value, 0)) - ROUNDING * size
  if (nonzero.length <= ALL_SIGNS_UP_TO) return exactShare(nonzero, least)
  const random = randomFrom(seed, 'randomisation test')
  let asLarge = 0
  for (let draw = 0; draw < permutations; draw++) if (Math.abs(randomSum(nonzero, random)) >= least) asLarge++
  // The order that was seen is one of those that may have been drawn.
  return (asLarge + 1) / (permutations + 1)
}

function exactShare(differences: Float64Array, least: number): number {
  const all = 2 ** differences.length
  let asLarge = 0
  for (let signs = 0; signs < all; signs++) {
    let sum = 0
    for (let query = 0; query < differences.length; query++)
      sum += (signs >> query) & 1 ? differences[query]! : -differences[query]!
    if (Math.abs(sum) >= least) asLarge++
  }
  return asLarge / all
}

function randomSum(differences: Float64Array, random: Random): number {
  let sum = 0
  for (let query = 0; query < differences.length; query++)
    sum += random.uniform() < 0.5 ? differences[query]! : -differences[query]!
  return sum
}
