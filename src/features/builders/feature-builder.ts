import type { Duration } from '../../foundation/index.ts'
import type { AttributePath, EventName, FieldOfKind, ReferencedAttribute, Schema } from '../../problem/index.ts'
import type { Feature, ScalarFeature } from '../feature.ts'
import {
  daysSinceAttribute,
  type FreshAttribute,
  type NumericAttribute,
  numericAttribute,
  oneOfCategories,
  sameCategory,
  timeFeature,
} from './attribute-features.ts'
import { eventFaults } from './checks.ts'
import { eventNumber, eventOneOf } from './event-features.ts'
import type { FreshnessOptions } from './freshness.ts'
import {
  type AffinityOptions,
  affinityFeature,
  type ClosenessOptions,
  closenessFeature,
  type RecentShareOptions,
  recentShareFeature,
  type SinceLastOptions,
  sinceLastFeature,
  type TrendOptions,
  trendFeature,
} from './history-features.ts'
import type { Keyed, ReadableKey, Where } from './keyed.ts'
import { type LinksOptions, linksFeature } from './link-features.ts'
import { type OptionKind, optionFaults } from './option-faults.ts'
import { type WindowBuilder, windowBuilder } from './window-builder.ts'
import { ratioFeature } from './windowed.ts'

/** For what no window bounds: what is remembered of pairs of keys. */
interface Kept {
  /**
   * How many pairs are remembered at most, 5,000,000 when it is not said. Beyond it a new pair takes the place of one
   * that was not written of late, which then reads as never seen; `sluice doctor --size` tells what they take.
   */
  readonly keep?: { readonly pairs: number }
}

/** The vocabulary of {@link defineFeatures}, typed by a schema. Those of time are in the windows of {@link WindowBuilder}. */
export interface FeatureBuilder<S extends Schema> extends WindowBuilder<S> {
  /** Static: a number or boolean that an entity has. */
  attribute(path: AttributePath<S, 'number' | 'integer' | 'boolean'>): NumericAttribute
  /**
   * With `freshness`, here and in the other static features: a value that was set longer ago than that is `NaN`, and a
   * second column, `<name>.stale`, is 1 for such a value, 0 for a fresh one and `NaN` for one that was never set.
   */
  attribute(path: AttributePath<S, 'number' | 'integer' | 'boolean'>, options: FreshnessOptions): FreshAttribute
  /** Static: days since a timestamp that an entity has. */
  daysSince(path: AttributePath<S, 'timestamp'>): ScalarFeature
  daysSince(path: AttributePath<S, 'timestamp'>, options: FreshnessOptions): Feature
  /** Static: whether two entities share a category, such as country and language. */
  same(first: AttributePath<S, 'category'>, second: AttributePath<S, 'category'>): ScalarFeature
  same(first: AttributePath<S, 'category'>, second: AttributePath<S, 'category'>, options: FreshnessOptions): Feature
  /** Static: one column for each listed value. */
  oneOf(
    path: AttributePath<S, 'category' | 'categories'>,
    values: readonly string[],
    options?: FreshnessOptions,
  ): Feature
  /** A number of the event that is scored, such as the amount of a payment; `NaN` when no event is scored. */
  field<E extends EventName<S>>(event: E, field: FieldOfKind<S, E, 'number' | 'integer' | 'boolean'>): ScalarFeature
  /** One column for each listed value of a category of the event that is scored. */
  fieldOneOf<E extends EventName<S>>(event: E, field: FieldOfKind<S, E, 'category'>, values: readonly string[]): Feature
  /** Dynamic: (numerator + prior[0]) / (denominator + prior[1]). */
  ratio(
    numerator: ScalarFeature,
    denominator: ScalarFeature,
    options: { prior: readonly [number, number] },
  ): ScalarFeature
  /** Dynamic: the share of a key's decayed activity that went to the candidate's categories. */
  affinity<E extends EventName<S>>(
    event: E,
    options: Where<S, E> &
      Kept & {
        by: ReadableKey<S, E>
        of: ReferencedAttribute<S, E, 'category' | 'categories'>
        halfLife: Duration
      },
  ): ScalarFeature
  /**
   * Dynamic: hours since a key was last seen. One key is never forgotten; pairs and triples are as `keep` says. With
   * `skip: 1` the newest event does not count: where an event is scored, that is the time since the one before it.
   */
  sinceLast<E extends EventName<S>>(event: E, options: Keyed<S, E> & Kept & { readonly skip?: 1 }): ScalarFeature
  /** Dynamic: the share of the last `length` items that have something in common with the candidate. */
  recentShare<E extends EventName<S>>(
    event: E,
    options: Where<S, E> & {
      by: ReadableKey<S, E>
      of: FieldOfKind<S, E, 'reference'>
      path: ReferencedAttribute<S, E, 'category' | 'categories'>
      length: number
    },
  ): ScalarFeature
  /** Dynamic: closeness of the candidate to the last `length` items, by live co-visitation. */
  closeness<E extends EventName<S>>(
    event: E,
    options: Where<S, E> & {
      by: FieldOfKind<S, E, 'reference'>
      of: FieldOfKind<S, E, 'reference'>
      length: number
      shrinkage?: number
      /** With how many others an item is remembered, 2,000 when it is not said; beyond it the weaker half is forgotten. */
      keep?: { readonly neighbours: number }
    },
  ): ScalarFeature
  /** Dynamic: decayed number of events of the candidate, overall or within the request's group. */
  trend<E extends EventName<S>>(
    event: E,
    options: Where<S, E> & { of: FieldOfKind<S, E, 'reference'>; by?: ReadableKey<S, E>; halfLife: Duration },
  ): ScalarFeature
  /**
   * Dynamic: what a key is linked with. Keys that used the same node, such as cards the same device, within the window
   * are linked, and so are those linked with them. Columns: `size`, members with the key itself, at most `most` (200);
   * `score`, the sum over the other members of 2^(-age / halfLife), a way being as old as the oldest last use on it;
   * `shared`, nodes that two members or more used; `degree`, members that share a node with the key itself; `close`,
   * those that share two nodes or more with it.
   */
  links<E extends EventName<S>>(
    event: E,
    options: Where<S, E> & {
      by: FieldOfKind<S, E, 'reference'>
      through: readonly FieldOfKind<S, E, 'reference' | 'category'>[]
      window: Duration
      halfLife: Duration
      most?: number
      /** A node that more different keys used in the window is public and links nobody; 60 when it is not said. */
      hub?: number
      /** How many nodes of a key are remembered, the newest; 16 when it is not said. */
      keep?: { readonly nodes: number }
    },
  ): Feature
  /** Hours since midnight UTC, in [0, 24). */
  hourOfDay(): ScalarFeature
  /** 0 for Monday to 6 for Sunday, UTC. */
  dayOfWeek(): ScalarFeature
}

