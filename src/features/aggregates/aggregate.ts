import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Condition } from '../../problem/index.ts'
import type { EventFrame } from '../event-frame.ts'

/** What every aggregate says of itself: which events write it. */
interface Writes {
  readonly event: string
  readonly where?: Condition | undefined
}

/** One, two or three key paths of an event. */
export type KeyPaths = readonly [string] | readonly [string, string] | readonly [string, string, string]

/** What is kept without a window: how many pairs (or triples) of keys, 5,000,000 when it is not said. */
interface Bounded {
  readonly pairs?: number | undefined
}

/** Occurrences, and optionally amounts, in time order by up to three keys; windows are cut out of it exactly. */
export interface SeriesSpec extends Writes {
  readonly kind: 'series'
  readonly by: KeyPaths
  /** The numeric field that is summed; absent when only occurrences are counted. */
  readonly value?: string | undefined
  readonly windowMs: number
}

/** An exponentially decayed weight for every pair of a key and a category, and the key's total. */
export interface DecayedWeightsSpec extends Writes, Bounded {
  readonly kind: 'decayed-weights'
  readonly by: string
  readonly of: string
  readonly halfLifeMs: number
}

/** When a key was last seen. */
export interface LastTimeSpec extends Writes, Bounded {
  readonly kind: 'last-time'
  readonly by: KeyPaths
}

/** The last `length` keys of one kind that a key met, newest last, with their times. */
export interface SequenceSpec extends Writes {
  readonly kind: 'sequence'
  readonly by: string
  readonly of: string
  readonly length: number
}

/** Which pairs ever met. */
export interface MembershipSpec extends Writes, Bounded {
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
export interface CoVisitsSpec extends Writes, Bounded {
  readonly kind: 'co-visits'
  readonly by: string
  readonly of: string
  readonly length: number
}

/** When an attribute such as `user.country` was last set for each key; `event` is the entity, whose upserts write it. */
export interface SetTimesSpec extends Writes {
  readonly kind: 'set-times'
  readonly attribute: string
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
  | SetTimesSpec

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
