import { DAY_MS } from '../foundation/index.ts'

/** Name of the fact that counts the arrivals. */
export const ARRIVALS = 'arrivals'
/** How far behind the newest event one is late: windows of features keep no more than this beyond their length. */
export const LATE_AFTER_MS = DAY_MS

/**
 * How events came in, since the first one. Every accepted event is either in order or out of order; those of the
 * engine itself are not counted. What is erased later stays counted.
 */
export interface Arrivals {
  /** Accepted, and not older than any that was accepted before. */
  readonly inOrder: number
  /** Accepted, and older than one that was accepted before. */
  readonly outOfOrder: number
  /** Of those out of order: by more than a day, so that windows of features may no longer count them. */
  readonly late: number
  /** Accepted, and later than their receipt; by more than a day they would have been refused. */
  readonly ahead: number
  /** Acknowledged and not stored again, because their id was known. */
  readonly duplicates: number
  /** Newest time of an accepted event; 0 before the first. */
  readonly newestAt: number
  /** First offset that is counted: 1, or where a directory of an earlier version began to count. */
  readonly fromOffset: number
}

export type ArrivalTally = { -readonly [Name in keyof Arrivals]: Arrivals[Name] }

/** The counts before the first event of a log with this head. */
export function noArrivals(head: number): Arrivals {
  return { inOrder: 0, outOfOrder: 0, late: 0, ahead: 0, duplicates: 0, newestAt: 0, fromOffset: head + 1 }
}

/** Counts one accepted event. O(1), nothing allocated. */
export function countArrival(tally: ArrivalTally, at: number, receivedAt: number): void {
  if (at > receivedAt) tally.ahead++
  if (at >= tally.newestAt) {
    tally.inOrder++
    tally.newestAt = at
    return
  }
  tally.outOfOrder++
  if (tally.newestAt - at > LATE_AFTER_MS) tally.late++
}
