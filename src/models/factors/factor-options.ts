import { SluiceError } from '../../foundation/index.ts'
import type { SparseExamples } from '../sparse-rows.ts'

export interface FactorOptions {
  /** Numbers a vector, a multiple of 4; 16 by default in a plain machine, 4 in a field-aware one. */
  readonly factorCount?: number | undefined
  /** The step of AdaGrad, above 0; 0.1 by default. */
  readonly learningRate?: number | undefined
  /** The L2 penalty on the vectors an example, at least 0; 1e-4 by default. */
  readonly l2?: number | undefined
  /** The L2 penalty on the weights of single features an example, at least 0; 1e-5 by default. */
  readonly linearL2?: number | undefined
  /** Vectors start normal with this deviation, above 0; 0.1 by default. */
  readonly initialDeviation?: number | undefined
  /** The most passes over the examples; 30 by default. */
  readonly epochs?: number | undefined
  /**
   * Examples that only decide when to stop: the fit ends when their log loss has not improved for `patience` passes, and
   * the model is that of the best pass. Without them the fit makes all its passes.
   */
  readonly validation?: SparseExamples | undefined
  /** 2 by default. */
  readonly patience?: number | undefined
  /** Draws the first vectors and the order of every pass; 0 by default. */
  readonly seed?: number | undefined
}

export type FactorSettings = Required<{ [Name in Exclude<keyof FactorOptions, 'validation'>]: number }>

/** @throws SluiceError `INVALID_ARGUMENT` */
export function requireFactorSettings(options: FactorOptions, factorCount: number): FactorSettings {
  const settings: FactorSettings = {
    factorCount: options.factorCount ?? factorCount,
    learningRate: options.learningRate ?? 0.1,
    l2: options.l2 ?? 1e-4,
    linearL2: options.linearL2 ?? 1e-5,
    initialDeviation: options.initialDeviation ?? 0.1,
    epochs: options.epochs ?? 30,
    patience: options.patience ?? 2,
    seed: options.seed ?? 0,
  }
  for (const name of ['factorCount', 'epochs', 'patience'] as const) {
    requireSetting(
      name,
      settings[name],
      Number.isInteger(settings[name]) && settings[name] > 0,
      'a whole number from 1',
    )
  }
  for (const name of ['learningRate', 'initialDeviation'] as const) {
    requireSetting(name, settings[name], settings[name] > 0 && Number.isFinite(settings[name]), 'a number above 0')
  }
  for (const name of ['l2', 'linearL2'] as const) {
    requireSetting(name, settings[name], settings[name] >= 0 && Number.isFinite(settings[name]), 'at least 0')
  }
  requireSetting('factorCount', settings.factorCount, settings.factorCount % 4 === 0, 'a multiple of 4')
  return settings
}

function requireSetting(name: string, value: number, holds: boolean, expected: string): void {
  if (holds) return
  throw new SluiceError('INVALID_ARGUMENT', `factorisation machine, ${name}: expected ${expected}, got ${value}`)
}
