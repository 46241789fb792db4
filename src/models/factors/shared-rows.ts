import { hashInteger } from '../../foundation/index.ts'
import type { SingleTable } from '../compression/single-table.ts'

/** Vectors of many features in fewer rows: each vector is a sum of some rows, with signs, that hashing picks. */
export interface SharedRows {
  /** Rows a vector is the sum of. */
  readonly ways: number
  readonly seed: number
  /** Shape (ways, rows / ways, width): a vector takes one row of each block, so its rows are different ones. */
  readonly table: SingleTable
}

/** What is shared: vectors of all features one after the other, and which features have any. */
export interface FactorShape {
  readonly featureCount: number
  /** Numbers of all vectors of a feature. */
  readonly width: number
  /** Shape (featureCount + 1,): a feature without a weight was never met and has no vector. */
  readonly linear: Float32Array
}

/** The rows that vectors are made of, by feature. */
export interface SharedPlaces {
  /** Shape (featureCount * ways,): numbers of rows. */
  readonly rows: Uint32Array
  /** As long: 1 or -1. */
  readonly signs: Int8Array
}

/** Where hashing places features. @remarks O(featureCount * ways). */
export function sharedPlaces(featureCount: number, rowCount: number, ways: number, seed: number): SharedPlaces {
  const block = Math.floor(rowCount / ways)
  const rows = new Uint32Array(featureCount * ways)
  const signs = new Int8Array(featureCount * ways)
  for (let way = 0; way < ways; way++) {
    const salt = hashInteger(way, hashInteger(seed, 0x5bd1e995))
    for (let feature = 0; feature < featureCount; feature++) {
      const hash = hashInteger(feature, salt)
      rows[feature * ways + way] = way * block + ((hash >>> 1) % block)
      signs[feature * ways + way] = (hash & 1) === 1 ? 1 : -1
    }
  }
  return { rows, signs }
}

/**
 * The vectors that shared rows make, zero for features that were never met.
 *
 * @returns shape (featureCount, width)
 * @remarks O(featureCount * width * ways).
 */
export function expandSharedRows({ table, ways, seed }: SharedRows, shape: FactorShape): Float32Array {
  const { featureCount, width, linear } = shape
  const places = sharedPlaces(featureCount, table.values.length / width, ways, seed)
  const factors = new Float32Array(featureCount * width)
  for (let feature = 0; feature < featureCount; feature++) {
    if (linear[feature] === 0) continue
    for (let way = feature * ways; way < (feature + 1) * ways; way++) {
      const [from, sign] = [places.rows[way]! * width, places.signs[way]!]
      for (let at = 0; at < width; at++) factors[feature * width + at]! += sign * table.values[from + at]!
    }
  }
  return factors
}
