import type { Schema } from '../problem/index.ts'
import type { AttributeStore } from './attribute-store.ts'

/**
 * Events of one type on their way through the aggregates, a column for everything that one of them reads, so that what
 * is read of many events lies side by side. Reused: a column is valid until the batch was written.
 */
export interface EventBatch {
  /** The rows that are meant, in the order of the log, and how many they are. */
  rows: Int32Array
  count: number
  readonly times: Float64Array
  /** The number of each reference or category field, by the field's place in {@link keyFields}; -1 when absent. */
  readonly keys: readonly Int32Array[]
  /** What a field holds as a number, by the field's place in {@link fieldsOf}; `NaN` when it holds none. */
  readonly numbers: readonly Float64Array[]
  /** The `hashString53` of what a field holds as a text, by the same place; `NaN` when it holds none. */
  readonly hashes: readonly Float64Array[]
}

/** All fields of an event, by name. */
export function fieldsOf(schema: Schema, event: string): string[] {
  return Object.keys(schema.events[event] ?? {}).sort()
}

/** The fields of an event that a key can start from, by name: numbering must not hang on the order of declaration. */
export function keyFields(schema: Schema, event: string): string[] {
  return Object.entries(schema.events[event] ?? {})
    .filter(([, spec]) => ['reference', 'category', 'identifier'].includes(spec.kind))
    .map(([name]) => name)
    .sort()
}

/** Reads the key that the events of a batch have under a path such as `user` or `video.creator`, by row. */
export type EventKeys = (batch: EventBatch) => Int32Array
/** Reads the keys that the event of a row has under a path such as `video.genres`. */
export type EventKeyLists = (batch: EventBatch, row: number) => ArrayLike<number>

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

/** Compiles a path to one key an event; -1 when the field is absent or the attribute not known. */
export function compileEventKey(schema: Schema, store: AttributeStore, event: string, path: string): EventKeys {
  const { field, attribute } = keyPathParts(schema, event, path)
  const slot = keyFields(schema, event).indexOf(field)
  if (attribute === undefined && slot >= 0) return ({ keys }) => keys[slot]!
  const category = attribute === undefined ? () => -1 : store.categoryReader(attribute)
  let found = new Int32Array(0)
  return ({ rows, count, times, keys }) => {
    const column = keys[slot]
    if (times.length > found.length) found = new Int32Array(times.length)
    for (let index = 0; index < count; index++) {
      const row = rows[index]!
      const key = column?.[row] ?? -1
      found[row] = key < 0 ? -1 : category(key)
    }
    return found
  }
}

/** Compiles a path to any number of keys. */
export function compileEventKeyLists(
  schema: Schema,
  store: AttributeStore,
  event: string,
  path: string,
): EventKeyLists {
  const { field, attribute } = keyPathParts(schema, event, path)
  const slot = keyFields(schema, event).indexOf(field)
  const single: [number] = [-1]
  if (attribute === undefined) {
    return ({ keys }, row) => {
      single[0] = keys[slot]?.[row] ?? -1
      return single[0] < 0 ? [] : single
    }
  }
  const categories = store.categoryListReader(attribute)
  return ({ keys }, row) => {
    const key = keys[slot]?.[row] ?? -1
    return key < 0 ? [] : categories(key)
  }
}
