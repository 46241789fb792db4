import type { AggregateSpec } from './aggregates/aggregate.ts'
import type { FeatureState } from './feature-state.ts'
import type { RunReader } from './item-run.ts'
import type { RequestFrame } from './request-frame.ts'

/** Reads one number for a request and a candidate; `NaN` when it is not known. Never changes the state. */
export type ColumnReader = (frame: RequestFrame) => number

/** One number of a feature row. */
export interface Column {
  /** Added to the feature's name; empty for a feature of one column. */
  readonly suffix: string
  /** The entities whose keys the value depends on; none for the time of day. */
  readonly entities: readonly string[]
  open(state: FeatureState): ColumnReader
  /** The same for all items of a request, where that is sooner done together. */
  openRun?(state: FeatureState): RunReader
}

/**
 * The single definition of a feature: what events write (its aggregates) and what is read as of a moment (its
 * columns). Training replay, serving and batch run this and nothing else.
 */
export interface Feature {
  /** The definition as plain data; equal definitions have equal meaning. */
  readonly spec: unknown
  readonly aggregates: readonly AggregateSpec[]
  readonly columns: readonly Column[]
  /** What is wrong with the definition, in words. */
  readonly faults: readonly string[]
}

/** A feature of one column. */
export interface ScalarFeature extends Feature {
  readonly columns: readonly [Column]
}

/** Features by name, with an identity that a model carries. */
export interface FeatureSet {
  readonly features: Readonly<Record<string, Feature>>
  /** Names of the columns of a row, in order. */
  readonly columnNames: readonly string[]
  readonly aggregates: readonly AggregateSpec[]
  readonly hash: string
}
