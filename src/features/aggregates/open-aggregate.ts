import { contentHash } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import type { Aggregate, AggregateOptions, AggregateSpec } from './aggregate.ts'
import { CoVisits } from './co-visits.ts'
import { DecayedWeights } from './decayed-weights.ts'
import { Distinct } from './distinct.ts'
import { Extreme } from './extreme.ts'
import { LastTime } from './last-time.ts'
import { Links } from './links.ts'
import { Membership } from './membership.ts'
import { Quantiles } from './quantiles.ts'
import { Sequence } from './sequence.ts'
import { Series } from './series.ts'
import { SetTimes } from './set-times.ts'
import { TileTotals } from './tile-totals.ts'
import { Trend } from './trend.ts'

/** The class behind each kind of spec. */
export interface AggregateByKind {
  series: Series
  'tile-totals': TileTotals
  extreme: Extreme
  distinct: Distinct
  quantiles: Quantiles
  'decayed-weights': DecayedWeights
  'last-time': LastTime
  sequence: Sequence
  membership: Membership
  trend: Trend
  'co-visits': CoVisits
  links: Links
  'set-times': SetTimes
}

export function openAggregate(
  spec: AggregateSpec,
  schema: Schema,
  store: AttributeStore,
  options: AggregateOptions,
): Aggregate {
  switch (spec.kind) {
    case 'series':
      return new Series(spec, schema, store, options)
    case 'tile-totals':
      return new TileTotals(spec, schema, store, options)
    case 'extreme':
      return new Extreme(spec, schema, store, options)
    case 'distinct':
      return new Distinct(spec, schema, store, options)
    case 'quantiles':
      return new Quantiles(spec, schema, store, options)
    case 'decayed-weights':
      return new DecayedWeights(spec, schema, store)
    case 'last-time':
      return new LastTime(spec, schema, store)
    case 'sequence':
      return new Sequence(spec, schema, store)
    case 'membership':
      return new Membership(spec, schema, store)
    case 'trend':
      return new Trend(spec, schema, store)
    case 'co-visits':
      return new CoVisits(spec, schema, store)
    case 'links':
      return new Links(spec, schema, store, options)
    case 'set-times':
      return new SetTimes(spec, store)
  }
}

/** How long a window is kept; 0 for aggregates without one. */
export function windowOf(spec: AggregateSpec): number {
  return 'windowMs' in spec ? spec.windowMs : 0
}

/** The fields of its event that an aggregate takes keys from. */
export function keyFieldsOf(spec: AggregateSpec): string[] {
  if (spec.kind === 'set-times') return []
  const by = typeof spec.by === 'object' ? spec.by : [spec.by ?? '']
  const through = 'through' in spec ? spec.through : []
  return [...by, ...through, 'of' in spec ? spec.of : '']
    .map((path) => path.split('.')[0] ?? '')
    .filter((field) => field !== '')
}

/** The field of its event that an aggregate takes a value from. */
export function valueFieldOf(spec: AggregateSpec): string | undefined {
  return 'value' in spec ? spec.value : undefined
}

/** Whether an aggregate tells values apart as texts, instead of reading them as numbers. */
export function hashesValue(spec: AggregateSpec): boolean {
  return spec.kind === 'distinct'
}

/** Specs with the same identity share one state: two windows over the same events differ in length alone. */
export function aggregateIdentity(spec: AggregateSpec): string {
  return contentHash('windowMs' in spec ? { ...spec, windowMs: 0 } : spec)
}

/** One spec an identity, each kept as long as its longest window, in the order of first appearance. */
export function mergeAggregates(specs: readonly AggregateSpec[]): Map<string, AggregateSpec> {
  const merged = new Map<string, AggregateSpec>()
  for (const spec of specs) {
    const identity = aggregateIdentity(spec)
    const known = merged.get(identity)
    if (!known || !('windowMs' in known)) merged.set(identity, known ?? spec)
    else merged.set(identity, { ...known, windowMs: Math.max(known.windowMs, windowOf(spec)) })
  }
  return merged
}
