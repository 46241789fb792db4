import { type Duration, durationMs, HOUR_MS } from '../../foundation/index.ts'
import type { Condition, Schema } from '../../problem/index.ts'
import type { AggregateSpec, DecayedWeightsSpec, KeyPaths, SequenceSpec, TrendSpec } from '../aggregates/aggregate.ts'
import type { Column, ColumnReader, ScalarFeature } from '../feature.ts'
import type { FeatureState } from '../feature-state.ts'
import { compileRunKey, type RunReader } from '../item-run.ts'
import { compileRequestKey, compileRequestKeys, pathEntity } from '../request-frame.ts'
import { rowByRow } from '../row-by-row.ts'
import { compileRunLists, slotOfPath } from '../run-lists.ts'
import { eventFaults, keyPathFaults } from './checks.ts'
import { MetCategories } from './met-categories.ts'

const KEY_KINDS = ['category']
const LIST_KINDS = ['category', 'categories']

interface Where {
  readonly where?: Condition | undefined
}

interface Kept extends Where {
  /** How many pairs of keys are remembered at most; 5,000,000 when it is not said. */
  readonly keep?: { readonly pairs: number } | undefined
}

export interface AffinityOptions extends Kept {
  readonly by: string
  readonly of: string
  readonly halfLife: Duration
}

export interface SinceLastOptions extends Kept {
  readonly by: string | KeyPaths
  readonly skip?: 1 | undefined
}

export interface RecentShareOptions extends Where {
  readonly by: string
  readonly of: string
  readonly length: number
  readonly path: string
}

export interface ClosenessOptions extends Where {
  readonly by: string
  readonly of: string
  readonly length: number
  readonly shrinkage?: number | undefined
  /** With how many others each item is remembered at most; 2,000 when it is not said. */
  readonly keep?: { readonly neighbours: number } | undefined
}

export interface TrendOptions extends Where {
  readonly of: string
  readonly by?: string | undefined
  readonly halfLife: Duration
}

function scalar(
  definition: { kind: string; aggregate: AggregateSpec; faults: readonly string[]; extra?: unknown },
  column: Omit<Column, 'suffix'>,
): ScalarFeature {
  const { kind, aggregate, faults, extra } = definition
  return { spec: { kind, aggregate, extra }, aggregates: [aggregate], columns: [{ suffix: '', ...column }], faults }
}

/**
 * How much of a key's decayed activity went to the categories of the candidate: the mean over them of
 * weight(category) / total, in [0, 1]; `NaN` for a key without activity or a candidate without categories.
 */
export function affinityFeature(schema: Schema, event: string, options: AffinityOptions): ScalarFeature {
  const { by, of, halfLife, where, keep } = options
  const halfLifeMs = durationMs(halfLife)
  const aggregate = { kind: 'decayed-weights', event, where, by, of, halfLifeMs, pairs: keep?.pairs } as const
  const faults = [
    ...eventFaults(schema, event, where),
    ...keyPathFaults(schema, event, by, KEY_KINDS),
    ...keyPathFaults(schema, event, of, LIST_KINDS),
  ]
  const column: AffinityColumn = { schema, aggregate }
  return scalar(
    { kind: 'affinity', aggregate, faults },
    {
      entities: [pathEntity(schema, event, by), pathEntity(schema, event, of)],
      open: (state) => readAffinity(column, state),
      openRun: (state) => readAffinityOfRun(column, state),
    },
  )
}

interface AffinityColumn {
  readonly schema: Schema
  readonly aggregate: DecayedWeightsSpec
}

function readAffinity({ schema, aggregate }: AffinityColumn, state: FeatureState): ColumnReader {
  const { event, by, of } = aggregate
  const weights = state.aggregate<'decayed-weights'>(aggregate)
  const key = compileRequestKey(schema, state.attributes, event, by)
  const categories = compileRequestKeys(schema, state.attributes, event, of)
  return (frame) => {
    const subject = key(frame)
    const total = weights.total(subject, frame.at)
    const list = categories(frame)
    let sum = 0
    for (let index = 0; index < list.length; index++) sum += weights.weight(subject, list[index]!, frame.at)
    return total === 0 || list.length === 0 ? Number.NaN : sum / (list.length * total)
  }
}

