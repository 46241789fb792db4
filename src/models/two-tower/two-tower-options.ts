import { SluiceError } from '../../foundation/index.ts'
import type { SparseRows } from '../sparse-rows.ts'

/** What two towers learn from. Everything is read and never written. */
export interface TwoTowerExamples {
  /** One row an example: what was known of the person when the item was met. */
  readonly users: SparseRows
  /** One row an item. */
  readonly items: SparseRows
  /** Shape (users.rowCount,): the item, a row of `items`, that each example met. */
  readonly targets: Int32Array
  /** Shape (users.rowCount,), at least 0; absent means 1 each. */
  readonly weights?: Float64Array | undefined
  /**
   * Shape (items.rowCount,): the feature of `items` that stands for the item alone, -1 for none. It is left out by lot
   * (`idDropout`), so that the rest of an item's features learn to speak for it as they have to for a new item.
   */
  readonly itemIds?: Int32Array | undefined
}

export interface TwoTowerOptions {
  /** Length of the vectors, a multiple of 4; 32 by default. */
  readonly dimensions?: number | undefined
  /** Width of the hidden layer of each tower, a multiple of 4; 0, the default, for none. */
  readonly hidden?: number | undefined
  /** How many examples choose among each other's items; 512 by default. */
  readonly batchSize?: number | undefined
  /** The step of AdaGrad, above 0; 0.1 by default. */
  readonly learningRate?: number | undefined
  /** Similarities, from -1 to 1, are divided by it, from 0.01 to 1; 0.2 by default. */
  readonly temperature?: number | undefined
  /** How much of the logarithm of an item's frequency is taken off its logit, from 0 to 1; 1 by default. */
  readonly popularityCorrection?: number | undefined
  /** The share of examples whose item goes without its own feature, from 0 to 1; 0.6 by default. */
  readonly idDropout?: number | undefined
  /** The share of a person's features that an example goes without, by lot in every pass, from 0 to below 1; 0.5 by default. */
  readonly userDropout?: number | undefined
  /** The most passes over the examples; 10 by default. */
  readonly epochs?: number | undefined
  /**
   * Examples over the same items that only decide when to stop: the fit ends when their recall among all items has not
   * risen for `patience` passes, and the model is that of the best pass. Without them the fit makes all its passes.
   */
  readonly validation?: Pick<TwoTowerExamples, 'users' | 'targets'> | undefined
  /** Recall counts so many best items; 100 by default. */
  readonly recallAt?: number | undefined
  /** 2 by default. */
  readonly patience?: number | undefined
  /** Draws the first vectors, the order of every pass and the lots; 0 by default. */
  readonly seed?: number | undefined
}

export type TwoTowerSettings = Required<{ [Name in Exclude<keyof TwoTowerOptions, 'validation'>]: number }>

const DEFAULTS: TwoTowerSettings = {
  dimensions: 32,
  hidden: 0,
  batchSize: 512,
  learningRate: 0.1,
  temperature: 0.2,
  popularityCorrection: 1,
  idDropout: 0.6,
  userDropout: 0.5,
  epochs: 10,
  recallAt: 100,
  patience: 2,
  seed: 0,
}

interface Range {
  readonly from: number
  readonly to: number
  /** Only multiples of it; any number when absent. */
  readonly step?: number
}

const RANGES: Readonly<Record<keyof TwoTowerSettings, Range>> = {
  dimensions: { from: 4, to: 1024, step: 4 },
  hidden: { from: 0, to: 4096, step: 4 },
  batchSize: { from: 2, to: 8192, step: 1 },
  learningRate: { from: Number.MIN_VALUE, to: 10 },
  temperature: { from: 0.01, to: 1 },
  popularityCorrection: { from: 0, to: 1 },
  idDropout: { from: 0, to: 1 },
  userDropout: { from: 0, to: 0.99 },
  epochs: { from: 1, to: 10_000, step: 1 },
  recallAt: { from: 1, to: Number.MAX_SAFE_INTEGER, step: 1 },
  patience: { from: 1, to: 10_000, step: 1 },
  seed: { from: 0, to: Number.MAX_SAFE_INTEGER, step: 1 },
}

/** @throws SluiceError `INVALID_ARGUMENT` */
export function requireTwoTowerSettings(options: TwoTowerOptions): TwoTowerSettings {
  const settings: Record<keyof TwoTowerSettings, number> = { ...DEFAULTS }
  for (const name of Object.keys(DEFAULTS) as (keyof TwoTowerSettings)[]) {
    const value = options[name] ?? DEFAULTS[name]
    const { from, to, step } = RANGES[name]
    const isMultiple = step === undefined || value % step === 0
    if (!(value >= from && value <= to && isMultiple)) {
      const kind = step === undefined ? 'a number' : step === 1 ? 'a whole number' : `a multiple of ${step}`
      throw new SluiceError(
        'INVALID_ARGUMENT',
        `two towers, ${name}: expected ${kind} from ${from} to ${to}, got ${value}`,
      )
    }
    settings[name] = value
  }
  return settings
}
