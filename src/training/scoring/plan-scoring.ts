import { DAY_MS, SluiceError } from '../../foundation/index.ts'
import type { ScoringSplits } from '../model-registry.ts'
import type { OutcomeSurvey } from './outcome-survey.ts'

/** The newest share of the mature events judges, and the newest of those before it calibrates; at most so long each. */
const TEST_SHARE = 0.25
const LONGEST_TEST_MS = 28 * DAY_MS
const VALIDATION_SHARE = 0.2
const LONGEST_VALIDATION_MS = 14 * DAY_MS
const FEWEST_EVENTS = 50
/** Events whose times say together what time it is: one whose clock is wrong does not. */
const LATEST = 21

/** Where the log is cut, and what time it was there. */
export interface ScoringPlan extends ScoringSplits {
  /** When the model was fitted, when calibration and policy were, and when the log ends; in milliseconds. */
  readonly fitMs: number
  readonly testMs: number
  readonly nowMs: number
}

/** What time it is at the end of the events, in milliseconds; 0 without one. */
export function nowOf({ times }: OutcomeSurvey): number {
  const latest = times.slice(-LATEST).sort()
  return latest[latest.length >> 1] ?? 0
}

/**
 * Cuts the log by time into train, gap, validate, gap, test and what is immature. A gap is as long as labels take, so
 * that each part is learnt from when its labels are there and judged by what came after that moment.
 *
 * @throws SluiceError `NO_TRAINING_DATA` when the log is too short
 */
export function planScoring(survey: OutcomeSurvey, event: string, matureAfterMs: number): ScoringPlan {
  const { times, offsets } = survey
  const sorted = times.slice().sort()
  const nowMs = nowOf(survey)
  const before = (ms: number): number => countBelow(sorted, ms)
  const cut = (endMs: number, share: number, longestMs: number): number =>
    Math.max(sorted[Math.floor(before(endMs) * (1 - share))] ?? 0, endMs - longestMs)
  const testMs = cut(nowMs - matureAfterMs, TEST_SHARE, LONGEST_TEST_MS)
  const validateEndMs = testMs - matureAfterMs
  const fitMs = cut(validateEndMs, VALIDATION_SHARE, LONGEST_VALIDATION_MS)
  const trainCount = before(fitMs - matureAfterMs)
  if (trainCount < FEWEST_EVENTS) {
    const days = ((nowMs - (sorted[0] ?? nowMs)) / DAY_MS).toFixed(1)
    const delay = (matureAfterMs / DAY_MS).toFixed(1)
    throw new SluiceError(
      'NO_TRAINING_DATA',
      `training: expected ${event} events of many times the ${delay} days in which labels come, at least ${FEWEST_EVENTS} to learn from, got ${times.length} of ${days} days; import more events first`,
    )
  }
  // Labels between the last event before a moment and the first one after it are there at that moment.
  const offsetAt = (ms: number): number => (offsets[before(ms)] ?? Number.POSITIVE_INFINITY) - 1
  return {
    trainUntil: offsets[trainCount - 1]!,
    fitAt: offsetAt(fitMs),
    validateUntil: offsets[before(validateEndMs) - 1] ?? 0,
    testFrom: offsetAt(testMs),
    fitMs,
    testMs,
    nowMs,
  }
}

function countBelow(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
