import { SluiceError } from './sluice-error.ts'

/** A length of time as people write it: a positive whole number and a unit (`30s`, `5m`, `1h`, `7d`). */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

const UNIT_MS: Record<string, number> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }

/**
 * The length of a duration in milliseconds.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when the text is not a positive whole number with a unit
 */
export function durationMs(duration: Duration): number {
  const match = /^([1-9]\d{0,6})([smhd])$/.exec(duration)
  if (!match) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `duration: expected a whole number and one of s, m, h, d (such as "5m"), got ${JSON.stringify(duration)}`,
    )
  }
  return Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0)
}
