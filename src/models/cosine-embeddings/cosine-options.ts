import { SluiceError } from '../../foundation/index.ts'

export interface CosineOptions {
  /** Numbers a vector, from 1 to 1024. */
  readonly dimensions: number
  /** Passes over all users. */
  readonly epochs: number
  /** Of Adagrad. */
  readonly learningRate: number
  /** Items drawn, evenly from all, against each that is to be found. */
  readonly negatives: number
  /** An item that was drawn is moved away only where its cosine with the person is above this. In [-1, 1). */
  readonly margin: number
  /** What all that were drawn count together, where the one to be found counts 1. */
  readonly negativeWeight: number
  /** Of the start, the order of users and what is drawn. */
  readonly seed: number
}

const DEFAULTS: CosineOptions = {
  dimensions: 64,
  epochs: 20,
  learningRate: 0.05,
  negatives: 32,
  margin: 0.2,
  negativeWeight: 10,
  seed: 1,
}

/**
 * Fills in the defaults.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at an option out of its range
 */
export function cosineOptions(given: Partial<CosineOptions>): CosineOptions {
  const options = { ...DEFAULTS, ...given }
  const { dimensions, epochs, negatives, learningRate, negativeWeight, margin, seed } = options
  const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most
  const isPositive = (value: number): boolean => value > 0 && Number.isFinite(value)
  requireRange('dimensions', dimensions, isCount(dimensions, 1024), 'a whole number from 1 to 1024')
  requireRange('epochs', epochs, isCount(epochs, 10_000), 'a whole number from 1 to 10,000')
  requireRange('negatives', negatives, isCount(negatives, 10_000), 'a whole number from 1 to 10,000')
  requireRange('learningRate', learningRate, isPositive(learningRate), 'a finite number above 0')
  requireRange('negativeWeight', negativeWeight, isPositive(negativeWeight), 'a finite number above 0')
  requireRange('margin', margin, margin >= -1 && margin < 1, 'a number from -1 to below 1')
  requireRange('seed', seed, Number.isFinite(seed), 'a finite number')
  return options
}

function requireRange(name: string, value: number, holds: boolean, range: string): void {
  if (holds) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `cosine embeddings ${name}: expected ${range}, got ${value}; correct the option`,
  )
}
