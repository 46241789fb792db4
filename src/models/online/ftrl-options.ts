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
}

export type FtrlRates = Required<{ [Name in keyof FtrlOptions]: number }>

/** @throws SluiceError `INVALID_ARGUMENT` */
export function requireFtrlRates(options: FtrlOptions): FtrlRates {
  const { alpha = 0.1, beta = 1, l1 = 0, l2 = 0 } = options
  for (const [name, value] of Object.entries({ alpha, beta })) {
    if (!(value > 0 && Number.isFinite(value))) throw refusal(name, 'a number above 0', value)
  }
  for (const [name, value] of Object.entries({ l1, l2 })) {
    if (!(value >= 0 && Number.isFinite(value))) throw refusal(name, 'a number of at least 0', value)
  }
  return { alpha, beta, l1, l2 }
}

function refusal(name: string, expected: string, got: number): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `FTRL-Proximal, ${name}: expected ${expected}, got ${got}`)
}
