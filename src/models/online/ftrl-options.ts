import { SluiceError } from '../../foundation/index.ts'

export interface FtrlOptions {
  /** The learning rate of a coordinate at its first steps, above 0; 0.1 by default. The one that needs tuning. */
  readonly alpha?: number | undefined
  /** Slows the first steps of a coordinate, above 0; 1 by default. */
  readonly beta?: number | undefined
  /** Strength of the L1 penalty, at least 0; 0 by default. Above 0, features that say little have weight 0 exactly. */
  readonly l1?: number | undefined
  /** Strength of the L2 penalty, at least 0; 0 by default. */
  readonly l2?: number | undefined
  /**
   * The probability that a model gives which has seen nothing, between 0 and 1; 0.5 by default. Where positives are
   * rare, their expected share spares the first thousands of examples.
   */
  readonly baseRate?: number | undefined
}

export type FtrlRates = Required<{ [Name in keyof FtrlOptions]: number }>

/** @throws SluiceError `INVALID_ARGUMENT` */
export function requireFtrlRates(options: FtrlOptions): FtrlRates {
  const { alpha = 0.1, beta = 1, l1 = 0, l2 = 0, baseRate = 0.5 } = options
  for (const [name, value] of Object.entries({ alpha, beta })) {
    if (!(value > 0 && Number.isFinite(value))) throw refusal(name, 'a number above 0', value)
  }
  for (const [name, value] of Object.entries({ l1, l2 })) {
    if (!(value >= 0 && Number.isFinite(value))) throw refusal(name, 'a number of at least 0', value)
  }
  if (!(baseRate > 0 && baseRate < 1)) throw refusal('baseRate', 'between 0 and 1', baseRate)
  return { alpha, beta, l1, l2, baseRate }
}

function refusal(name: string, expected: string, got: number): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `FTRL-Proximal, ${name}: expected ${expected}, got ${got}`)
}
