import { DAY_MS } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type {
  DistinctSpec,
  ExtremeSpec,
  KeyPaths,
  QuantilesSpec,
  SeriesSpec,
  TileTotalsSpec,
} from '../aggregates/aggregate.ts'
import { columnSize, NOTHING, pairTableSize, type Size, sumOfSizes } from './array-size.ts'
import { arenaEntries, expectedDistinct, type KeyGroups, keyGroups } from './key-draws.ts'
import { placesOf, populationsOf, type StateWorkload, writesOf } from './state-workload.ts'

/** How long beyond its window an entry is kept, in days: see `FeatureState`. */
const SLACK_DAYS = 1
/** `SortedLists` moves a list to the front of its block instead of doubling it when it fills less than this of it. */
export const COMPACTED = 0.75

type TiledSpec = TileTotalsSpec | ExtremeSpec | DistinctSpec | QuantilesSpec

/** How a window's keys are met. */
interface Kept {
  readonly groups: KeyGroups
  /** Events that are kept at the end. */
  readonly entries: number
  /** Events since the beginning. */
  readonly writes: number
  /** Whether older events have gone by then. */
  readonly slides: boolean
  readonly days: number
}

/** For how many days a window's events are kept. */
export function keptDays(workload: StateWorkload, { windowMs }: { readonly windowMs: number }): number {
  return Math.min(workload.days, windowMs / DAY_MS + SLACK_DAYS)
}

function keptOf(schema: Schema, workload: StateWorkload, spec: SeriesSpec | TiledSpec): Kept {
  const writes = writesOf(workload, spec)
  const days = keptDays(workload, spec)
  const groups = keyGroups(populationsOf(schema, workload, spec.event, spec.by))
  return { groups, writes, days, entries: (writes * days) / workload.days, slides: days < workload.days }
}

/** Exact windows: `TimedSeries`, with a pair index when there are several keys. */
export function seriesSize(schema: Schema, workload: StateWorkload, spec: SeriesSpec): Size {
  const { groups, writes, entries } = keptOf(schema, workload, spec)
  const hasAmounts = spec.value !== undefined
  const width = hasAmounts ? 3 : 1
  const hasPairs = spec.by.length > 1
  const held = hasPairs ? heldUntilSwept(groups, writes, entries) : entries
  const room = arenaEntries(groups, (group, progress) => held * progress * groups.shares[group]!)
  const pairs = hasPairs ? expectedDistinct(groups, held) : 0
  const places = hasPairs ? pairs : placesOf(schema, workload, spec.event, spec.by[0])
  const order = hasPairs ? 'expected' : 'scattered'
  return sumOfSizes(
    columnSize(room * width, 8, { first: 1024 * width, saved: entries * width, order: 'expected' }),
    columnSize(places * 8, 4, { saved: places, order }),
    // Of what amounts add, the totals before the oldest entries alone are in a snapshot.
    hasAmounts ? columnSize(places * 4, 8, { saved: places * 2, order }) : NOTHING,
    keyTableSize(spec.by, pairs),
  )
}

/** The sweep of `TimedSeries` passes so many places for a write to a new pair, and to one that is held. */
const SWEPT_FOR_NEW = 2
const SWEPT_FOR_HELD = 0.5
/** The part of a turn of the sweep for which a pair that is over is still held when most are; measured. */
const TURNS_HELD = 0.8

/** Events of pairs that are held: those of the window, and those that came while the sweep was elsewhere. */
function heldUntilSwept(groups: KeyGroups, writes: number, entries: number): number {
  let held = entries
  for (let round = 0; round < 10; round++) {
    const pairs = expectedDistinct(groups, held)
    const newShare = expectedDistinct(groups, held + 1) - pairs
    const turn = pairs / (newShare * SWEPT_FOR_NEW + (1 - newShare) * SWEPT_FOR_HELD)
    held = Math.min(writes, entries + TURNS_HELD * turn)
  }
  return held
}

