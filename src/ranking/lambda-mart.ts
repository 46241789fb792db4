import { type Duration, durationMs } from '../foundation/index.ts'
import { fitLambdaMart, type LambdaMartOptions, loadRowModel } from '../models/index.ts'
import type { Condition } from '../problem/index.ts'
import type { ExampleSpec, Ranker } from './ranker.ts'

interface LambdaMartRankerOptions {
  readonly label: { readonly event: string; readonly where?: Condition; readonly within: Duration }
  readonly examples: ExampleSpec
  /** The features, or single columns, that it reads; all when absent. */
  readonly features?: readonly string[] | undefined
  readonly model?: Partial<LambdaMartOptions>
}

/**
 * Ranks by boosted trees that learnt the order of whole lists, and says the probability of the label with it. It needs
 * thousands of lists to beat the logistic ranker, finds what features say together, and costs more to score.
 */
export function lambdaMart({ label, examples, features, model = {} }: LambdaMartRankerOptions): Ranker {
  return {
    spec: { kind: 'lambdaMart', label, examples, features, model },
    label: { event: label.event, where: label.where, withinMs: durationMs(label.within) },
    examples,
    ...(features ? { features } : {}),
    fit: (rows, seed) => fitLambdaMart(rows, { seed, ...model }),
    load: loadRowModel,
  }
}
