import type { Condition } from '../problem/index.ts'

/** What the cells of a source that compares descriptions are built from, as plain data; sources with equal specs share them. */
export interface ContentCellsSpec {
  readonly kind: 'content-cells'
  readonly event: string
  readonly where?: Condition | undefined
  readonly of: readonly string[]
  readonly history: number
  readonly dimensions: number
}
