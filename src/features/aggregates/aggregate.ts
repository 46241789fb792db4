import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Condition } from '../../problem/index.ts'
import type { EventBatch } from '../event-batch.ts'

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

/** What windows over tiles and bounded windows say besides. */
interface Tiled extends Writes {
  readonly by: KeyPaths
  readonly windowMs: number
  /** Windows are rounded outwards to whole tiles of this length; 0 cuts them to the event. */
  readonly tileMs: number
}

/** Counts, and optionally sums, of whole tiles. */
export interface TileTotalsSpec extends Tiled {
  readonly kind: 'tile-totals'
  /** The numeric field that is summed; absent when only occurrences are counted. */
  readonly value?: string | undefined
}

/** The smallest or largest value of a field in a window. */
export interface ExtremeSpec extends Tiled {
  readonly kind: 'extreme'
  readonly side: 'min' | 'max'
  readonly value: string
}

interface Sketched extends Tiled {
  readonly value: string
  /** The newest entries of a key that are kept as they are; older ones go to the sketches of their tiles. */
  readonly bound: number
}

/** How many different values a field had in a window. */
export interface DistinctSpec extends Sketched {
  readonly kind: 'distinct'
  /** The logarithm of the number of registers of a sketch. */
  readonly precision: number
}

/** The quantiles of a field's values in a window. */
export interface QuantilesSpec extends Sketched {
  readonly kind: 'quantiles'
  /** The relative error of a value that comes from a sketch. */
  readonly error: number
}

/** An exponentially decayed weight for every pair of a key and a category, and the key's total. */
export interface DecayedWeightsSpec extends Writes, Bounded {
  readonly kind: 'decayed-weights'
  readonly by: string
  readonly of: string
  readonly halfLifeMs: number
}

/** When a key was last seen; with `skip`, when it was seen before that. */
export interface LastTimeSpec extends Writes, Bounded {
  readonly kind: 'last-time'
  readonly by: KeyPaths
  readonly skip?: 1 | undefined
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
export interface CoVisitsSpec extends Writes {
  readonly kind: 'co-visits'
  readonly by: string
  readonly of: string
  readonly length: number
  /** With how many others an item is remembered, 2,000 when it is not said. */
  readonly neighbours?: number | undefined
}

/** Which keys used which nodes lately, and when they did last. */
export interface LinksSpec extends Writes {
  readonly kind: 'links'
  readonly by: string
  /** The fields whose values are nodes. */
  readonly through: readonly string[]
  readonly windowMs: number
  /** A node that more different keys used is public and links nobody. */
  readonly hub: number
  /** How many nodes of a key are kept, the newest. */
  readonly nodes: number
}

/** When an attribute such as `user.country` was last set for each key; `event` is the entity, whose upserts write it. */
export interface SetTimesSpec extends Writes {
  readonly kind: 'set-times'
  readonly attribute: string
}

/** The definition of an aggregate, as plain data: equal specs share one state. */
export type AggregateSpec =
  | SeriesSpec
  | TileTotalsSpec
  | ExtremeSpec
  | DistinctSpec
  | QuantilesSpec
  | DecayedWeightsSpec
  | LastTimeSpec
  | SequenceSpec
  | MembershipSpec
  | TrendSpec
  | CoVisitsSpec
  | LinksSpec
  | SetTimesSpec

/**
 * The state behind a spec. `write` is the only thing that changes it, in offset order; it is called with the events of
 * its type that satisfy its condition, and with no others. Into how many batches they come cut makes no difference.
 */
export interface Aggregate {
  write(batch: EventBatch): void
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