type Untyped = Record<keyof FeatureBuilder<Schema>, unknown>
type Kinds = Readonly<Record<string, OptionKind | `${OptionKind}?`>>

/** The implementation, which checks by itself what the compiler checks for TypeScript callers. */
export function featureBuilder<S extends Schema>(schema: S): FeatureBuilder<S> {
  /** A builder whose options are looked at before they are read. */
  const checked =
    <Options extends object>(kinds: Kinds, define: (event: string, options: Options) => Feature) =>
    (event: string, options: Options): Feature => {
      const faults = optionFaults(options, { where: 'condition?', ...kinds })
      return faults.length === 0 ? define(event, options) : faulty([...eventFaults(schema, event), ...faults])
    }
  const builder = {
    attribute: (path: string, options?: FreshnessOptions) => numericAttribute(schema, String(path), options),
    daysSince: (path: string, options?: FreshnessOptions) => daysSinceAttribute(schema, String(path), options),
    same: (first: string, second: string, options?: FreshnessOptions) =>
      sameCategory(schema, String(first), String(second), options),
    oneOf: (path: string, values: readonly string[], options?: FreshnessOptions) => {
      const faults = optionFaults({ values }, { values: 'names' })
      return faults.length === 0 ? oneOfCategories(schema, String(path), values, options) : faulty(faults)
    },
    ...windowBuilder(schema, checked),
    field: (event: string, field: string) => eventNumber(schema, String(event), String(field)),
    fieldOneOf: (event: string, field: string, values: readonly string[]) => {
      const faults = optionFaults({ values }, { values: 'names' })
      return faults.length === 0 ? eventOneOf(schema, String(event), String(field), values) : faulty(faults)
    },
    ratio: (above: ScalarFeature, below: ScalarFeature, options: { prior: readonly [number, number] }) => {
      const faults = optionFaults(options, { prior: 'pair' })
      for (const part of [above, below]) if (part?.columns?.length !== 1) faults.push('expected features of one column')
      return faults.length === 0
        ? ratioFeature(above, below, options.prior)
        : faulty([...(above?.faults ?? []), ...(below?.faults ?? []), ...faults])
    },
    affinity: checked<AffinityOptions>(
      { by: 'name', of: 'name', halfLife: 'duration', keep: 'keep?' },
      (event, options) => affinityFeature(schema, event, options),
    ),
    sinceLast: checked<SinceLastOptions>({ by: 'key', keep: 'keep?', skip: 'one?' }, (event, options) =>
      sinceLastFeature(schema, event, options),
    ),
    recentShare: checked<RecentShareOptions>(
      { by: 'name', of: 'name', path: 'name', length: 'length up to 1000' },
      (event, options) => recentShareFeature(schema, event, options),
    ),
    closeness: checked<ClosenessOptions>(
      { by: 'name', of: 'name', length: 'length up to 100', shrinkage: 'at least 0?', keep: 'neighbours?' },
      (event, options) => closenessFeature(schema, event, options),
    ),
    trend: checked<TrendOptions>({ of: 'name', by: 'name?', halfLife: 'duration' }, (event, options) =>
      trendFeature(schema, event, options),
    ),
    links: checked<LinksOptions>(
      {
        by: 'name',
        through: 'names',
        window: 'duration',
        halfLife: 'duration',
        most: 'members?',
        hub: 'members?',
        keep: 'nodes?',
      },
      (event, options) => linksFeature(schema, event, options),
    ),
    hourOfDay: () => timeFeature('hour-of-day'),
    dayOfWeek: () => timeFeature('day-of-week'),
  } satisfies Untyped
  return builder as unknown as FeatureBuilder<S>
}

/** What stands for a feature that cannot be built, until its faults are thrown. */
function faulty(faults: readonly string[]): ScalarFeature {
  const open = () => () => Number.NaN
  return { spec: null, aggregates: [], columns: [{ suffix: '', entities: [], open }], faults }
}