function keyTableSize(by: KeyPaths, pairs: number): Size {
  return by.length === 1 ? NOTHING : pairTableSize(pairs, by.length, 'expected')
}

/** Windows of `SortedLists`: whole tiles, extremes and bounded windows. */
export function tiledSize(schema: Schema, workload: StateWorkload, spec: TiledSpec): Size {
  const kept = keptOf(schema, workload, spec)
  const met = expectedDistinct(kept.groups, kept.writes)
  const places = spec.by.length === 1 ? placesOf(schema, workload, spec.event, spec.by[0]) : met
  return sumOfSizes(
    keyTableSize(spec.by, met),
    columnSize(places * 8, 4, { saved: places, order: 'scattered' }),
    entriesSize(spec, kept, places),
  )
}

function entriesSize(spec: TiledSpec, kept: Kept, places: number): Size {
  const events = (group: number) => kept.entries * kept.groups.shares[group]!
  const tiles = spec.tileMs === 0 ? Number.POSITIVE_INFINITY : (kept.days * DAY_MS) / spec.tileMs
  const inTiles = (mean: number) => (tiles === Number.POSITIVE_INFINITY ? mean : -tiles * Math.expm1(-mean / tiles))
  switch (spec.kind) {
    case 'tile-totals': {
      const hasSums = spec.value !== undefined
      const lists = listsSize(kept, hasSums ? 4 : 2, (group) => inTiles(events(group)))
      return sumOfSizes(lists, columnSize(places, hasSums ? 24 : 8, { order: 'scattered' }))
    }
    case 'extreme': {
      const lists = listsSize(kept, 2, (group) => inTiles(events(group)))
      const minima = lists.reserved / 30
      return sumOfSizes(lists, { reserved: minima, saved: 0 })
    }
    case 'distinct':
    case 'quantiles': {
      const recent = listsSize(kept, spec.kind === 'distinct' ? 3 : 2, (group) => Math.min(events(group), spec.bound))
      return sumOfSizes(recent, sketchesSize(spec, kept, tiles))
    }
  }
}

/** Lists of entries of `columns` numbers, of which a key of a group has as many as said. */
function listsSize(kept: Kept, columns: number, entriesOf: (group: number) => number): Size {
  const { groups, slides } = kept
  const holds = (capacity: number) => (slides ? capacity * COMPACTED : capacity)
  const room = arenaEntries(groups, (group, progress) => entriesOf(group) * progress, { first: 4, holds })
  const entries = groups.keys.reduce((sum, keys, group) => sum + keys * entriesOf(group), 0)
  return columnSize(room * columns, 8, { first: 64 * columns, saved: entries * columns, order: 'expected' })
}

/** What lies beyond the bound: a sketch a tile and key, of a size that follows what it has seen. */
function sketchesSize(spec: DistinctSpec | QuantilesSpec, kept: Kept, tiles: number): Size {
  const { groups, entries } = kept
  let sketches = 0
  let bytes = 0
  for (let group = 0; group < groups.keys.length; group++) {
    const beyond = entries * groups.shares[group]! - spec.bound
    if (beyond <= 0) continue
    const perKey = -tiles * Math.expm1(-beyond / tiles)
    sketches += groups.keys[group]! * perKey
    bytes += groups.keys[group]! * perKey * sketchBytes(spec, beyond / perKey)
  }
  // The tile and its sketch in lists, and three numbers in plain arrays.
  const size = sketches * 24 + bytes
  return { reserved: size * 1.5, saved: size }
}

/** A table at most three quarters full: of registers up to 2^precision bytes, or of buckets, 230 to two powers of ten. */
function sketchBytes(spec: DistinctSpec | QuantilesSpec, events: number): number {
  if (spec.kind === 'distinct') return Math.min(2 ** spec.precision, (events * 4) / 0.56)
  return (Math.min(events, 2.3 / spec.error) * 8) / 0.56
}
