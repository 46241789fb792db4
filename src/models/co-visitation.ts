import { ByteWriter } from '../foundation/index.ts'
import { fading, similarItems } from './co-visitation-counts.ts'
import { type CoVisitationOptions, coVisitationOptions } from './co-visitation-options.ts'
import { distinctRows, requireItems } from './interaction-rows.ts'
import { distinctHistory, requireHistory } from './item-history.ts'
import type { Interactions, ItemModel } from './item-model.ts'
import { openModelFile, writeModelFile } from './model-file.ts'
import type { ScoredItems } from './top-items.ts'

const KIND = 'co-visitation'
const VERSION = 1
/** Room for all of a saved model but its arrays, so that the writer need not grow and copy. */
const HEADER_BYTES = 1024

/** The nearest neighbours of every item, in compressed rows, each row best first. */
interface NeighbourLists {
  readonly starts: Uint32Array
  readonly items: Int32Array
  readonly similarities: Float32Array
}

/**
 * Scores items by how often they are met together with those of the history. Cheap to fit on large catalogues, and
 * every score can be told as "because you met that".
 *
 * @see Sarwar et al. 2001, Item-based collaborative filtering, WWW 10; Linden et al. 2003, IEEE Internet Computing 7(1).
 */
export class CoVisitation implements ItemModel {
  readonly kind = KIND
  readonly options: CoVisitationOptions
  readonly #lists: NeighbourLists

  constructor(options: CoVisitationOptions, lists: NeighbourLists) {
    this.options = options
    this.#lists = lists
  }

  get itemCount(): number {
    return this.#lists.starts.length - 1
  }

  scoreItems(history: Int32Array, weights: Float64Array | undefined, out: Float64Array): void {
    requireHistory(this, history, weights, out)
    out.fill(0)
    const distinct = distinctHistory(history, weights)
    let place = distinct.size
    for (const [item, weight] of distinct) {
      this.#addNeighbours(item, weight * fading(--place, this.options.historyHalfLife), out)
    }
  }

  /**
   * The items most similar to one item, best first; at most as many as were kept in fitting.
   *
   * @throws SluiceError `INVALID_ARGUMENT` when there is no such item
   */
  neighbours(item: number, limit: number): ScoredItems {
    requireItems(Int32Array.of(item), this.itemCount)
    const start = this.#lists.starts[item]!
    const end = Math.min(this.#lists.starts[item + 1]!, start + limit)
    return {
      items: this.#lists.items.slice(start, end),
      scores: Float64Array.from(this.#lists.similarities.subarray(start, end)),
    }
  }

  save(): Uint8Array {
    const { starts, items, similarities } = this.#lists
    const arrays = starts.byteLength + items.byteLength + similarities.byteLength
    const payload = new ByteWriter(arrays + HEADER_BYTES)
      .json(this.options)
      .uint32s(starts)
      .int32s(items)
      .float32s(similarities)
    return writeModelFile(KIND, VERSION, payload.finish())
  }

  #addNeighbours(item: number, weight: number, out: Float64Array): void {
    const { starts, items, similarities } = this.#lists
    for (let entry = starts[item]!; entry < starts[item + 1]!; entry++) {
      out[items[entry]!]! += weight * similarities[entry]!
    }
  }
}

/**
 * Counts which items are met by the same users and keeps each item's nearest neighbours.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without any weight above 0, `INVALID_ARGUMENT` at an option out of range; what
 * {@link distinctRows} refuses
 */
export function fitCoVisitation(interactions: Interactions, options: Partial<CoVisitationOptions> = {}): CoVisitation {
  const complete = coVisitationOptions(options)
  return new CoVisitation(complete, compressed(similarItems(distinctRows(interactions), complete)))
}

/** @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH`, see {@link openModelFile} */
export function loadCoVisitation(bytes: Uint8Array): CoVisitation {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const options = payload.json() as CoVisitationOptions
  const [starts, items, similarities] = [payload.uint32s(), payload.int32s(), payload.float32s()]
  return new CoVisitation(options, { starts, items, similarities })
}

function compressed(lists: Iterable<ScoredItems>): NeighbourLists {
  const all = Array.from(lists)
  const starts = new Uint32Array(all.length + 1)
  all.forEach((list, item) => {
    starts[item + 1] = starts[item]! + list.items.length
  })
  const items = new Int32Array(starts.at(-1) ?? 0)
  const similarities = new Float32Array(items.length)
  all.forEach((list, item) => {
    items.set(list.items, starts[item])
    similarities.set(list.scores, starts[item])
  })
  return { starts, items, similarities }
}
