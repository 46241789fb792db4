import type { ConditionOn, EventName, FieldOfKind, ReferencedAttribute, Schema } from '../../problem/index.ts'

/**
 * What a feature can be grouped by: a reference of the event (`user`), or a category of the entity it refers to
 * (`video.creator`). An event's own category is none: a request names entities, so it could never be read.
 */
export type ReadableKey<S extends Schema, E extends EventName<S>> =
  | FieldOfKind<S, E, 'reference'>
  | ReferencedAttribute<S, E, 'category'>

export interface Where<S extends Schema, E extends EventName<S>> {
  /** Only events that satisfy it are counted. */
  readonly where?: ConditionOn<S, E>
}

export interface Keyed<S extends Schema, E extends EventName<S>> extends Where<S, E> {
  /** One key of the event, or two or three that count together. */
  readonly by:
    | ReadableKey<S, E>
    | readonly [ReadableKey<S, E>, ReadableKey<S, E>]
    | readonly [ReadableKey<S, E>, ReadableKey<S, E>, ReadableKey<S, E>]
}
