import type { Clock } from '../../foundation/index.ts'

export interface RetrievalBenchOptions {
  readonly format: 'lightgcn' | 'delimited'
  /** What is learnt from; with `split` all interactions. */
  readonly train: string
  /** What is ranked in the end; not with `split`. */
  readonly test?: string | undefined
  /** What options are chosen on; absent: a quarter of train, stratified by item, held out in choosing alone. */
  readonly valid?: string | undefined
  /** Cutoffs such as [10, 20]; options are chosen at the first. */
  readonly at: readonly number[]
  /** Several random splits of `train` in place of a test file; repeat r is drawn from `seed` + r. */
  readonly split?: RetrievalSplit | undefined
  /** Names of the columns of the delimited format, `user` and `item` when absent. */
  readonly columns?: { readonly user: string; readonly item: string } | undefined
  /** Which models; absent: all. */
  readonly models?: readonly string[] | undefined
  readonly seed: number
  readonly clock: Clock
  /** Told what is being measured, for progress on the terminal. */
  readonly onProgress?: ((what: string) => void) | undefined
}

export interface RetrievalSplit {
  /** The share of train, such as 0.75. */
  readonly ratio: number
  readonly stratify: 'item' | 'user' | 'none'
  readonly repeats: number
}