function readAffinityOfRun(column: AffinityColumn, state: FeatureState): RunReader {
  const { schema, aggregate } = column
  const { event, by, of } = aggregate
  const oneByOne = rowByRow(readAffinity(column, state))
  const slot = slotOfPath(schema, event, of)
  if (!of.includes('.') || slotOfPath(schema, event, by) === slot) return oneByOne
  const weights = state.aggregate<'decayed-weights'>(aggregate)
  const key = compileRequestKey(schema, state.attributes, event, by)
  const lists = compileRunLists(schema, state.attributes, event, of)
  let values = new Float64Array(1024)
  return (frame, run, target) => {
    if (run.slot !== slot) {
      oneByOne(frame, run, target)
      return
    }
    const subject = key(frame)
    const total = weights.total(subject, frame.at)
    const { starts, numbers } = lists(run)
    const count = starts[run.items.length]!
    if (count > values.length) values = new Float64Array(2 * count)
    weights.weights(subject, { categories: numbers, count }, frame.at, values)
    const { values: out, start, stride } = target
    for (let each = 0, to = start; each < run.items.length; each++, to += stride) {
      const [from, end] = [starts[each]!, starts[each + 1]!]
      let sum = 0
      for (let index = from; index < end; index++) sum += values[index]!
      out[to] = total === 0 || from === end ? Number.NaN : sum / ((end - from) * total)
    }
  }
}

/**
 * Hours since a key was last seen, or seen before that with `skip`; `NaN` when it never was, or is a pair that is
 * forgotten.
 */
export function sinceLastFeature(schema: Schema, event: string, options: SinceLastOptions): ScalarFeature {
  const { where, keep, skip } = options
  const by: KeyPaths = typeof options.by === 'string' ? [options.by] : options.by
  const aggregate = { kind: 'last-time', event, where, by, pairs: keep?.pairs, skip } as const
  const faults = [
    ...(keep !== undefined && by.length === 1 ? ['keep: expected none, one key is never forgotten; leave it out'] : []),
    ...eventFaults(schema, event, options.where),
    ...by.flatMap((path) => keyPathFaults(schema, event, path, KEY_KINDS)),
  ]
  return scalar(
    { kind: 'since-last', aggregate, faults },
    {
      entities: by.map((path) => pathEntity(schema, event, path)),
      open(state) {
        const elapsed = state.aggregate<'last-time'>(aggregate).elapsed()
        return (frame) => elapsed(frame) / HOUR_MS
      },
      openRun: (state) => state.aggregate<'last-time'>(aggregate).runElapsed(HOUR_MS),
    },
  )
}

/**
 * The share of a key's last items that have a category in common with the candidate, in [0, 1]; `NaN` for a key
 * without items. `path` is an attribute of the items.
 */
export function recentShareFeature(schema: Schema, event: string, options: RecentShareOptions): ScalarFeature {
  const { by, of, length, path, where } = options
  const aggregate: SequenceSpec = { kind: 'sequence', event, where, by, of, length }
  const attribute = `${pathEntity(schema, event, of)}.${path.split('.')[1]}`
  const faults = [
    ...eventFaults(schema, event, where),
    ...keyPathFaults(schema, event, by, KEY_KINDS),
    ...keyPathFaults(schema, event, path, LIST_KINDS),
    ...keyPathFaults(schema, event, of, KEY_KINDS),
    ...(path.startsWith(`${of}.`) ? [] : [`path: expected an attribute of ${of}, got ${path}`]),
  ]
  return scalar(
    { kind: 'recent-share', aggregate, faults, extra: path },
    {
      entities: [pathEntity(schema, event, by), pathEntity(schema, event, of)],
      open: (state) => readRecentShare({ schema, aggregate, path, attribute }, state),
      openRun: (state) => readRecentShareOfRun({ schema, aggregate, path, attribute }, state),
    },
  )
}

interface RecentShareColumn {
  readonly schema: Schema
  readonly aggregate: SequenceSpec
  /** Of a candidate, as the event names it, and of any item. */
  readonly path: string
  readonly attribute: string
}

function readRecentShare(column: RecentShareColumn, state: FeatureState): ColumnReader {
  const { schema, aggregate, path } = column
  const { event, by } = aggregate
  const sequence = state.aggregate<'sequence'>(aggregate)
  const key = compileRequestKey(schema, state.attributes, event, by)
  const candidate = compileRequestKeys(schema, state.attributes, event, path)
  const met = openMetCategories(column, state)
  return (frame) => {
    const subject = key(frame)
    const size = sequence.size(subject)
    return size === 0 ? Number.NaN : met.shared(subject, candidate(frame)) / size
  }
}

