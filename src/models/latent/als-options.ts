import { SluiceError } from '../../foundation/index.ts'

export interface AlsOptions {
  /** Numbers a vector, from 1 to 1024; default 64. */
  readonly factors: number
  /** The penalty on the squares of vectors, in the mean over the rows of a side; default 75. */
  readonly l2: number
  /**
   * A row is penalised by l2 * (w / mean w) ^ frequencyExponent, where w is the confidence that it takes part in: the
   * number of all pairs and what its own entries add. 0 penalises all rows alike; default 1, those who met much
   * the most.
   */
  readonly frequencyExponent: number
  /** An entry of weight w counts 1 + alpha * w, a pair that never met counts 1; default 10. */
  readonly alpha: number
  /** How often users and then items are solved for; default 15. */
  readonly iterations: number
  /** `conjugate-gradient` takes a few steps from the last vectors, `cholesky` solves every row exactly; default the first. */
  readonly solver: 'conjugate-gradient' | 'cholesky'
  /** Steps of the conjugate gradient; default 3. */
  readonly steps: number
  /** Of the first item vectors; default 1. */
  readonly seed: number
}

/**
 * Good on the validation parts of three sets (NDCG@20 at 64 factors): MovieLens 1M 0.212, Last.fm 0.193, MovieTweetings
 * 0.128; 30 iterations add 0.001. `l2` and `alpha` belong together: the best l2 was from 5 to 20 times alpha.
 */
const DEFAULTS: AlsOptions = {
  factors: 64,
  l2: 75,
  frequencyExponent: 1,
  alpha: 10,
  iterations: 15,
  solver: 'conjugate-gradient',
  steps: 3,
  seed: 1,
}

const MOST_FACTORS = 1024

/**
 * Fills in the defaults.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at an option out of its range
 */
export function alsOptions(given: Partial<AlsOptions>): AlsOptions {
  const options = { ...DEFAULTS, ...given }
  const { factors, l2, frequencyExponent, alpha, iterations, solver, steps, seed } = options
  const isCount = (value: number, least: number, most: number): boolean =>
    Number.isSafeInteger(value) && value >= least && value <= most
  requireRange('factors', factors, isCount(factors, 1, MOST_FACTORS), `a whole number from 1 to ${MOST_FACTORS}`)
  requireRange('l2', l2, l2 > 0 && Number.isFinite(l2), 'a finite number above 0')
  requireRange('frequencyExponent', frequencyExponent, Number.isFinite(frequencyExponent), 'a finite number')
  requireRange('alpha', alpha, alpha > 0 && Number.isFinite(alpha), 'a finite number above 0')
  requireRange('iterations', iterations, isCount(iterations, 1, 10_000), 'a whole number from 1 to 10,000')
  requireRange('steps', steps, isCount(steps, 1, 1000), 'a whole number from 1 to 1,000')
  requireRange('seed', seed, Number.isFinite(seed), 'a finite number')
  const isSolver = solver === 'conjugate-gradient' || solver === 'cholesky'
  requireRange('solver', solver, isSolver, 'conjugate-gradient or cholesky')
  return options
}

function requireRange(name: string, value: number | string, holds: boolean, range: string): void {
  if (holds) return
  throw new SluiceError('INVALID_ARGUMENT', `als ${name}: expected ${range}, got ${value}; correct the option`)
}
