/** Eigenvalues in falling order and their vectors, one a column. */
export interface SymmetricEigen {
  /** Shape (order,). */
  readonly values: Float64Array
  /** Row-major, shape (order * order,): column `k` belongs to value `k`. */
  readonly vectors: Float64Array
}

const MOST_SWEEPS = 30
const NEGLIGIBLE = 1e-14

/**
 * All eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations in a fixed order.
 *
 * @param matrix - row-major, shape (order * order,), symmetric; not changed
 * @remarks O(order^3) a sweep, some 6 to 10 sweeps: 0.2 s for 128.
 * @see Golub & Van Loan 2013, Matrix Computations, section 8.5.
 */
export function symmetricEigen(matrix: Float64Array, order: number): SymmetricEigen {
  const a = matrix.slice()
  // Row k holds an eigenvector until the end, so that a rotation turns two rows and reads memory in order.
  const rows = new Float64Array(order * order)
  for (let k = 0; k < order; k++) rows[k * order + k] = 1
  for (let sweep = 0; sweep < MOST_SWEEPS && turnAll(a, rows, order) > 0; sweep++);
  const places = Array.from({ length: order }, (_, k) => k).sort(
    (p, q) => a[q * order + q]! - a[p * order + p]! || p - q,
  )
  const values = Float64Array.from(places, (k) => a[k * order + k]!)
  const vectors = new Float64Array(order * order)
  places.forEach((from, k) => {
    for (let i = 0; i < order; i++) vectors[i * order + k] = rows[from * order + i]!
  })
  return { values, vectors }
}

/** One sweep over all pairs; returns how many rotations were worth it. */
function turnAll(a: Float64Array, rows: Float64Array, order: number): number {
  let turned = 0
  for (let p = 0; p < order; p++) {
    for (let q = p + 1; q < order; q++) {
      const [first, second, between] = [a[p * order + p]!, a[q * order + q]!, a[p * order + q]!]
      if (Math.abs(between) <= NEGLIGIBLE * Math.sqrt(Math.abs(first * second))) continue
      const theta = (second - first) / (2 * between)
      const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
      const cosine = 1 / Math.sqrt(tangent * tangent + 1)
      turnRows(a, p * order, q * order, order, cosine, tangent * cosine)
      turnColumns(a, p, q, order, cosine, tangent * cosine)
      turnRows(rows, p * order, q * order, order, cosine, tangent * cosine)
      turned++
    }
  }
  return turned
}

function turnRows(a: Float64Array, p: number, q: number, order: number, cosine: number, sine: number): void {
  for (let i = 0; i < order; i++) {
    const [x, y] = [a[p + i]!, a[q + i]!]
    a[p + i] = cosine * x - sine * y
    a[q + i] = sine * x + cosine * y
  }
}

function turnColumns(a: Float64Array, p: number, q: number, order: number, cosine: number, sine: number): void {
  for (let row = 0; row < a.length; row += order) {
    const [x, y] = [a[row + p]!, a[row + q]!]
    a[row + p] = cosine * x - sine * y
    a[row + q] = sine * x + cosine * y
  }
}
