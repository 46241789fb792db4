import type { EventRecord } from '../data/index.ts'
import { SluiceError } from '../foundation/index.ts'
import type { Schema } from '../problem/index.ts'
import type { AttributeStore } from './attribute-store.ts'
import { keyPathParts } from './event-batch.ts'

/** Whom and what a feature is read for: a moment, and one key an entity (-1 when there is none or it is unknown). */
export class RequestFrame {
  at = 0
  /** The event that is scored, when one is: its own fields can be read beside what is known of its keys. */
  record: EventRecord | undefined
  readonly keys: Int32Array
  readonly #entities: readonly string[]

  constructor(schema: Schema) {
    this.#entities = Object.keys(schema.entities)
    this.keys = new Int32Array(this.#entities.length).fill(-1)
  }

  /**
   * The place of an entity in {@link keys}.
   *
   * @throws SluiceError `INVALID_ARGUMENT` when the schema has no such entity
   */
  slot(entity: string): number {
    const slot = this.#entities.indexOf(entity)
    if (slot >= 0) return slot
    const known = this.#entities.join(', ')
    throw new SluiceError('INVALID_ARGUMENT', `entity: expected one of ${known}, got ${entity}`)
  }

  /** Says whom or what the request is about; -1 for a stranger. */
  bind(entity: string, key: number): this {
    this.keys[this.slot(entity)] = key
    return this
  }
}

export type RequestKey = (frame: RequestFrame) => number
export type RequestKeys = (frame: RequestFrame) => ArrayLike<number>

/** The entity whose key a path starts from. */
export function pathEntity(schema: Schema, event: string, path: string): string {
  return keyPathParts(schema, event, path).entity ?? ''
}

/**
 * The reading side of an event's key path: `user` of an event is the user of the request, `video.creator` the
 * creator of the candidate.
 */
export function compileRequestKey(schema: Schema, store: AttributeStore, event: string, path: string): RequestKey {
  const { entity, attribute } = keyPathParts(schema, event, path)
  const slot = Object.keys(schema.entities).indexOf(entity ?? '')
  if (attribute === undefined) return (frame) => frame.keys[slot] ?? -1
  const category = store.categoryReader(attribute)
  return (frame) => {
    const key = frame.keys[slot] ?? -1
    return key < 0 ? -1 : category(key)
  }
}

/** {@link compileRequestKey} for paths with any number of keys. */
export function compileRequestKeys(schema: Schema, store: AttributeStore, event: string, path: string): RequestKeys {
  const { entity, attribute } = keyPathParts(schema, event, path)
  const slot = Object.keys(schema.entities).indexOf(entity ?? '')
  if (attribute === undefined) return (frame) => ((frame.keys[slot] ?? -1) < 0 ? [] : [frame.keys[slot]!])
  const categories = store.categoryListReader(attribute)
  return (frame) => {
    const key = frame.keys[slot] ?? -1
    return key < 0 ? [] : categories(key)
  }
}
