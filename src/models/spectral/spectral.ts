import { ByteWriter, SluiceError } from '../../foundation/index.ts'
import { requireItems } from '../interaction-rows.ts'
import { distinctHistory, requireHistory } from '../item-history.ts'
import type { LatentItemModel } from '../latent/latent-model.ts'
import { LatentVectors } from '../latent/latent-vectors.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import type { ScoredItems } from '../top-items.ts'
import type { SpectralOptions } from './spectral-options.ts'

const KIND = 'spectral'
const VERSION = 1
/** Room for all of a saved model but its arrays, so that the writer need not grow and copy. */
const HEADER_BYTES = 1024

export interface SpectralState {
  readonly options: SpectralOptions
  readonly dimensions: number
  /** Row-major, shape (itemCount * dimensions,); copied. */
  readonly vectors: Float32Array
  /** Shape (itemCount,): what an item's vector is multiplied by in a history. */
  readonly scales: Float64Array
  /** Shape (dimensions,): what every direction counts. */
  readonly strengths: Float64Array
}

/**
 * A low-pass filter on the graph of who met what: a history is projected on the smoothest directions of the normalised
 * matrix and spread from there over all items. One pass of linear algebra, no loss and no learning rate; on small and
 * dense data as good as learnt embeddings, and best beside a model that keeps the details, such as EASE.
 *
 * @see Cremonesi et al. 2010, RecSys (PureSVD); Nikolakopoulos et al. 2019, EigenRec, KAIS 58; Shen et al. 2021, How
 * powerful is graph convolution for recommendation?, CIKM (the filter).
 */
export class Spectral implements LatentItemModel {
  readonly kind = KIND
  readonly #state: Omit<SpectralState, 'vectors'>
  readonly #vectors: LatentVectors

  constructor({ vectors, ...state }: SpectralState) {
    this.#state = state
    this.#vectors = new LatentVectors(vectors, state.dimensions)
  }

  get itemCount(): number {
    return this.#vectors.itemCount
  }

  get options(): SpectralOptions {
    return this.#state.options
  }

  /** `factors` up to a multiple of 4; what is beyond is 0. */
  get dimensions(): number {
    return this.#state.dimensions
  }

  get itemVectors(): Float32Array {
    return this.#vectors.matrix
  }

  /**
   * The vector of a person: the weighted sum of the directions of what they met.
   *
   * @throws SluiceError `SHAPE_MISMATCH`, `INVALID_ARGUMENT` or `NOT_FINITE`, as `scoreItems`
   * @remarks O(history * dimensions).
   */
  foldIn(history: Int32Array, weights: Float64Array | undefined, out: Float32Array): void {
    requireHistory(this, history, weights)
    if (out.length !== this.dimensions) {
      throw new SluiceError(
        'SHAPE_MISMATCH',
        `spectral: expected room for ${this.dimensions} factors, got ${out.length}; give an array of that length`,
      )
    }
    const { scales, strengths, dimensions } = this.#state
    const sum = new Float64Array(dimensions)
    for (const [item, weight] of distinctHistory(history, weights)) {
      const [scale, from] = [weight * scales[item]!, item * dimensions]
      for (let k = 0; k < dimensions; k++) sum[k]! += scale * this.#vectors.matrix[from + k]!
    }
    out.set(sum.map((value, k) => value * strengths[k]!))
  }

  scoreItems(history: Int32Array, weights: Float64Array | undefined, out: Float64Array): void {
    requireHistory(this, history, weights, out)
    const person = new Float32Array(this.dimensions)
    this.foldIn(history, weights, person)
    this.#vectors.scoreAll(person, out)
  }

  /**
   * The items whose vectors point most nearly where an item's does, best first, with their cosines.
   *
   * @throws SluiceError `INVALID_ARGUMENT` when there is no such item
   */
  neighbours(item: number, limit: number): ScoredItems {
    requireItems(Int32Array.of(item), this.itemCount)
    return this.#vectors.neighbours(item, limit)
  }

  save(): Uint8Array {
    const { options, dimensions, scales, strengths } = this.#state
    const { matrix } = this.#vectors
    const payload = new ByteWriter(matrix.byteLength + scales.byteLength + strengths.byteLength + HEADER_BYTES)
    payload.json({ options }).uint32(dimensions).float32s(matrix).float64s(scales).float64s(strengths)
    return writeModelFile(KIND, VERSION, payload.finish())
  }
}

/** @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH`, see {@link openModelFile} */
export function loadSpectral(bytes: Uint8Array): Spectral {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const { options } = payload.json() as { options: SpectralOptions }
  const [dimensions, vectors] = [payload.uint32(), payload.float32s()]
  return new Spectral({ options, dimensions, vectors, scales: payload.float64s(), strengths: payload.float64s() })
}
