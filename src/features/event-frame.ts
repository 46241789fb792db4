import type { EventRecord } from '../data/index.ts'
import type { Schema } from '../problem/index.ts'
import type { AttributeStore } from './attribute-store.ts'

/** One event on its way through the aggregates, its references and categories already numbered. Reused. */
export interface EventFrame {
  record: EventRecord
  at: number
  /** The number of each reference or category field, by the field's place in {@link keyFields}; -1 when absent. */
  readonly keys: Int32Array
}

/** The fields of an event that a key can start from, by name: numbering must not hang on the order of declaration. */
export function keyFields(schema: Schema, event: string): string[] {
  return Object.entries(schema.events[event] ?? {})
    .filter(([, spec]) => ['reference', 'category', 'identifier'].includes(spec.kind))
    .map(([name]) => name)
    .sort()
}

/** Reads the key, or the keys, that an event has under a path such as `user`, `video.creator` or `video.genres`. */
export type EventKey = (frame: EventFrame) => number
export type EventKeys = (frame: EventFrame) => ArrayLike<number>

/** A path taken apart: the field of the event, the entity it refers to, the attribute behind the dot. */
export interface KeyPathParts {
  readonly field: string
  readonly entity: string | undefined
  /** `entity.attribute`, as the attribute store names it. */
  readonly attribute: string | undefined
}

export function keyPathParts(schema: Schema, event: string, path: string): KeyPathParts {
  const [field = '', name] = path.split('.')
  const entity = schema.events[event]?.[field]?.entity
  return { field, entity, attribute: name === undefined ? undefined : `${entity}.${name}` }
}

/** Compiles a path to one key; -1 when the field is absent or the attribute not known. */
export function compileEventKey(schema: Schema, store: AttributeStore, event: string, path: string): EventKey {
  const { field, attribute } = keyPathParts(schema, event, path)
  const slot = keyFields(schema, event).indexOf(field)
  if (attribute === undefined) return (frame) => frame.keys[slot] ?? -1
  const category = store.categoryReader(attribute)
  return (frame) => {
    const key = frame.keys[slot] ?? -1
    return key < 0 ? -1 : category(key)
  }
}

/** Compiles a path to any number of keys. */
export function compileEventKeys(schema: Schema, store: AttributeStore, event: string, path: string): EventKeys {
  const { field, attribute } = keyPathParts(schema, event, path)
  const slot = keyFields(schema, event).indexOf(field)
  const single: [number] = [-1]
  if (attribute === undefined) {
    return (frame) => {
      single[0] = frame.keys[slot] ?? -1
      return single[0] < 0 ? [] : single
    }
  }
  const categories = store.categoryListReader(attribute)
  return (frame) => {
    const key = frame.keys[slot] ?? -1
    return key < 0 ? [] : categories(key)
  }
}
