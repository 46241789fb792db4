import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { compileEventKey, type EventFrame } from '../event-frame.ts'
import { PairIndex } from '../pair-index.ts'
import { compileRequestKey, type RequestFrame } from '../request-frame.ts'

/**
 * Where an aggregate keeps the state of a key. One key is its own place; two keys share a place through a hash
 * table. Reading a key that was never written gives -1.
 */
export interface KeySpace {
  /** The place to write to; -1 when a key of the event is absent. */
  placeOf(frame: EventFrame): number
  /** Compiles the reading side. */
  reader(): (frame: RequestFrame) => number
  /** Bytes of the typed arrays that it holds. */
  bytes(): number
  save(writer: ByteWriter): void
  load(reader: ByteReader): void
}

export function openKeySpace(
  schema: Schema,
  store: AttributeStore,
  event: string,
  by: readonly [string] | readonly [string, string],
): KeySpace {
  const [first, second] = by
  const writeFirst = compileEventKey(schema, store, event, first)
  const readFirst = compileRequestKey(schema, store, event, first)
  if (second === undefined) {
    return { placeOf: writeFirst, reader: () => readFirst, bytes: () => 0, save() {}, load() {} }
  }
  const writeSecond = compileEventKey(schema, store, event, second)
  const readSecond = compileRequestKey(schema, store, event, second)
  const pairs = new PairIndex()
  return {
    placeOf(frame) {
      const a = writeFirst(frame)
      const b = writeSecond(frame)
      return a < 0 || b < 0 ? -1 : pairs.findOrAdd(a, b)
    },
    reader: () => (frame) => {
      const a = readFirst(frame)
      const b = readSecond(frame)
      return a < 0 || b < 0 ? -1 : pairs.find(a, b)
    },
    bytes: () => pairs.bytes(),
    save: (writer) => pairs.save(writer),
    load: (reader) => pairs.load(reader),
  }
}
