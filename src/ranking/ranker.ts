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
 * Where examples come from. `exposures` are logged impressions, positive when the label follows; `position` names the
 * field that says where on the page the item stood, which then is a feature. `candidates` are for
 * logs without impressions: at label events that lie at least `spacingMs` apart for their subject, so that each stands
 * for a page that might have been asked for, up to `negatives` of what retrieval brought at that moment and the event's
 * own item, if that was brought too; positive when the label follows.
 */
export type ExampleSpec =
  | { readonly kind: 'exposures'; readonly event: string; readonly group: string; readonly position?: string }
  | { readonly kind: 'candidates'; readonly negatives: number; readonly spacingMs: number }

/** Lists with a label an objective beside the main one; each of shape (rowCount,). */
export interface RankerExamples extends ListExamples {
  readonly objectiveLabels?: Readonly<Record<string, Float64Array>>
  /**
   * Shape (rowCount,): how often the place of each row is looked at, relative to the top. There when a ranker corrects for
   * positions.
   */
  readonly propensities?: Float64Array | undefined
}

/** How candidates are scored: a definition, plain but for `fit` and `load`. */
export interface Ranker {
  readonly spec: unknown
  readonly label: LabelSpec
  readonly examples: ExampleSpec
  /** The features, or single columns, that it reads: its rows hold nothing else. Absent: all of them. */
  readonly features?: readonly string[] | undefined
  /**
   * What it does about where exposures stood: it is a feature when absent; `corrected`: it is none, and the examples say
   * how often each place is looked at.
   */
  readonly positions?: 'corrected'
  /** What it learns beside `label`, by name: absent for a ranker of one label. */
  readonly objectives?: Readonly<Record<string, LabelSpec>>
  /** What each objective is worth; the score is the sum of weight times probability. */
  readonly value?: Readonly<Record<string, number>>
  fit(examples: RankerExamples, seed: number): RowModel
  load(bytes: Uint8Array): RowModel
}

/** A ranker beside the main one, which learns from the main one's examples. */
export type HelpingRanker = Pick<Ranker, 'spec' | 'features' | 'positions' | 'fit' | 'load'>

/** Every label that a ranker learns: the main one first, then those of its objectives. */
export function labelsOf({ label, objectives = {} }: Pick<Ranker, 'label' | 'objectives'>): LabelSpec[] {
  return [label, ...Object.values(objectives)]
}

/** How old an exposure has to be for all its labels to be there, in milliseconds. */
export function ripeAfterMs(ranker: Pick<Ranker, 'label' | 'objectives'>): number {
  return Math.max(...labelsOf(ranker).map(({ withinMs }) => withinMs))
}
