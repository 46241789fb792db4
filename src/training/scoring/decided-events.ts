import type { EventRecord } from '../../data/index.ts'
import { ACTIONS, type Action } from '../../policy/index.ts'

/** What training reads of the record of a scoring decision in the log. */
export interface LoggedScore {
  /** The id of the event that it is about. */
  readonly event: string
  readonly action: Action
  /** The chance, known before, that a person reviews the event: 1 for a review, else the share of exploration. */
  readonly reviewPropensity: number
}

/**
 * The decision of a system about an event in a record of the log that Sluice wrote itself (its type begins with `$`):
 * `system`, `event: { id }`, `action` and `reviewPropensity`.
 *
 * @returns undefined when the record holds none
 */
export function readLoggedScore(record: EventRecord, name: string): LoggedScore | undefined {
  const { type, system, event, action, reviewPropensity } = record as EventRecord & Record<string, unknown>
  if (!type.startsWith('$') || system !== name) return undefined
  const { id } = (event ?? {}) as { readonly id?: unknown }
  const known = ACTIONS.find((each) => each === action)
  if (typeof id !== 'string' || known === undefined || typeof reviewPropensity !== 'number') return undefined
  return { event: id, action: known, reviewPropensity }
}
