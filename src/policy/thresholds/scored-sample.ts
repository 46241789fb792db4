import { SluiceError } from '../../foundation/index.ts'

/** What was scored and is known by now; all arrays of shape (n,). */
export interface ScoredSample {
  /** Larger is more suspicious; a probability where costs are asked about. */
  readonly scores: Float64Array
  /** 1 for a fraud, 0 for none. */
  readonly labels: Float64Array
  /** What each is worth, at least 0; needed where costs are asked about. */
  readonly amounts?: Float64Array
  /** How many days the sample covers, above 0. */
  readonly days: number
}

/** Refuses a sample of which nothing can be chosen. @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`, `ONE_CLASS_ONLY`, `OUT_OF_RANGE` */
export function requireSample({ scores, labels, amounts, days }: ScoredSample): void {
  for (const [name, array] of Object.entries({ labels, amounts })) {
    if (array !== undefined && array.length !== scores.length) {
      throw new SluiceError('SHAPE_MISMATCH', `${name}: expected ${scores.length} as scores, got ${array.length}`)
    }
  }
  if (!scores.every(Number.isFinite)) {
    throw new SluiceError('NOT_FINITE', 'scores: expected finite numbers, got others; leave out what was not scored')
  }
  if (amounts !== undefined && !amounts.every((amount) => amount >= 0 && Number.isFinite(amount))) {
    throw new SluiceError('OUT_OF_RANGE', 'amounts: expected finite numbers of at least 0, got others')
  }
  if (!(days > 0)) throw new SluiceError('OUT_OF_RANGE', `days: expected above 0, got ${days}`)
  let frauds = 0
  for (const label of labels) {
    if (label !== 0 && label !== 1) throw new SluiceError('OUT_OF_RANGE', `labels: expected 0 or 1, got ${label}`)
    frauds += label
  }
  if (frauds > 0 && frauds < labels.length) return
  const got = `${frauds} of ${labels.length}`
  throw new SluiceError(
    'ONE_CLASS_ONLY',
    `labels: expected some frauds and some others, got ${got}; take a longer time`,
  )
}
