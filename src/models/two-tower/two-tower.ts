import { ByteWriter, SluiceError } from '../../foundation/index.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import { requireSparseEntries } from '../sparse-rows.ts'
import { type Tower, type TowerFeatures, writeTowerVector } from './tower.ts'
import { readTower, writeTower } from './tower-file.ts'

const KIND = 'two-tower'
const VERSION = 1

/** What a fit found. */
export interface FittedTowers {
  readonly users: Tower
  readonly items: Tower
  /** How many passes the weights have seen. */
  readonly epochs: number
  /** The mean loss of every pass, in nats. */
  readonly losses: Float64Array
  /** The recall on the validation examples after every pass; empty without validation. */
  readonly recalls: Float64Array
}

/**
 * Two towers from sparse features to unit vectors of one space, where the dot product of a person and an item says how
 * well they go together. Whatever has features has a vector, whether training met it or not.
 *
 * @see Yi et al. 2019, "Sampling-bias-corrected neural modeling for large corpus item recommendations", RecSys.
 */
export class TwoTower {
  readonly kind = KIND
  readonly #fitted: FittedTowers

  constructor(fitted: FittedTowers) {
    this.#fitted = fitted
  }

  get dimensions(): number {
    return this.#fitted.users.dimensions
  }

  get userFeatureCount(): number {
    return this.#fitted.users.featureCount
  }

  get itemFeatureCount(): number {
    return this.#fitted.items.featureCount
  }

  get epochs(): number {
    return this.#fitted.epochs
  }

  /** The mean loss of every pass of the fit, in nats. */
  get losses(): Float64Array {
    return this.#fitted.losses.slice()
  }

  /** The recall on the validation examples after every pass; empty without validation. */
  get recalls(): Float64Array {
    return this.#fitted.recalls.slice()
  }

  /**
   * The unit vector of a person; zeros when training met none of the features.
   *
   * @param out - shape (dimensions,)
   * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`
   * @remarks O(features * dimensions): 60 features of 32 dimensions take about 3 us.
   */
  userVector(features: TowerFeatures, out: Float32Array): void {
    writeVector(this.#fitted.users, features, out)
  }

  /** The unit vector of an item, as {@link userVector}. */
  itemVector(features: TowerFeatures, out: Float32Array): void {
    writeVector(this.#fitted.items, features, out)
  }

  save(): Uint8Array {
    const { users, items, epochs, losses, recalls } = this.#fitted
    const payload = new ByteWriter().uint32(epochs).float64s(losses).float64s(recalls)
    writeTower(payload, users)
    writeTower(payload, items)
    return writeModelFile(KIND, VERSION, payload.finish())
  }
}

/** Reads what {@link TwoTower.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadTwoTower(bytes: Uint8Array): TwoTower {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const [epochs, losses, recalls] = [payload.uint32(), payload.float64s(), payload.float64s()]
  return new TwoTower({ epochs, losses, recalls, users: readTower(payload), items: readTower(payload) })
}

function writeVector(tower: Tower, features: TowerFeatures, out: Float32Array): void {
  if (out.length !== tower.dimensions) {
    throw new SluiceError('SHAPE_MISMATCH', `vector: expected room for ${tower.dimensions} numbers, got ${out.length}`)
  }
  requireSparseEntries(tower.featureCount, features.indices, features.values)
  writeTowerVector(tower, features, out)
}
