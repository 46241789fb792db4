import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { FtrlRates } from './ftrl-options.ts'

/**
 * What FTRL-Proximal remembers of each coordinate; the intercept is the last one. A coordinate that never had a
 * gradient has 0 in both and is not stored.
 */
export interface FtrlState {
  /** Shape (featureCount + 1,): the paper's z, the sum of gradients less what the proximal terms took back. */
  readonly gradients: Float64Array
  /** Shape (featureCount + 1,): the paper's n, the sum of squared gradients. */
  readonly squares: Float64Array
}

export function emptyFtrlState(featureCount: number): FtrlState {
  return { gradients: new Float64Array(featureCount + 1), squares: new Float64Array(featureCount + 1) }
}

/** The weight of one coordinate: 0 as long as its gradients stay within the L1 penalty. The intercept has no penalty. */
export function ftrlWeight({ gradients, squares }: FtrlState, rates: FtrlRates, coordinate: number): number {
  const gradient = gradients[coordinate]!
  const isIntercept = coordinate === gradients.length - 1
  const l1 = isIntercept ? 0 : rates.l1
  if (Math.abs(gradient) <= l1) return 0
  const l2 = isIntercept ? 0 : rates.l2
  const curvature = (rates.beta + Math.sqrt(squares[coordinate]!)) / rates.alpha + l2
  return -(gradient - Math.sign(gradient) * l1) / curvature
}

/** Moves one coordinate by the gradient of one example; `weight` is its weight before. */
export function ftrlStep(
  { gradients, squares }: FtrlState,
  { alpha }: FtrlRates,
  coordinate: number,
  gradient: number,
  weight: number,
): void {
  const before = squares[coordinate]!
  const after = before + gradient * gradient
  gradients[coordinate]! += gradient - ((Math.sqrt(after) - Math.sqrt(before)) / alpha) * weight
  squares[coordinate] = after
}

/** Writes the coordinates that ever had a gradient. */
export function writeFtrlState(writer: ByteWriter, { gradients, squares }: FtrlState): void {
  const isTouched = (coordinate: number): boolean => squares[coordinate] !== 0 || gradients[coordinate] !== 0
  const touched = coordinatesWhere(squares.length, isTouched)
  writer
    .uint32s(touched)
    .float64s(Float64Array.from(touched, (coordinate) => gradients[coordinate]!))
    .float64s(Float64Array.from(touched, (coordinate) => squares[coordinate]!))
}

export function readFtrlState(reader: ByteReader, featureCount: number): FtrlState {
  const state = emptyFtrlState(featureCount)
  const touched = reader.uint32s()
  const [gradients, squares] = [reader.float64s(), reader.float64s()]
  touched.forEach((coordinate, index) => {
    state.gradients[coordinate] = gradients[index]!
    state.squares[coordinate] = squares[index]!
  })
  return state
}

/** Which of the coordinates below `count` hold, ascending. */
export function coordinatesWhere(count: number, holds: (coordinate: number) => boolean): Uint32Array {
  let found = 0
  for (let coordinate = 0; coordinate < count; coordinate++) if (holds(coordinate)) found++
  const coordinates = new Uint32Array(found)
  for (let coordinate = 0, place = 0; coordinate < count; coordinate++) {
    if (holds(coordinate)) coordinates[place++] = coordinate
  }
  return coordinates
}