function readRecentShareOfRun(column: RecentShareColumn, state: FeatureState): RunReader {
  const { schema, aggregate, path } = column
  const { event, by } = aggregate
  const oneByOne = rowByRow(readRecentShare(column, state))
  const slot = slotOfPath(schema, event, path)
  if (slotOfPath(schema, event, by) === slot) return oneByOne
  const sequence = state.aggregate<'sequence'>(aggregate)
  const key = compileRequestKey(schema, state.attributes, event, by)
  const lists = compileRunLists(schema, state.attributes, event, path)
  const met = openMetCategories(column, state)
  return (frame, run, target) => {
    if (run.slot !== slot) {
      oneByOne(frame, run, target)
      return
    }
    const subject = key(frame)
    const size = sequence.size(subject)
    const { starts, numbers } = lists(run)
    const { values, start, stride } = target
    for (let each = 0, to = start; each < run.items.length; each++, to += stride) {
      values[to] = size === 0 ? Number.NaN : met.shared(subject, numbers, starts[each], starts[each + 1]) / size
    }
  }
}

function openMetCategories({ schema, aggregate, attribute }: RecentShareColumn, state: FeatureState): MetCategories {
  const { event, of } = aggregate
  const sequence = state.aggregate<'sequence'>(aggregate)
  return new MetCategories(sequence, state.attributes.categoryListReader(attribute), () =>
    state.attributes.revision(pathEntity(schema, event, of)),
  )
}

/**
 * How close the candidate is to what the key met lately, by live co-visitation: a sum of shrunk cosines over its
 * last items; `NaN` for a key without history.
 */
export function closenessFeature(schema: Schema, event: string, options: ClosenessOptions): ScalarFeature {
  const { by, of, length, where, shrinkage = 5, keep } = options
  const aggregate = { kind: 'co-visits', event, where, by, of, length, neighbours: keep?.neighbours } as const
  const faults = [
    ...eventFaults(schema, event, where),
    ...keyPathFaults(schema, event, by, KEY_KINDS),
    ...keyPathFaults(schema, event, of, KEY_KINDS),
  ]
  return scalar(
    { kind: 'closeness', aggregate, faults, extra: shrinkage },
    {
      entities: [pathEntity(schema, event, by), pathEntity(schema, event, of)],
      open(state) {
        const visits = state.aggregate<'co-visits'>(aggregate)
        const key = compileRequestKey(schema, state.attributes, event, by)
        const item = compileRequestKey(schema, state.attributes, event, of)
        return (frame) => {
          const subject = key(frame)
          return visits.historySize(subject) === 0 ? Number.NaN : visits.closeness(subject, item(frame), shrinkage)
        }
      },
    },
  )
}

/** The decayed number of events of an item, overall or in the group of the request. */
export function trendFeature(schema: Schema, event: string, options: TrendOptions): ScalarFeature {
  const { of, by, halfLife, where } = options
  const aggregate = { kind: 'trend', event, where, of, by, halfLifeMs: durationMs(halfLife) } as const
  const faults = [
    ...eventFaults(schema, event, where),
    ...[of, ...(by === undefined ? [] : [by])].flatMap((path) => keyPathFaults(schema, event, path, KEY_KINDS)),
  ]
  return scalar(
    { kind: 'trend', aggregate, faults },
    {
      entities: [of, ...(by === undefined ? [] : [by])].map((path) => pathEntity(schema, event, path)),
      open: (state) => readTrend(schema, aggregate, state),
      openRun: (state) => readTrendOfRun(schema, aggregate, state),
    },
  )
}

function readTrend(schema: Schema, aggregate: TrendSpec, state: FeatureState): ColumnReader {
  const { event, of, by } = aggregate
  const trend = state.aggregate<'trend'>(aggregate)
  const item = compileRequestKey(schema, state.attributes, event, of)
  const group = by === undefined ? () => 0 : compileRequestKey(schema, state.attributes, event, by)
  return (frame) => trend.count(item(frame), frame.at, group(frame))
}

function readTrendOfRun(schema: Schema, aggregate: TrendSpec, state: FeatureState): RunReader {
  const { event, of, by } = aggregate
  const oneByOne = rowByRow(readTrend(schema, aggregate, state))
  const trend = state.aggregate<'trend'>(aggregate)
  const keys = compileRunKey(schema, state.attributes, event, of)
  const group = by === undefined ? () => 0 : compileRequestKey(schema, state.attributes, event, by)
  const groupSlot = by === undefined ? -1 : slotOfPath(schema, event, by)
  return (frame, run, target) => {
    // One group speaks for all items only when it is not the items' own.
    if (run.slot === groupSlot) {
      oneByOne(frame, run, target)
      return
    }
    const counts = trend.counts(keys(frame, run).subarray(0, run.items.length), frame.at, group(frame))
    const { values, start, stride } = target
    for (let each = 0, to = start; each < counts.length; each++, to += stride) values[to] = counts[each]!
  }
}
