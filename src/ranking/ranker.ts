import type { ListExamples, RowModel } from '../models/index.ts'
import type { Condition } from '../problem/index.ts'

/** The event that makes an example positive, and how long it may take to come. */
export interface LabelSpec {
  readonly event: string
  readonly where?: Condition | undefined
  /** An exposure younger than this is immature: its label may still come, so it is not learnt from. */
  readonly withinMs: number
}

/**
 * Where examples come from. `exposures` are logged impressions, positive when the label follows. `candidates` are for
 * logs without impressions: at label events that lie at least `spacingMs` apart for their subject, so that each stands
 * for a page that might have been asked for, up to `negatives` of what retrieval brought at that moment and the event's
 * own item, if that was brought too; positive when the label follows.
 */
export type ExampleSpec =
  | { readonly kind: 'exposures'; readonly event: string; readonly group: string }
  | { readonly kind: 'candidates'; readonly negatives: number; readonly spacingMs: number }

/** How candidates are scored: a definition, plain but for `fit` and `load`. */
export interface Ranker {
  readonly spec: unknown
  readonly label: LabelSpec
  readonly examples: ExampleSpec
  /** The features, or single columns, that it reads: its rows hold nothing else. Absent: all of them. */
  readonly features?: readonly string[] | undefined
  fit(examples: ListExamples, seed: number): RowModel
  load(bytes: Uint8Array): RowModel
}

/** A ranker beside the main one, which learns from the main one's examples. */
export type HelpingRanker = Pick<Ranker, 'spec' | 'features' | 'fit' | 'load'>
