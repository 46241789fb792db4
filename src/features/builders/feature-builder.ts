import type { Duration } from '../../foundation/index.ts'
import type {
  AttributePath,
  ConditionOn,
  EventName,
  FieldOfKind,
  KeyPath,
  ReferencedAttribute,
  Schema,
} from '../../problem/index.ts'
import type { Feature, ScalarFeature } from '../feature.ts'
import {
  daysSinceAttribute,
  type NumericAttribute,
  numericAttribute,
  oneOfCategories,
  sameCategory,
  timeFeature,
} from './attribute-features.ts'
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
import { ratioFeature, type WindowOptions, windowedFeature } from './windowed.ts'

interface Where<S extends Schema, E extends EventName<S>> {
  /** Only events that satisfy it are counted. */
  readonly where?: ConditionOn<S, E>
}

interface Keyed<S extends Schema, E extends EventName<S>> extends Where<S, E> {
  /** One key, or a pair of keys, of the event. */
  readonly by: KeyPath<S, E> | readonly [KeyPath<S, E>, KeyPath<S, E>]
}

/** The vocabulary of {@link defineFeatures}, typed by a schema. Windows are half-open: (t - window, t]. */
export interface FeatureBuilder<S extends Schema> {
  /** Static: a number or boolean that an entity has. */
  attribute(path: AttributePath<S, 'number' | 'integer' | 'boolean'>): NumericAttribute
  /** Static: days since a timestamp that an entity has. */
  daysSince(path: AttributePath<S, 'timestamp'>): ScalarFeature
  /** Static: whether two entities share a category, such as country and language. */
  same(first: AttributePath<S, 'category'>, second: AttributePath<S, 'category'>): ScalarFeature
  /** Static: one column for each listed value. */
  oneOf(path: AttributePath<S, 'category' | 'categories'>, values: readonly string[]): Feature
  /** Dynamic: number of events in a window. */
  count<E extends EventName<S>>(event: E, options: Keyed<S, E> & { window: Duration }): ScalarFeature
  /** Dynamic: number of events in each window. */
  counts<E extends EventName<S>>(event: E, options: Keyed<S, E> & { windows: readonly Duration[] }): Feature
  /** Dynamic: sum of a numeric field in a window. */
  sum<E extends EventName<S>>(
    event: E,
    field: FieldOfKind<S, E, 'number' | 'integer'>,
    options: Keyed<S, E> & { window: Duration },
  ): ScalarFeature
  /** Dynamic: (numerator + prior[0]) / (denominator + prior[1]). */
  ratio(
    numerator: ScalarFeature,
    denominator: ScalarFeature,
    options: { prior: readonly [number, number] },
  ): ScalarFeature
  /** Dynamic: the share of a key's decayed activity that went to the candidate's categories. */
  affinity<E extends EventName<S>>(
    event: E,
    options: Where<S, E> & {
      by: KeyPath<S, E>
      of: FieldOfKind<S, E, 'category'> | ReferencedAttribute<S, E, 'category' | 'categories'>
      halfLife: Duration
    },
  ): ScalarFeature
  /** Dynamic: hours since a key was last seen. */
  sinceLast<E extends EventName<S>>(event: E, options: Keyed<S, E>): ScalarFeature
  /** Dynamic: the share of the last `length` items that have something in common with the candidate. */
  recentShare<E extends EventName<S>>(
    event: E,
    options: Where<S, E> & {
      by: KeyPath<S, E>
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
    },
  ): ScalarFeature
  /** Dynamic: decayed number of events of the candidate, overall or within the request's group. */
  trend<E extends EventName<S>>(
    event: E,
    options: Where<S, E> & { of: FieldOfKind<S, E, 'reference'>; by?: KeyPath<S, E>; halfLife: Duration },
  ): ScalarFeature
  /** Hours since midnight UTC, in [0, 24). */
  hourOfDay(): ScalarFeature
  /** 0 for Monday to 6 for Sunday, UTC. */
  dayOfWeek(): ScalarFeature
}

type Untyped = Record<keyof FeatureBuilder<Schema>, unknown>
type Windowed = Omit<WindowOptions, 'windows'> & { window: Duration }

/** The implementation, which checks by itself what the compiler checks for TypeScript callers. */
export function featureBuilder<S extends Schema>(schema: S): FeatureBuilder<S> {
  const windowed = (event: string, { window, ...options }: Windowed) =>
    windowedFeature(schema, event, { ...options, windows: [window] })
  const builder = {
    attribute: (path: string) => numericAttribute(schema, path),
    daysSince: (path: string) => daysSinceAttribute(schema, path),
    same: (first: string, second: string) => sameCategory(schema, first, second),
    oneOf: (path: string, values: readonly string[]) => oneOfCategories(schema, path, values),
    count: (event: string, options: Windowed) => windowed(event, options),
    counts: (event: string, options: WindowOptions) => windowedFeature(schema, event, options),
    sum: (event: string, value: string, options: Windowed) => windowed(event, { ...options, value }),
    ratio: (above: ScalarFeature, below: ScalarFeature, options: { prior: readonly [number, number] }) =>
      ratioFeature(above, below, options.prior),
    affinity: (event: string, options: AffinityOptions) => affinityFeature(schema, event, options),
    sinceLast: (event: string, options: SinceLastOptions) => sinceLastFeature(schema, event, options),
    recentShare: (event: string, options: RecentShareOptions) => recentShareFeature(schema, event, options),
    closeness: (event: string, options: ClosenessOptions) => closenessFeature(schema, event, options),
    trend: (event: string, options: TrendOptions) => trendFeature(schema, event, options),
    hourOfDay: () => timeFeature('hour-of-day'),
    dayOfWeek: () => timeFeature('day-of-week'),
  } satisfies Untyped
  return builder as unknown as FeatureBuilder<S>
}
