import type { TwoTowerOptions } from '../../models/index.ts'
import type { Condition } from '../../problem/index.ts'

/** An attribute by its path; of a number or timestamp, values within one `band` count as the same. */
export type TowerAttribute = string | { readonly path: string; readonly band: number }

export interface TowerModelOptions extends Omit<TwoTowerOptions, 'validation' | 'recallAt'> {
  /** Features are hashed to 2^bits places, from 8 to 24; 17 by default. */
  readonly bits?: number | undefined
  /** A larger log is sampled by lot; 200,000 by default. */
  readonly maxExamples?: number | undefined
}

/** A two-tower model as plain data: what its sides read, and how it is fitted. */
export interface TwoTowerSpec {
  readonly kind: 'two-tower'
  readonly event: string
  readonly where?: Condition | undefined
  readonly user: readonly TowerAttribute[]
  readonly item: readonly TowerAttribute[]
  /** How many of the subject's last items speak. */
  readonly history: number
  readonly options: TowerModelOptions
}

export const DEFAULT_BITS = 17
export const DEFAULT_MAX_EXAMPLES = 200_000
