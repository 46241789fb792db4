import { SluiceError } from '../foundation/index.ts'

/**
 * Refuses what cannot be the slots of a rule: positions from 1 that ascend, at least `minimumDistance` apart.
 *
 * @throws SluiceError `INVALID_ARGUMENT`
 */
export function requireSlots(rule: string, slots: readonly number[], minimumDistance: number): void {
  if (slots.length === 0) throw invalidSlots(rule, 'at least one slot', slots)
  slots.forEach((slot, index) => {
    if (!Number.isSafeInteger(slot) || slot < 1) throw invalidSlots(rule, 'slots to be whole numbers from 1', slots)
    const previous = slots[index - 1]
    if (previous === undefined) return
    if (slot <= previous) throw invalidSlots(rule, 'slots to ascend without repeats', slots)
    if (slot - previous < minimumDistance) throw invalidSlots(rule, `slots at least ${minimumDistance} apart`, slots)
  })
}

/** The error of a slot rule. */
export function invalidSlots(rule: string, expected: string, got: unknown): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    `${rule}: expected ${expected}, got ${JSON.stringify(got)}; change the rule in the application`,
  )
}
