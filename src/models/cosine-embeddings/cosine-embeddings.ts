import { ByteWriter } from '../../foundation/index.ts'
import { distinctRows } from '../interaction-rows.ts'
import type { Interactions } from '../item-model.ts'
import { VectorItemModel } from '../latent/vector-item-model.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import { type CosineOptions, cosineOptions } from './cosine-options.ts'
import { CosineTraining, lengthOf } from './cosine-training.ts'

const KIND = 'cosine-embeddings'
const VERSION = 1
/** Room for all of a saved model but its arrays, so that the writer need not grow and copy. */
const HEADER_BYTES = 1024

interface CosineState {
  readonly options: CosineOptions
  /** Row-major, shape (itemCount * dimensions,), each of length 1; copied. */
  readonly directions: Float32Array
  /** Shape (itemCount,): how much an item's direction counts in a history; 0 for an item that nobody met. */
  readonly lengths: Float64Array
}

/**
 * Items as vectors, a person as the mean of the vectors of what they met, and a score as the cosine of the two: learnt
 * so that every item of a history is near the mean of the rest, and others drawn at random are not.
 *
 * @see Mao et al. 2021, SimpleX: a simple and strong baseline for collaborative filtering, CIKM (the cosine contrastive
 * loss; the person here is a history alone, so that a new one needs no training).
 */
export class CosineEmbeddings extends VectorItemModel {
  readonly kind = KIND
  readonly #options: CosineOptions
  readonly #lengths: Float64Array

  constructor({ options, directions, lengths }: CosineState) {
    super(directions, options.dimensions)
    this.#options = options
    this.#lengths = lengths
  }

  get options(): CosineOptions {
    return this.#options
  }

  save(): Uint8Array {
    const { matrix } = this.vectors
    const payload = new ByteWriter(matrix.byteLength + this.#lengths.byteLength + HEADER_BYTES)
    payload.json({ options: this.#options }).float32s(matrix).float64s(this.#lengths)
    return writeModelFile(KIND, VERSION, payload.finish())
  }

  /** The direction of the weighted sum of the vectors of what the person met, of length 1. */
  protected override personOf(history: ReadonlyMap<number, number>): Float64Array {
    const sum = this.weightedSum(history, this.#lengths)
    const length = lengthOf(sum, 0, sum.length)
    return sum.map((value) => value / length)
  }
}

/**
 * Learns from who met what. Deterministic: order of users, start and draws hang on the seed. The order within a user
 * decides what is drawn against which item, no more.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without any weight above 0, `INVALID_ARGUMENT` at an option out of its range;
 * what {@link distinctRows} refuses
 * @remarks O(epochs * entries * negatives * dimensions): some 0.3 us for each of the entries times negatives at 64.
 */
export function fitCosineEmbeddings(
  interactions: Interactions,
  options: Partial<CosineOptions> = {},
): CosineEmbeddings {
  const complete = cosineOptions(options)
  const { dimensions } = complete
  const rows = distinctRows(interactions)
  const training = new CosineTraining(rows, complete)
  for (let epoch = 0; epoch < complete.epochs; epoch++) training.epoch(epoch)
  const met = new Uint8Array(rows.columnCount)
  for (const item of rows.columns) met[item] = 1
  const lengths = Float64Array.from(
    met,
    (isMet, item) => isMet * lengthOf(training.table, item * dimensions, dimensions),
  )
  const directions = training.table.map((value, place) => {
    const length = lengths[Math.floor(place / dimensions)]!
    return length > 0 ? value / length : 0
  })
  return new CosineEmbeddings({ options: complete, directions, lengths })
}

/** @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH`, see {@link openModelFile} */
export function loadCosineEmbeddings(bytes: Uint8Array): CosineEmbeddings {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const { options } = payload.json() as { options: CosineOptions }
  return new CosineEmbeddings({ options, directions: payload.float32s(), lengths: payload.float64s() })
}
