import { SluiceError } from '../../foundation/index.ts'

export interface SpectralOptions {
  /** Directions kept, from 1 to 1024: fewer smooth more. */
  readonly factors: number
  /** Who met n items weighs n ^ -userExponent in every one of them. 0.5 is the usual symmetric normalisation. */
  readonly userExponent: number
  /** An item met n times weighs n ^ -itemExponent: below 0.5 trusts the popular more. */
  readonly itemExponent: number
  /** Scores are multiplied by an item's count ^ -popularityExponent: above 0 lifts what few have met. */
  readonly popularityExponent: number
  /** A direction counts (its eigenvalue / the largest) ^ valueExponent; 0 counts all alike. */
  readonly valueExponent: number
  /** Products with the matrix; more bring the last directions nearer to the exact ones. */
  readonly iterations: number
  /** Of the start of the iteration. */
  readonly seed: number
}

const DEFAULTS: SpectralOptions = {
  factors: 64,
  userExponent: 0.4,
  itemExponent: 0.35,
  popularityExponent: 0,
  valueExponent: 0,
  iterations: 6,
  seed: 1,
}

const MOST_FACTORS = 1024

/**
 * Fills in the defaults.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at an option out of its range
 */
export function spectralOptions(given: Partial<SpectralOptions>): SpectralOptions {
  const options = { ...DEFAULTS, ...given }
  requireCount('factors', options.factors, MOST_FACTORS)
  requireCount('iterations', options.iterations, 1000)
  for (const name of ['userExponent', 'itemExponent', 'popularityExponent', 'valueExponent', 'seed'] as const) {
    if (!Number.isFinite(options[name])) throw outOfRange(name, 'a finite number', options[name])
  }
  return options
}

function requireCount(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw outOfRange(name, `a whole number from 1 to ${most}`, value)
}

function outOfRange(name: string, expected: string, got: number): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `spectral ${name}: expected ${expected}, got ${got}; correct the option`)
}
