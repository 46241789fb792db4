import type { Schema } from '../problem/index.ts'
import type { AttributeStore } from './attribute-store.ts'
import { ItemLists } from './item-lists.ts'
import type { ItemRun } from './item-run.ts'
import { pathEntity } from './request-frame.ts'

/** The lists of all items of a run; valid until another run is read. */
export type RunLists = (run: ItemRun) => ItemLists

/** By store and attribute: all columns that read one share a reader, and what it has read of a run. */
const readers = new WeakMap<AttributeStore, Map<string, RunLists>>()

/** Compiles the reading of the categories that items of a run have in an attribute, by a key path such as `video.genres`. */
export function compileRunLists(schema: Schema, store: AttributeStore, event: string, path: string): RunLists {
  const attribute = `${pathEntity(schema, event, path)}.${path.split('.')[1]}`
  const ofStore = readers.get(store) ?? new Map<string, RunLists>()
  readers.set(store, ofStore)
  const reader = ofStore.get(attribute) ?? openRunLists(store, attribute)
  ofStore.set(attribute, reader)
  return reader
}

function openRunLists(store: AttributeStore, attribute: string): RunLists {
  const readLists = store.listsReader(attribute)
  const lists = new ItemLists()
  let last: ItemRun | undefined
  return (run) => {
    // A run is an object of its own for every request, and nothing is written while it is read.
    if (run !== last) readLists(run.items, lists)
    last = run
    return lists
  }
}

/** The slot of the entity that a key path begins at. */
export function slotOfPath(schema: Schema, event: string, path: string): number {
  return Object.keys(schema.entities).indexOf(pathEntity(schema, event, path))
}
