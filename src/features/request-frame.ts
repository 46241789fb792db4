import type { Schema } from '../problem/index.ts'
import type { AttributeStore } from './attribute-store.ts'
import { keyPathParts } from './event-frame.ts'

/** Whom and what a feature is read for: a moment, and one key an entity (-1 when there is none or it is unknown). */
export class RequestFrame {
  at = 0
  readonly keys: Int32Array
  readonly #entities: readonly string[]

  constructor(schema: Schema) {
    this.#entities = Object.keys(schema.entities)
    this.keys = new Int32Array(this.#entities.length).fill(-1)
  }

  /** The place of an entity in {@link keys}. */
  slot(entity: string): number {
    return this.#entities.indexOf(entity)
  }

  bind(entity: string, key: number): this {
    this.keys[this.slot(entity)] = key
    return this
  }
}

export type RequestKey = (frame: RequestFrame) => number
export type RequestKeys = (frame: RequestFrame) => readonly number[] | Int32Array

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
  return (frame) => {
    const key = frame.keys[slot] ?? -1
    return key < 0 ? -1 : store.category(attribute, key)
  }
}

/** {@link compileRequestKey} for paths with any number of keys. */
export function compileRequestKeys(schema: Schema, store: AttributeStore, event: string, path: string): RequestKeys {
  const { entity, attribute } = keyPathParts(schema, event, path)
  const slot = Object.keys(schema.entities).indexOf(entity ?? '')
  return (frame) => {
    const key = frame.keys[slot] ?? -1
    if (key < 0) return []
    return attribute === undefined ? [key] : store.categoryList(attribute, key)
  }
}
