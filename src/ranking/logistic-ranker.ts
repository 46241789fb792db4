import { type Duration, durationMs } from '../foundation/index.ts'
import { fitLogisticRegression, type LogisticRegressionOptions, loadLogisticRegression } from '../models/index.ts'
import type { Condition } from '../problem/index.ts'
import type { ExampleSpec, Ranker } from './ranker.ts'

interface LogisticRankerOptions {
  readonly label: { readonly event: string; readonly where?: Condition; readonly within: Duration }
  readonly examples: ExampleSpec
  /** The features, or single columns, that it reads; all when absent. */
  readonly features?: readonly string[] | undefined
  readonly model?: Partial<LogisticRegressionOptions>
}

/** Ranks by the probability of the label, as a logistic regression over the feature row tells it. */
export function logisticRanker({ label, examples, features, model = {} }: LogisticRankerOptions): Ranker {
  return {
    spec: { kind: 'logistic', label, examples, features, model },
    label: { event: label.event, where: label.where, withinMs: durationMs(label.within) },
    examples,
    ...(features ? { features } : {}),
    fit: (rows, seed) => fitLogisticRegression(rows, { seed, ...model }),
    load: loadLogisticRegression,
  }
}

/**
 * Examples from logged impressions; impressions of one decision (`group` names the field) are one list.
 *
 * With `position`, the field that holds the place on the page, from 1 at the top, the rows that are learnt from have it
 * as the feature `exposure.position`, so that what people met because it stood above is not taken for what they like.
 * A request is asked as if every candidate stood at the top.
 */
export function exposures(event: string, { group, position }: { group: string; position?: string }): ExampleSpec {
  return { kind: 'exposures', event, group, ...(position === undefined ? {} : { position }) }
}

/**
 * Examples for logs without impressions: pages that retrieval would have made, `negatives` candidates of each, at label
 * events `spacing` apart (a day when absent).
 */
export function candidates(options: { negatives: number; spacing?: Duration }): ExampleSpec {
  return { kind: 'candidates', negatives: options.negatives, spacingMs: durationMs(options.spacing ?? '1d') }
}
