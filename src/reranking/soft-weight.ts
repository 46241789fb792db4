import { SluiceError } from '../foundation/index.ts'

/**
 * Refuses a trade-off or a weight that a soft goal cannot have.
 *
 * @throws SluiceError `INVALID_ARGUMENT`
 */
export function requireSoftWeights(rule: string, lambda: number, weight: number | undefined): void {
  if (!(lambda >= 0 && lambda <= 1)) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `${rule}: expected lambda in [0, 1], got ${lambda}; 1 is score alone, 0 is diversity alone`,
    )
  }
  if (weight !== undefined && !(weight > 0 && Number.isFinite(weight))) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `${rule}: expected a finite weight above 0, got ${weight}; leave the rule out instead of weighing it nothing`,
    )
  }
}
