import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Condition } from '../../problem/index.ts'
import type { EventFrame } from '../event-frame.ts'

/** What every aggregate says of itself: which events write it. */
interface Writes {
  readonly event: string
  readonly where?: Condition | undefined
}

/** Occurrences, and optionally amounts, in time order by one or two keys; windows are cut out of it exactly. */
export interface SeriesSpec extends Writes {
  readonly kind: 'series'
  readonly by: readonly [string] | readonly [string, string]
  /** The numeric field that is summed; absent when only occurrences are counted. */
  readonly value?: string | undefined
  readonly windowMs: number
}

/** An exponentially decayed weight for every pair of a key and a category, and the key's total. */
export interface DecayedWeightsSpec extends Writes {
  readonly kind: 'decayed-weights'
  readonly by: string
  readonly of: string
  readonly halfLifeMs: number
}

/** When a key was last seen. */
export interface LastTimeSpec extends Writes {
  readonly kind: 'last-time'
  readonly by: readonly [string] | readonly [string, string]
}

/** The last `length` keys of one kind that a key met, newest last, with their times. */
export interface SequenceSpec extends Writes {
  readonly kind: 'sequence'
  readonly by: string
  readonly of: string
  readonly length: number
}

/** Which pairs ever met. */
export interface MembershipSpec extends Writes {
  readonly kind: 'membership'
  readonly by: string
  readonly of: string
}

/** A decayed count of every item, over all or within each group; comparable across items at any moment. */
export interface TrendSpec extends Writes {
  readonly kind: 'trend'
  readonly of: string
  readonly by?: string | undefined
  readonly halfLifeMs: number
}

/** How often two items were met by the same key within its last `length` items. */
export interface CoVisitsSpec extends Writes {
  readonly kind: 'co-visits'
  readonly by: string
  readonly of: string
  readonly length: number
}

/** The definition of an aggregate, as plain data: equal specs share one state. */
export type AggregateSpec =
  | SeriesSpec
  | DecayedWeightsSpec
  | LastTimeSpec
  | SequenceSpec
  | MembershipSpec
  | TrendSpec
  | CoVisitsSpec

/** The state behind a spec. `write` is the only thing that changes it, in offset order. */
export interface Aggregate {
  write(frame: EventFrame): void
  /** Bytes of the typed arrays that it holds, room to grow included. */
  bytes(): number
  save(writer: ByteWriter): void
  load(reader: ByteReader): void
}

/** What an aggregate may look at while it is opened. */
export interface AggregateOptions {
  /** How much older than its window an entry is kept, so that requests a little in the past stay exact. */
  readonly slackMs: number
}
