import type { Clock } from '../../foundation/index.ts'
import type { PairColumns } from './interaction-files.ts'

export interface RetrievalBenchOptions {
  readonly format: 'lightgcn' | 'delimited'
  /** What is learnt from; with `split` all interactions. */
  readonly train: string
  /** What is ranked in the end; not with `split`. */
  readonly test?: string | undefined
  /** What options are chosen on; absent: a quarter of train, held out in choosing alone. */
  readonly valid?: string | undefined
  /** Cutoffs such as [10, 20], each for recall and NDCG; options are chosen by NDCG at the first. */
  readonly at: readonly number[]
  /** Metrics such as `ndcg@20` in the place of those of `at`; options are chosen by the first. */
  readonly metrics?: readonly string[] | undefined
  /** Trials of options a model and split; 16 when absent. */
  readonly trials?: number | undefined
  /** Splits of `train` in place of a test file; repeat r is drawn from `seed` + r. */
  readonly split?: RetrievalSplit | undefined
  /** The columns of the delimited format, `user` and `item` when absent. */
  readonly columns?: PairColumns | undefined
  /** Which models; absent: all but the slow ones. */
  readonly models?: readonly string[] | undefined
  readonly seed: number
  readonly clock: Clock
  /** The most memory that the process has held so far. */
  readonly peakResidentBytes?: (() => number) | undefined
  /** Told what is being measured, for progress on the terminal. */
  readonly onProgress?: ((what: string) => void) | undefined
}

export interface RetrievalSplit {
  /** `random` when absent; `time` cuts at one moment for everybody, and needs a column of times. */
  readonly kind?: 'random' | 'time' | undefined
  /** The share of train, such as 0.75. */
  readonly ratio: number
  readonly stratify: 'item' | 'user' | 'none'
  readonly repeats: number
}
