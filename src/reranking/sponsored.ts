import { SluiceError } from '../foundation/index.ts'

/** The places that sponsored items may take. Plain data: equal rules have equal JSON. */
export interface SponsoredRule {
  readonly kind: 'sponsored'
  /** Positions from 1, ascending. */
  readonly slots: readonly number[]
  readonly minimumDistance: number
}

/**
 * Hard rule: a sponsored item stands only in one of the slots, one a slot, in the order of their scores; every other
 * hard rule holds for it too. A slot without a feasible sponsored item is filled with an organic one. Slots below the
 * page's end are unused. Without this rule no sponsored candidate is shown.
 *
 * @param options - `slots`: positions from 1, ascending; `minimumDistance`: smallest difference of the positions of
 *   two sponsored items, at least 1 (the default, neighbours allowed)
 * @throws SluiceError `INVALID_ARGUMENT` when the slots are no ascending positions or closer than the distance
 */
export function sponsored(options: { slots: readonly number[]; minimumDistance?: number | undefined }): SponsoredRule {
  const { slots, minimumDistance = 1 } = options
  if (!Number.isSafeInteger(minimumDistance) || minimumDistance < 1) {
    throw invalid('minimumDistance to be a whole number of at least 1', minimumDistance)
  }
  if (slots.length === 0) throw invalid('at least one slot', slots)
  slots.forEach((slot, index) => {
    if (!Number.isSafeInteger(slot) || slot < 1) throw invalid('slots to be whole numbers from 1', slots)
    const previous = slots[index - 1]
    if (previous === undefined) return
    if (slot <= previous) throw invalid('slots to ascend without repeats', slots)
    if (slot - previous < minimumDistance) throw invalid(`slots at least ${minimumDistance} apart`, slots)
  })
  return { kind: 'sponsored', slots: [...slots], minimumDistance }
}

function invalid(expected: string, got: unknown): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    `sponsored: expected ${expected}, got ${JSON.stringify(got)}; change the rule in the application`,
  )
}
