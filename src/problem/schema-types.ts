import type { Field } from './field.ts'
import type { Schema } from './schema.ts'

/** Names of the events of a schema. */
export type EventName<S extends Schema> = keyof S['events'] & string
/** Names of the entities of a schema. */
export type EntityName<S extends Schema> = keyof S['entities'] & string
/** Names of the fields of one event. */
export type FieldName<S extends Schema, E extends EventName<S>> = keyof S['events'][E] & string

/** Fields of an event that have one of the given kinds. */
export type FieldOfKind<S extends Schema, E extends EventName<S>, Kind> = {
  [F in FieldName<S, E>]: S['events'][E][F] extends Field<infer K> ? (K extends Kind ? F : never) : never
}[FieldName<S, E>]

/** `'video.title'`: an entity and one of its attributes. */
export type AttributePath<S extends Schema, Kind = unknown> = {
  [N in EntityName<S>]: {
    [A in keyof S['entities'][N] & string]: S['entities'][N][A] extends Field<infer K>
      ? K extends Kind
        ? `${N}.${A}`
        : never
      : never
  }[keyof S['entities'][N] & string]
}[EntityName<S>]

/** The entity that a reference field of an event points to. */
export type ReferencedEntity<S extends Schema, E extends EventName<S>, F extends string> =
  F extends FieldName<S, E>
    ? S['events'][E][F] extends Field<'reference', boolean, infer Entity>
      ? Entity
      : never
    : never

/**
 * What an event can be grouped by: one of its references or categories (`'user'`), or a category of an entity it
 * refers to (`'video.creator'`, where `video` is the field of the event).
 */
export type KeyPath<S extends Schema, E extends EventName<S>> =
  | FieldOfKind<S, E, 'reference' | 'category'>
  | ReferencedAttribute<S, E, 'category' | 'categories'>

/** `'video.genres'`: a reference field of the event and an attribute of one of the given kinds of its entity. */
export type ReferencedAttribute<S extends Schema, E extends EventName<S>, Kind> = {
  [F in FieldOfKind<S, E, 'reference'>]: ReferencedEntity<S, E, F> extends infer Entity extends EntityName<S>
    ? {
        [A in keyof S['entities'][Entity] & string]: S['entities'][Entity][A] extends Field<infer K>
          ? K extends Kind
            ? `${F}.${A}`
            : never
          : never
      }[keyof S['entities'][Entity] & string]
    : never
}[FieldOfKind<S, E, 'reference'>]

/** The value of a field in TypeScript. */
export type ValueOf<F> =
  F extends Field<infer Kind>
    ? Kind extends 'text' | 'category' | 'reference' | 'identifier'
      ? string
      : Kind extends 'categories'
        ? readonly string[]
        : Kind extends 'boolean'
          ? boolean
          : number
    : never
