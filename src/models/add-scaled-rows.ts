type Four = readonly [number, number, number, number]

/**
 * Adds rows of a dense matrix, each times its factor, to `out`: four rows in one pass.
 *
 * @param matrix - row-major, rows of `out.length`
 * @param rows - row numbers
 * @param factors - one a row
 */
export function addScaledRows(
  matrix: Float32Array,
  rows: readonly number[],
  factors: readonly number[],
  out: Float64Array,
): void {
  // Beyond the last row comes row 0 times 0.
  const start = (place: number): number => (rows[place] ?? 0) * out.length
  const factor = (place: number): number => factors[place] ?? 0
  for (let at = 0; at < rows.length; at += 4) {
    const starts: Four = [start(at), start(at + 1), start(at + 2), start(at + 3)]
    addFour(matrix, starts, [factor(at), factor(at + 1), factor(at + 2), factor(at + 3)], out)
  }
}

function addFour(matrix: Float32Array, [a, b, c, d]: Four, [fa, fb, fc, fd]: Four, out: Float64Array): void {
  for (let column = 0; column < out.length; column++) {
    const left = fa * matrix[a + column]! + fb * matrix[b + column]!
    const right = fc * matrix[c + column]! + fd * matrix[d + column]!
    out[column]! += left + right
  }
}
