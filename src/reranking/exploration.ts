import { requireSlots } from './slots.ts'

/** The places kept for candidates that are shown to learn about them. Plain data: equal rules have equal JSON. */
export interface ExplorationRule {
  readonly kind: 'exploration'
  /** Positions from 1, ascending. */
  readonly slots: readonly number[]
}

/**
 * Hard rule: a candidate of the kind `exploration` stands only in one of the slots, one a slot, in the order of their
 * scores, so that how often it is shown is what its chooser decided; every other hard rule holds for it too. A slot
 * without a feasible one is filled with an organic item. Without this rule no such candidate is shown.
 *
 * @param options - `slots`: positions from 1, ascending, none of them a sponsored one
 * @throws SluiceError `INVALID_ARGUMENT` when the slots are no ascending positions
 */
export function exploration(options: { slots: readonly number[] }): ExplorationRule {
  requireSlots('exploration', options.slots, 1)
  return { kind: 'exploration', slots: [...options.slots] }
}
