import type { EventRecord, Subject } from '../../data/index.ts'
import type { ListRecord, ReviewRecord, RuleSetRecord } from '../../policy/index.ts'

/** A change of what decides beside the model, by the type of its record in the log. */
export type PolicyChange =
  | { readonly type: '$rules'; readonly change: RuleSetRecord }
  | { readonly type: '$list'; readonly change: ListRecord }
  | { readonly type: '$review'; readonly change: ReviewRecord }

const TYPES: readonly string[] = ['$rules', '$list', '$review']

/** A change as it stands in the log: whose it is, and whom it names. */
export function policyRecord(
  id: string,
  system: string,
  { type, change }: PolicyChange,
  names: readonly Subject[],
): EventRecord {
  return { id, type, at: change.at, system, names, change }
}

/** Whether a record changes what decides beside the model. */
export function isPolicyRecord({ type }: EventRecord): boolean {
  return TYPES.includes(type)
}

/** The change in a record that {@link policyRecord} made, and the system that it is of. */
export function readPolicyRecord({ type, system, change }: EventRecord): PolicyChange & { readonly system: string } {
  return { type, system, change } as PolicyChange & { readonly system: string }
}

/** Whom a record of a change names. */
export function namesOfPolicyRecord({ names }: EventRecord): readonly Subject[] {
  return names as readonly Subject[]
}
