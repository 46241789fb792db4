import type { TwoTowerOptions } from '../../models/index.ts'
import type { Condition, FieldKind } from '../../problem/index.ts'
import { type RetrievalSetting, requireAttribute } from '../environment.ts'

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

const NAMED: readonly FieldKind[] = ['category', 'categories', 'boolean', 'text', 'reference', 'identifier']
const BANDED: readonly FieldKind[] = ['integer', 'number', 'timestamp']

/** @throws SluiceError `INVALID_APPLICATION` at an attribute that the schema lacks, or a number without a band */
export function requireTowerAttributes({ schema, subject, item }: RetrievalSetting, spec: TwoTowerSpec): void {
  for (const [entity, attributes] of [
    [subject, spec.user],
    [item, spec.item],
  ] as const) {
    for (const attribute of attributes) {
      const isNamed = typeof attribute === 'string'
      requireAttribute(schema, entity, isNamed ? attribute : attribute.path, isNamed ? NAMED : BANDED)
    }
  }
}
