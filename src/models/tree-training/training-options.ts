import { SluiceError } from '../../foundation/index.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import type { TreeRows } from './tree-rows.ts'

/** Rows that are not learnt from, and what to make of their scores after every iteration. */
export interface TreeValidation {
  readonly rows: TreeRows
  /** Shape (scoresPerRow * rowCount,), class-major: where the rows start; the objective's start by default. */
  readonly initialScores?: Float64Array
  /** @param scores - raw scores, shape (scoresPerRow * rowCount,), class-major; to be read at once */
  metric(scores: Float64Array): number
  /** Whether a larger metric is better. */
  readonly largerIsBetter: boolean
  /** Training ends when the metric did not improve for so many iterations; absent: it never ends early. */
  readonly patience?: number
}

/** Names and defaults are LightGBM's, in our spelling. */
export interface TreeTrainingOptions {
  /** Iterations of boosting; 100 by default. */
  readonly iterations?: number
  /** 0.1 by default. */
  readonly learningRate?: number
  /** Leaves a tree, at least 2; 31 by default. */
  readonly leaves?: number
  /** Splits from the root to a leaf at most; by default no limit. */
  readonly maxDepth?: number
  /** 20 by default; estimated from the hessians while a split is sought, as LightGBM does. */
  readonly minRowsInLeaf?: number
  /** 1e-3 by default. */
  readonly minHessianInLeaf?: number
  /** 0 by default. */
  readonly l1?: number
  /** 0 by default. */
  readonly l2?: number
  /** 0 by default. */
  readonly minGain?: number
  /** Bins a feature, from 2 to 255; 255 by default. */
  readonly maxBins?: number
  /** 3 by default. */
  readonly minRowsInBin?: number
  /** Rows that bins are found on; 200,000 by default. */
  readonly sampledRows?: number
  /** The share of the rows that a tree sees, above 0 and up to 1; 1 by default. */
  readonly baggingFraction?: number
  /** A new bag every so many iterations; 0 for none, which is the default. */
  readonly baggingEvery?: number
  /** The share of the features that a tree sees, above 0 and up to 1; 1 by default. */
  readonly featureFraction?: number
  /** Categorical splits: see LightGBM's `max_cat_to_onehot` (4), `cat_smooth` (10), `cat_l2` (10). */
  readonly oneHotCategories?: number
  readonly categorySmoothing?: number
  readonly categoryL2?: number
  /** LightGBM's `max_cat_threshold` (32) and `min_data_per_group` (100). */
  readonly maxCategoriesInSplit?: number
  readonly minRowsInCategoryGroup?: number
  /** Shape (featureCount,): 1 never falls with the feature, -1 never rises, 0 is free. LightGBM's basic method. */
  readonly monotone?: ArrayLike<number>
  /** Groups of features that may meet on a path; a feature in no group stands alone. Absent: all may. */
  readonly interactions?: readonly (readonly number[])[]
  /** Shape (scoresPerRow * rowCount,), class-major: where the rows start instead of the objective's own start. */
  readonly initialScores?: Float64Array
  /** Trees to go on from: they come first in the result. Not together with `initialScores`. */
  readonly startFrom?: TreeEnsemble
  readonly validation?: TreeValidation
  /** Everything drawn by chance hangs on it; 1 by default. */
  readonly seed?: number
}

type OtherOption = 'monotone' | 'interactions' | 'initialScores' | 'startFrom' | 'validation'

/** All options that are numbers, present. */
export type TrainingSettings = Required<Omit<TreeTrainingOptions, OtherOption | 'maxDepth'>> &
  Pick<TreeTrainingOptions, OtherOption> & {
    readonly maxDepth: number
  }

const DEFAULTS = {
  iterations: 100,
  learningRate: 0.1,
  leaves: 31,
  maxDepth: Number.POSITIVE_INFINITY,
  minRowsInLeaf: 20,
  minHessianInLeaf: 1e-3,
  l1: 0,
  l2: 0,
  minGain: 0,
  maxBins: 255,
  minRowsInBin: 3,
  sampledRows: 200_000,
  baggingFraction: 1,
  baggingEvery: 0,
  featureFraction: 1,
  oneHotCategories: 4,
  categorySmoothing: 10,
  categoryL2: 10,
  maxCategoriesInSplit: 32,
  minRowsInCategoryGroup: 100,
  seed: 1,
} as const

const OTHERS: readonly string[] = ['monotone', 'interactions', 'initialScores', 'startFrom', 'validation']

type Range = readonly [least: number, greatest: number, whole: 'whole' | 'any']

const RANGES: { readonly [Name in keyof typeof DEFAULTS]: Range } = {
  iterations: [1, 1e6, 'whole'],
  learningRate: [1e-9, 1e3, 'any'],
  leaves: [2, 32_768, 'whole'],
  maxDepth: [1, Number.POSITIVE_INFINITY, 'any'],
  minRowsInLeaf: [0, 2 ** 31, 'whole'],
  minHessianInLeaf: [0, 1e300, 'any'],
  l1: [0, 1e300, 'any'],
  l2: [0, 1e300, 'any'],
  minGain: [0, 1e300, 'any'],
  maxBins: [2, 255, 'whole'],
  minRowsInBin: [1, 2 ** 31, 'whole'],
  sampledRows: [1, 2 ** 31, 'whole'],
  baggingFraction: [1e-9, 1, 'any'],
  baggingEvery: [0, 2 ** 31, 'whole'],
  featureFraction: [1e-9, 1, 'any'],
  oneHotCategories: [1, 255, 'whole'],
  categorySmoothing: [0, 1e300, 'any'],
  categoryL2: [0, 1e300, 'any'],
  maxCategoriesInSplit: [1, 255, 'whole'],
  minRowsInCategoryGroup: [1, 2 ** 31, 'whole'],
  seed: [-(2 ** 53), 2 ** 53, 'whole'],
}

/**
 * Fills in defaults.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at a value out of range, or an option that does not exist
 */
export function trainingSettings(options: TreeTrainingOptions): TrainingSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  for (const [name, value] of Object.entries(given)) requireOption(name, value)
  return { ...DEFAULTS, ...given }
}

function requireOption(name: string, value: unknown): void {
  if (OTHERS.includes(name)) return
  if (!Object.hasOwn(RANGES, name)) {
    const known = [...Object.keys(RANGES), ...OTHERS].join(', ')
    throw new SluiceError('INVALID_ARGUMENT', `training of trees: expected options among ${known}, got ${name}`)
  }
  const [least, greatest, whole] = RANGES[name as keyof typeof RANGES]
  const fits = typeof value === 'number' && value >= least && value <= greatest
  if (fits && (whole === 'any' || Number.isInteger(value))) return
  const kind = whole === 'whole' ? 'a whole number' : 'a number'
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `training of trees, ${name}: expected ${kind} from ${least} to ${greatest}, got ${String(value)}`,
  )
}
