import type { Schema } from '../../problem/index.ts'
import type {
  CoVisitsSpec,
  DecayedWeightsSpec,
  LastTimeSpec,
  MembershipSpec,
  SequenceSpec,
  SetTimesSpec,
  TrendSpec,
} from '../aggregates/aggregate.ts'
import { DEFAULT_NEIGHBOURS } from '../aggregates/co-visits.ts'
import { keyPathParts } from '../event-batch.ts'
import { DEFAULT_KEPT_PAIRS } from '../kept-pairs.ts'
import { columnSize, pairTableSize, type Size, sumOfSizes } from './array-size.ts'
import { arenaEntries, expectedDistinct, keyGroups } from './key-draws.ts'
import { LIST_LENGTH, placesOf, populationOf, populationsOf, type StateWorkload, writesOf } from './state-workload.ts'

/** `KeyedRows` gives a row more room when more than this of it is taken. */
const FULLEST_ROW = 0.75
/** Of `PairSignatures`, a key. */
const SIGNATURE_BYTES = 16
const SCATTERED = { order: 'scattered' } as const
const EXPECTED = { order: 'expected' } as const

/** Weights by key and by pair of a key and a category, each with its time. */
export function decayedWeightsSize(schema: Schema, workload: StateWorkload, spec: DecayedWeightsSpec): Size {
  const { event, by, of } = spec
  const { entity, field, attribute } = keyPathParts(schema, event, of)
  const name = attribute?.split('.')[1] ?? field
  const isList = entity !== undefined && schema.entities[entity]?.[name]?.kind === 'categories'
  const draws = writesOf(workload, spec) * (isList ? LIST_LENGTH : 1)
  const pairs = keptPairs(schema, workload, { event, by: [by, of], draws, most: spec.pairs })
  const totals = placesOf(schema, workload, event, by)
  return sumOfSizes(
    columnSize(totals * 2, 8, SCATTERED),
    keptPairsSize(pairs, 2),
    columnSize(pairs.count * 2, 8, pairs),
  )
}

/** The last time of each key, or of each pair that is kept. */
export function lastTimeSize(schema: Schema, workload: StateWorkload, spec: LastTimeSpec): Size {
  const { event, by, skip } = spec
  const width = skip === 1 ? 16 : 8
  if (by.length === 1) return columnSize(placesOf(schema, workload, event, by[0]), width, SCATTERED)
  const pairs = keptPairs(schema, workload, { event, by, draws: writesOf(workload, spec), most: spec.pairs })
  return sumOfSizes(keptPairsSize(pairs, by.length), columnSize(pairs.count, width, pairs))
}

export function membershipSize(schema: Schema, workload: StateWorkload, spec: MembershipSpec): Size {
  const { event, by, of } = spec
  const pairs = keptPairs(schema, workload, { event, by: [by, of], draws: writesOf(workload, spec), most: spec.pairs })
  const signatures = columnSize(placesOf(schema, workload, event, by), SIGNATURE_BYTES, { ...SCATTERED, saved: 0 })
  return sumOfSizes(keptPairsSize(pairs, 2), signatures)
}

interface PairDraws {
  readonly event: string
  readonly by: readonly string[]
  readonly draws: number
  readonly most: number | undefined
}

/** How many pairs are held, and whether that is the declared number or one that is expected. */
interface KeptCount {
  readonly count: number
  readonly order: 'counted' | 'expected'
}

function keptPairs(schema: Schema, workload: StateWorkload, { event, by, draws, most }: PairDraws): KeptCount {
  const met = expectedDistinct(keyGroups(populationsOf(schema, workload, event, by)), draws)
  const kept = most ?? DEFAULT_KEPT_PAIRS
  return met > kept ? { count: kept, order: 'counted' } : { count: met, order: 'expected' }
}

/** A pair index with a bit a pair. */
function keptPairsSize({ count, order }: KeptCount, width: number): Size {
  return sumOfSizes(pairTableSize(count, width, order), columnSize(count / 32, 4, { order }))
}

/** An item and its time for each of the last `length`, for every key. */
export function sequenceSize(schema: Schema, workload: StateWorkload, spec: Omit<SequenceSpec, 'kind'>): Size {
  const keys = placesOf(schema, workload, spec.event, spec.by)
  const slots = keys * spec.length
  return sumOfSizes(columnSize(slots, 4, SCATTERED), columnSize(slots, 8, SCATTERED), columnSize(keys, 4, SCATTERED))
}

/** A weight for every item, in each group that ever met one, up to the newest item that it met. */
export function trendSize(schema: Schema, workload: StateWorkload, spec: TrendSpec): Size {
  const { event, of, by } = spec
  const items = placesOf(schema, workload, event, of)
  if (by === undefined) return columnSize(items, 8, SCATTERED)
  const groups = keyGroups([populationOf(schema, workload, event, by)])
  const met = keyGroups([populationOf(schema, workload, event, of)])
  const writes = writesOf(workload, spec)
  const sizes = Array.from(groups.keys, (keys, group) => {
    const different = expectedDistinct(met, writes * groups.shares[group]!)
    const size = columnSize((items * different) / (different + 1), 8, SCATTERED)
    return { reserved: size.reserved * keys, saved: size.saved * keys }
  })
  return sumOfSizes(...sizes)
}

/** The last items of every key, and for every item a row of those it was met with, bounded by `neighbours`. */
export function coVisitsSize(schema: Schema, workload: StateWorkload, spec: CoVisitsSpec): Size {
  const { event, by, of, length, neighbours = DEFAULT_NEIGHBOURS } = spec
  const items = keyGroups([populationOf(schema, workload, event, of)])
  const meetings = meetingsOf(schema, workload, spec)
  const neighboursOf = (group: number, progress: number) =>
    Math.min(neighbours, expectedDistinct(items, meetings * progress * 2 * items.shares[group]!))
  const rooms = { first: 4, holds: (capacity: number) => capacity * FULLEST_ROW }
  const slots = arenaEntries(items, neighboursOf, rooms)
  const saved = arenaEntries(items, neighboursOf, rooms, 1) * 2
  const rows = placesOf(schema, workload, event, of)
  return sumOfSizes(
    sequenceSize(schema, workload, { event, by, of, length }),
    columnSize(slots * 2, 4, { first: 1024, saved, ...EXPECTED }),
    columnSize(rows * 3, 4, { ...SCATTERED, saved: rows }),
    columnSize(rows * 2, 8, { ...SCATTERED, saved: rows }),
  )
}

/** How often two items are met together: once for each event and each of the last items that its key had by then. */
function meetingsOf(schema: Schema, workload: StateWorkload, spec: CoVisitsSpec): number {
  const keys = keyGroups([populationOf(schema, workload, spec.event, spec.by)])
  const writes = writesOf(workload, spec)
  const { length } = spec
  return keys.keys.reduce((sum, count, group) => {
    const events = writes * keys.shares[group]!
    const met = events <= length ? (events * events) / 2 : length * events - (length * length) / 2
    return sum + count * met
  }, 0)
}

export function setTimesSize(workload: StateWorkload, spec: SetTimesSpec): Size {
  return columnSize(workload.entities[spec.event] ?? 0, 8)
}
