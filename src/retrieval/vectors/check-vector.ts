import { SluiceError } from '../../foundation/index.ts'

/** Products of such numbers and their sums stay finite, and squares above zero, in single precision. */
const LARGEST = 1e15
const SMALLEST = 1e-15

/**
 * Refuses a vector that no index can hold or be asked with.
 *
 * @throws SluiceError `SHAPE_MISMATCH` for a wrong length, `NOT_FINITE` for a number that is not finite or beyond 1e15,
 * `INVALID_ARGUMENT` for one of length 0, which has no direction
 */
export function requireVector(what: string, vector: Float32Array, dimensions: number): void {
  if (vector.length !== dimensions) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `${what}: expected ${dimensions} numbers, got ${vector.length}; give a vector as wide as the index`,
    )
  }
  let largest = 0
  for (let place = 0; place < vector.length; place++) {
    const size = Math.abs(vector[place]!)
    if (!(size <= LARGEST)) throw notFinite(what, vector[place]!, place)
    if (size > largest) largest = size
  }
  if (largest < SMALLEST) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `${what}: expected a number that is not 0, got none; leave the vector out`,
    )
  }
}

function notFinite(what: string, value: number, place: number): SluiceError {
  return new SluiceError(
    'NOT_FINITE',
    `${what}: expected finite numbers of at most ${LARGEST}, got ${value} at ${place}; check the model that made it`,
  )
}

/** @throws SluiceError `INVALID_ARGUMENT` when the limit is no whole number above 0 */
export function requireLimit(limit: number): void {
  if (Number.isSafeInteger(limit) && limit > 0) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `limit: expected a whole number above 0, got ${limit}; ask for at least one`,
  )
}

/** @throws SluiceError `MODEL_MISMATCH` when an id is given that is not the index's */
export function requireModel(own: string, other: string | undefined): void {
  if (other === undefined || other === own) return
  throw new SluiceError(
    'MODEL_MISMATCH',
    `vector index: expected vectors of model ${own}, got one of ${other}; make all vectors with one model`,
  )
}
