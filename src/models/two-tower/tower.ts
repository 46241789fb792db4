/** A hidden layer beside the sum of embeddings e: e + U' relu(V' e + b). */
export interface HiddenLayer {
  /** A multiple of 4. */
  readonly width: number
  /** V, shape (dimensions, width). */
  readonly inward: Float32Array
  /** Shape (width,). */
  readonly bias: Float32Array
  /** U, shape (width, dimensions). */
  readonly outward: Float32Array
}

/** One side of the model: from sparse features to a unit vector. */
export interface Tower {
  readonly featureCount: number
  /** A multiple of 4. */
  readonly dimensions: number
  /** Shape (featureCount, dimensions); rows of features that training never met are 0. */
  readonly embeddings: Float32Array
  readonly hidden?: HiddenLayer | undefined
}

/** The non-zero features of one person or item. */
export interface TowerFeatures {
  readonly indices: Uint32Array
  /** Same length. */
  readonly values: Float64Array
}

/**
 * The unit vector of some features; zeros when none of them was met in training.
 *
 * @param features - indices below `featureCount`, finite values; not checked
 * @param out - shape (dimensions,)
 * @remarks O(features * dimensions + dimensions * hidden).
 */
export function writeTowerVector(tower: Tower, features: TowerFeatures, out: Float32Array): void {
  const { dimensions, embeddings, hidden } = tower
  const { indices, values } = features
  out.fill(0)
  for (let entry = 0; entry < indices.length; entry++) {
    const start = indices[entry]! * dimensions
    const value = values[entry]!
    for (let d = 0; d < dimensions; d++) out[d]! += value * embeddings[start + d]!
  }
  if (hidden) addHidden(hidden, out)
  normalise(out)
}

function addHidden({ width, inward, bias, outward }: HiddenLayer, vector: Float32Array): void {
  const dimensions = vector.length
  const active = new Float32Array(width)
  for (let h = 0; h < width; h++) {
    let sum = bias[h]!
    for (let d = 0; d < dimensions; d++) sum += vector[d]! * inward[d * width + h]!
    active[h] = Math.max(0, sum)
  }
  for (let h = 0; h < width; h++) {
    if (active[h] === 0) continue
    for (let d = 0; d < dimensions; d++) vector[d]! += active[h]! * outward[h * dimensions + d]!
  }
}

function normalise(vector: Float32Array): void {
  let squares = 0
  for (let d = 0; d < vector.length; d++) squares += vector[d]! * vector[d]!
  if (squares === 0) return
  const scale = 1 / Math.sqrt(squares)
  for (let d = 0; d < vector.length; d++) vector[d]! *= scale
}
