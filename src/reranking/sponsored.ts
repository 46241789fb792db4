import { requireAttributePath } from './attribute-path.ts'
import { invalidSlots, requireSlots } from './slots.ts'

/** The places that sponsored items may take. Plain data: equal rules have equal JSON. */
export interface SponsoredRule<Path extends string = string> {
  readonly kind: 'sponsored'
  /** Positions from 1, ascending. */
  readonly slots: readonly number[]
  readonly minimumDistance: number
  /** Attributes of which a sponsored item shares no value with its neighbours. */
  readonly notBeside?: readonly Path[]
}

/**
 * Hard rule: a sponsored item stands only in one of the slots, one a slot, in the order of their scores; every other
 * hard rule holds for it too. A slot without a feasible sponsored item is filled with an organic one. Slots below the
 * page's end are unused. Without this rule no sponsored candidate is shown.
 *
 * @param options - `slots`: positions from 1, ascending; `minimumDistance`: smallest difference of the positions of
 *   two sponsored items, at least 1 (the default, neighbours allowed; 2 keeps one from standing beside another);
 *   `notBeside`: attributes, such as the creator, of which it shares no value with the items next to it
 * @throws SluiceError `INVALID_ARGUMENT` when the slots are no ascending positions or closer than the distance, or an
 *   attribute is no path or named twice
 */
export function sponsored<const Path extends string = never>(options: {
  slots: readonly number[]
  minimumDistance?: number | undefined
  notBeside?: readonly Path[] | undefined
}): SponsoredRule<Path> {
  const { slots, minimumDistance = 1, notBeside } = options
  if (!Number.isSafeInteger(minimumDistance) || minimumDistance < 1) {
    throw invalidSlots('sponsored', 'minimumDistance to be a whole number of at least 1', minimumDistance)
  }
  requireSlots('sponsored', slots, minimumDistance)
  for (const path of notBeside ?? []) requireAttributePath('sponsored: notBeside', path)
  if (notBeside && new Set(notBeside).size !== notBeside.length) {
    throw invalidSlots('sponsored', 'each attribute of notBeside once', notBeside)
  }
  return { kind: 'sponsored', slots: [...slots], minimumDistance, ...(notBeside ? { notBeside: [...notBeside] } : {}) }
}
