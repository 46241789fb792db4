const BLOCK = 64

/**
 * What the kernel of the same name computes, to the bit, in plain TypeScript: the same sweeps in the same order of
 * sums, without packing or tiles. The matrix must be positive definite.
 */
export function plainInvertSymmetric(matrix: Float64Array, size: number): void {
  for (let from = 0; from < size; from += BLOCK) sweepBlock(matrix, size, from, Math.min(BLOCK, size - from))
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = -matrix[i * size + j]!
      matrix[i * size + j] = value
      matrix[j * size + i] = value
    }
  }
}

function sweepBlock(a: Float64Array, size: number, from: number, depth: number): void {
  const inBlock = (row: number): boolean => row >= from && row < from + depth
  const lower = (i: number, j: number): number => (i >= j ? i * size + j : j * size + i)

  const pivots = new Float64Array(depth * depth)
  for (let i = 0; i < depth; i++) {
    for (let k = 0; k < depth; k++) pivots[i * depth + k] = a[lower(from + i, from + k)]!
  }
  for (let k = 0; k < depth; k++) sweepPivot(pivots, depth, k)
  for (let i = 0; i < pivots.length; i++) pivots[i] = -pivots[i]!

  const panel = new Float64Array(size * depth)
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < depth; k++) panel[row * depth + k] = inBlock(row) ? 0 : a[lower(row, from + k)]!
  }
  const product = new Float64Array(size * depth)
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < depth; k++) product[row * depth + k] = rowDot(panel, row, pivots, k, depth)
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) a[i * size + j]! -= rowDot(product, i, panel, j, depth)
  }
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < depth; k++) {
      a[lower(row, from + k)] = inBlock(row) ? -pivots[(row - from) * depth + k]! : product[row * depth + k]!
    }
  }
}

function sweepPivot(a: Float64Array, size: number, k: number): void {
  const inverse = 1 / a[k * size + k]!
  for (let i = 0; i < size; i++) {
    if (i === k) continue
    const factor = a[i * size + k]! * inverse
    for (let j = 0; j <= i; j++) if (j !== k) a[i * size + j]! -= factor * a[k * size + j]!
  }
  for (let i = 0; i < size; i++) {
    if (i === k) continue
    a[i * size + k]! *= inverse
    a[k * size + i] = a[i * size + k]!
  }
  a[k * size + k] = -inverse
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) a[j * size + i] = a[i * size + j]!
}

function rowDot(a: Float64Array, aRow: number, b: Float64Array, bRow: number, depth: number): number {
  let sum = 0
  for (let k = 0; k < depth; k++) sum += a[aRow * depth + k]! * b[bRow * depth + k]!
  return sum
}
