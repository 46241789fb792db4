import { type Duration, durationMs, SluiceError } from '../foundation/index.ts'
import { fitLambdaMart, type LambdaMartOptions, loadRowModel } from '../models/index.ts'
import type { Condition } from '../problem/index.ts'
import type { ExampleSpec, Ranker } from './ranker.ts'

interface ClickRankerOptions {
  readonly label: { readonly event: string; readonly where?: Condition; readonly within: Duration }
  /** Exposures that say where they stood. */
  readonly examples: ExampleSpec
  /** The features, or single columns, that it reads; all when absent. */
  readonly features?: readonly string[] | undefined
  readonly model?: Partial<Omit<LambdaMartOptions, 'propensities'>>
}

/**
 * Ranks by boosted trees that learnt from clicks, allowing for how often each place is looked at. Training estimates that
 * from the clicks themselves, and shows it; where something stood is no feature, so the model is the same wherever things
 * stand. `lambdaMart` learns from where things stood as it does from any feature, and is asked as if all stood at the
 * top. For search systems.
 */
export function clickRanker({ label, examples, features, model = {} }: ClickRankerOptions): Ranker {
  return {
    spec: { kind: 'clicks', label, examples, features, model },
    label: { event: label.event, where: label.where, withinMs: durationMs(label.within) },
    examples,
    ...(features ? { features } : {}),
    positions: 'corrected',
    fit({ propensities, ...lists }, seed) {
      if (!propensities) throw noPropensities()
      return fitLambdaMart(lists, { seed, ...model, propensities })
    },
    load: loadRowModel,
  }
}

function noPropensities(): SluiceError {
  return new SluiceError(
    'NO_TRAINING_DATA',
    'ranker from clicks: expected how often each place is looked at, got nothing; estimate it from the clicks',
  )
}
