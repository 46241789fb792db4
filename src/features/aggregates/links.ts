import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import type { EventBatch } from '../event-batch.ts'
import type { RequestFrame } from '../request-frame.ts'
import type { Aggregate, AggregateOptions, LinksSpec } from './aggregate.ts'
import type { Ahead } from './key-space.ts'
import { SortedLists } from './sorted-lists.ts'
import { WindowKeys } from './window-keys.ts'

/** Columns of a list: when it was last used, which is the list's order, and what. */
const WIDTH = 2

/** Of one kind of vertex, keys or the nodes of one field: the vertices that each was used with lately. */
interface Side {
  readonly keys: WindowKeys
  readonly lists: SortedLists
  /** How many of the newest a vertex keeps. */
  readonly most: number
}

/**
 * Which keys used which nodes lately, such as cards their devices and addresses: a graph with an edge for every pair
 * of a key and a node, and on it when the key used the node last. A key keeps its newest nodes, as many as the spec
 * says over all its fields; a node keeps its newest keys, one more than make it public, so that whether it is public
 * is exact in every window. Edges go when they are older than the window.
 *
 * Vertices are told apart by a code: vertex `n` of kind `k` is `n * kinds + k`; the last kind is that of keys.
 *
 * Memory: 32 bytes an edge, at most 2.7 times that by room to grow; 32 bytes a key or node. A write costs O(what the
 * two lists keep).
 */
export class Links implements Aggregate {
  /** Kinds of vertices: one a field, and that of keys. */
  readonly kinds: number
  readonly hub: number
  readonly #sides: readonly Side[]
  #writes = 0

  constructor(spec: LinksSpec, schema: Schema, store: AttributeStore, options: AggregateOptions) {
    const { event, windowMs, through, hub, nodes } = spec
    const side = (path: string, most: number): Side => {
      const lists = new SortedLists(WIDTH)
      const state = {
        tidy(place: number, keepAfter: number) {
          lists.dropUntil(place, keepAfter)
          return lists.shrink(place)
        },
        approach: (ahead: Ahead) => lists.approach(ahead),
        forget() {},
      }
      const keys = new WindowKeys({ event, by: [path], windowMs, tileMs: 0 }, schema, store, options, state)
      return { keys, lists, most }
    }
    this.kinds = through.length + 1
    this.hub = hub
    this.#sides = [...through.map((path) => side(path, hub + 1)), side(spec.by, nodes)]
  }

  write(batch: EventBatch): void {
    const { rows, count, times } = batch
    const ofKeys = this.#sides[this.kinds - 1]!
    for (const { keys } of this.#sides) keys.open(batch)
    for (let next = 0; next < count; ) {
      let end = count
      for (const { keys } of this.#sides) end = keys.ahead(next)
      for (; next < end; next++) {
        const row = rows[next]!
        const key = ofKeys.keys.placeAt(row)
        if (key >= 0) this.#write(key, row, times[row]!)
      }
    }
  }

  #write(key: number, row: number, at: number): void {
    const { kinds } = this
    const last = kinds - 1
    const ofKeys = this.#sides[last]!
    const wasEmpty = ofKeys.lists.isEmpty(key)
    for (let kind = 0; kind < last; kind++) {
      const ofNodes = this.#sides[kind]!
      const node = ofNodes.keys.placeAt(row)
      if (node < 0) continue
      const isNew = ofNodes.lists.isEmpty(node)
      touch(ofKeys, key, node * kinds + kind, at)
      touch(ofNodes, node, key * kinds + last, at)
      ofNodes.keys.sweep(isNew)
    }
    ofKeys.keys.sweep(wasEmpty)
    this.#writes++
  }

  /** How often it was written: what is derived from it compares this to see that it is stale. No part of the state. */
  get writes(): number {
    return this.#writes
  }

  /** Compiles a reader of the code of a request's key; below 0 for a stranger. */
  reader(): (frame: RequestFrame) => number {
    const key = this.#sides[this.kinds - 1]!.keys.reader()
    const { kinds } = this
    return (frame) => {
      const found = key(frame)
      return found < 0 ? -1 : found * kinds + kinds - 1
    }
  }

  isKey(code: number): boolean {
    return code % this.kinds === this.kinds - 1
  }

  /** The lists among which that of a vertex is: of the codes it was used with, in the order of their last use. */
  listsOf(code: number): SortedLists {
    return this.#sides[code % this.kinds]!.lists
  }

  /** The place of a vertex in {@link listsOf}. */
  placeOf(code: number): number {
    return Math.floor(code / this.kinds)
  }

  bytes(): number {
    return this.#sides.reduce((sum, { keys, lists }) => sum + keys.bytes() + lists.bytes(), 0)
  }

  save(writer: ByteWriter): void {
    for (const { keys, lists } of this.#sides) {
      keys.save(writer)
      lists.save(writer)
    }
  }

  load(reader: ByteReader): void {
    for (const { keys, lists } of this.#sides) {
      keys.load(reader)
      lists.load(reader)
    }
  }
}

/** Notes in the list of a place that it was used with `other`; a late use never makes an edge older. */
function touch({ lists, keys, most }: Side, place: number, other: number, at: number): void {
  if (at <= keys.keepAfter) return
  const known = slotOf(lists, place, other)
  if (known >= 0) {
    renew(lists, place, known, at)
    return
  }
  if (lists.end(place) - lists.first(place) >= most) {
    if (lists.upTo(place, at) === lists.first(place)) return
    lists.shift(place)
  }
  const slot = lists.insert(place, lists.upTo(place, at), at)
  lists.columns[1]![slot] = other
}

/** The slot of an entry, looked for from the newest on; -1 when there is none. */
function slotOf(lists: SortedLists, place: number, other: number): number {
  const others = lists.columns[1]!
  const first = lists.first(place)
  for (let slot = lists.end(place) - 1; slot >= first; slot--) if (others[slot] === other) return slot
  return -1
}

/** Moves an entry to where a later time belongs. */
function renew(lists: SortedLists, place: number, slot: number, at: number): void {
  const [times, others] = [lists.columns[0]!, lists.columns[1]!]
  if (times[slot]! > at) return
  const other = others[slot]!
  const to = lists.upTo(place, at) - 1
  for (let each = slot; each < to; each++) {
    times[each] = times[each + 1]!
    others[each] = others[each + 1]!
  }
  times[to] = at
  others[to] = other
  lists.rekey(place)
}
