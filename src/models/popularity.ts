import { ByteWriter } from '../foundation/index.ts'
import { nothingToLearnFrom, requireInteractions } from './interaction-rows.ts'
import { requireHistory } from './item-history.ts'
import type { Interactions, ItemModel } from './item-model.ts'
import { openModelFile, writeModelFile } from './model-file.ts'

const KIND = 'popularity'
const VERSION = 1

/** Scores every item by the sum of its weights, the same for everybody: the baseline that others must beat. */
export class Popularity implements ItemModel {
  readonly kind = KIND
  readonly #counts: Float64Array

  constructor(counts: Float64Array) {
    this.#counts = counts
  }

  get itemCount(): number {
    return this.#counts.length
  }

  scoreItems(history: Int32Array, weights: Float64Array | undefined, out: Float64Array): void {
    requireHistory(this, history, weights, out)
    out.set(this.#counts)
  }

  save(): Uint8Array {
    return writeModelFile(KIND, VERSION, new ByteWriter(this.#counts.byteLength + 64).float64s(this.#counts).finish())
  }
}

/**
 * Counts how often each item was met, repeats included. Give weights that fade with age for what is popular now.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without any weight above 0; what {@link requireInteractions} refuses
 */
export function fitPopularity(interactions: Interactions): Popularity {
  requireInteractions(interactions)
  const counts = new Float64Array(interactions.itemCount)
  interactions.items.forEach((item, entry) => {
    counts[item]! += interactions.weights ? interactions.weights[entry]! : 1
  })
  if (!counts.some((count) => count > 0)) throw nothingToLearnFrom()
  return new Popularity(counts)
}

/** @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH`, see {@link openModelFile} */
export function loadPopularity(bytes: Uint8Array): Popularity {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  return new Popularity(payload.float64s())
}
