import type { Schema } from '../problem/index.ts'
import type { AttributeStore } from './attribute-store.ts'
import { keyPathParts } from './event-batch.ts'
import type { RequestFrame } from './request-frame.ts'

/** The items that one request is read for: each in turn is what the frame names at `slot`. */
export interface ItemRun {
  readonly slot: number
  /** Their keys, -1 for one that is not known. */
  readonly items: Int32Array
}

/** Where the values of a column go: that of item `i` to place `start + i * stride`. */
export interface ColumnTarget {
  values: Float64Array
  start: number
  stride: number
}

/**
 * Reads one column for all items of a request: what {@link ColumnReader} gives for each of them, to the bit. Memory that
 * is far away is asked for many items at a time, so that one does not wait for another.
 */
export type RunReader = (frame: RequestFrame, run: ItemRun, target: ColumnTarget) => void

/** Reads a key for all items of a request; the list is valid until the next read. */
export type RunKeys = (frame: RequestFrame, run: ItemRun) => Int32Array

/** A list that is used again and again, and grows to what is asked of it. What it held is lost. */
export class ScratchInts {
  #values = new Int32Array(512)

  of(length: number): Int32Array {
    if (length > this.#values.length) this.#values = new Int32Array(length * 2)
    return this.#values
  }
}

/** Compiles the reading side of an event's key path, as `compileRequestKey` does, for all items of a request. */
export function compileRunKey(schema: Schema, store: AttributeStore, event: string, path: string): RunKeys {
  const { entity, attribute } = keyPathParts(schema, event, path)
  const slot = Object.keys(schema.entities).indexOf(entity ?? '')
  const category = attribute === undefined ? undefined : store.categoryReader(attribute)
  const scratch = new ScratchInts()
  return (frame, { slot: itemSlot, items }) => {
    if (slot === itemSlot && category === undefined) return items
    const keys = scratch.of(items.length)
    if (slot !== itemSlot) {
      const key = frame.keys[slot] ?? -1
      return keys.fill(key < 0 || category === undefined ? key : category(key), 0, items.length)
    }
    for (let each = 0; each < items.length; each++) keys[each] = items[each]! < 0 ? -1 : category!(items[each]!)
    return keys
  }
}
