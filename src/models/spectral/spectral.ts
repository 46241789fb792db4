import { ByteWriter } from '../../foundation/index.ts'
import { VectorItemModel } from '../latent/vector-item-model.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import type { SpectralOptions } from './spectral-options.ts'

const KIND = 'spectral'
const VERSION = 1
/** Room for all of a saved model but its arrays, so that the writer need not grow and copy. */
const HEADER_BYTES = 1024

export interface SpectralState {
  readonly options: SpectralOptions
  /** `factors` up to a multiple of 4; what is beyond is 0. */
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
export class Spectral extends VectorItemModel {
  readonly kind = KIND
  readonly #state: Omit<SpectralState, 'vectors' | 'dimensions'>

  constructor({ vectors, dimensions, ...state }: SpectralState) {
    super(vectors, dimensions)
    this.#state = state
  }

  get options(): SpectralOptions {
    return this.#state.options
  }

  save(): Uint8Array {
    const { options, scales, strengths } = this.#state
    const { matrix, dimensions } = this.vectors
    const payload = new ByteWriter(matrix.byteLength + scales.byteLength + strengths.byteLength + HEADER_BYTES)
    payload.json({ options }).uint32(dimensions).float32s(matrix).float64s(scales).float64s(strengths)
    return writeModelFile(KIND, VERSION, payload.finish())
  }

  /** The weighted sum of the directions of what the person met. */
  protected override personOf(history: ReadonlyMap<number, number>): Float64Array {
    const { scales, strengths } = this.#state
    return this.weightedSum(history, scales).map((value, k) => value * strengths[k]!)
  }
}

/** @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH`, see {@link openModelFile} */
export function loadSpectral(bytes: Uint8Array): Spectral {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const { options } = payload.json() as { options: SpectralOptions }
  const [dimensions, vectors] = [payload.uint32(), payload.float32s()]
  return new Spectral({ options, dimensions, vectors, scales: payload.float64s(), strengths: payload.float64s() })
}
