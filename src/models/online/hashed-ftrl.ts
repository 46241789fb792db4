import { ByteWriter } from '../../foundation/index.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import { FeatureHasher, type HashedColumns, type HashedValue } from './feature-hasher.ts'
import type { FtrlOptions } from './ftrl-options.ts'
import { type FtrlProximal, loadFtrlProximal, startFtrlProximal } from './ftrl-proximal.ts'

const KIND = 'hashed-ftrl'
const VERSION = 1

/**
 * Online learning straight from rows of named columns: a {@link FeatureHasher} before an {@link FtrlProximal}, stored
 * as one. One event, one step.
 */
export class HashedFtrl {
  readonly kind = KIND
  readonly hasher: FeatureHasher
  readonly model: FtrlProximal

  constructor(hasher: FeatureHasher, model: FtrlProximal) {
    this.hasher = hasher
    this.model = model
  }

  /**
   * Takes one step towards an example; see {@link FtrlProximal.learn}.
   *
   * @returns the probability that the model gave before the step
   */
  learn(row: readonly HashedValue[], label: number, weight = 1): number {
    const { indices, values } = this.hasher.hash(row)
    return this.model.learn(indices, values, label, weight)
  }

  /** The probability of one row. @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE` */
  predict(row: readonly HashedValue[]): number {
    const { indices, values } = this.hasher.hash(row)
    return this.model.response(this.model.score(indices, values))
  }

  save(): Uint8Array {
    const { columns, crosses, bits } = this.hasher
    const payload = new ByteWriter().json({ columns, crosses, bits }).bytes(this.model.save())
    return writeModelFile(KIND, VERSION, payload.finish())
  }
}

/** A model of these columns that has seen nothing. @throws SluiceError `INVALID_ARGUMENT` */
export function startHashedFtrl(columns: HashedColumns, options: FtrlOptions = {}): HashedFtrl {
  const hasher = new FeatureHasher(columns)
  return new HashedFtrl(hasher, startFtrlProximal(hasher.featureCount, options))
}

/** Reads what {@link HashedFtrl.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadHashedFtrl(bytes: Uint8Array): HashedFtrl {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const hasher = new FeatureHasher(payload.json() as HashedColumns)
  return new HashedFtrl(hasher, loadFtrlProximal(payload.bytes()))
}
