import type { EventRecord } from '../../../data/index.ts'
import type { CompromisedTerminal } from './compromised.ts'
import type { ResolvedFraudOptions } from './options.ts'
import type { FraudScenario } from './payment.ts'
import type { People } from './people.ts'
import type { Places } from './places.ts'
import type { Ring } from './rings.ts'

/** An event and, beside it, what is true of it and stands in no event. */
export interface FraudWorldEvent {
  readonly record: EventRecord
  /** Of a payment; undefined beside everything else. */
  readonly scenario: FraudScenario | 'none' | undefined
}

/** Everything that is true of a world. */
export interface HiddenFraudWorld {
  readonly options: ResolvedFraudOptions
  readonly places: Places
  readonly people: People
  readonly rings: readonly Ring[]
  readonly compromised: readonly CompromisedTerminal[]
}
