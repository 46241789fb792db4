// The inverse of a symmetric positive definite matrix, in place, by sweeping blocks of pivots: as many operations as
// Cholesky, inverting the factor and multiplying (n^3 / 2 each), but nearly all of them in one product of panels.
//
// Sweeping the block K of a symmetric A, with P = inverse(A[K,K]) and W = A[:,K] P, does
//   A[i,j] -= W[i] A[K,j]     A[i,K] = W[i]     A[K,K] = -P        for i, j outside K
// and after all blocks A holds minus its inverse. See Goodnight 1979, The American Statistician 33(3).
//
// Only the lower triangle is read and kept up to date until the end.
import { addProduct, packStrips } from './panel-product'

/** Pivots a block: a strip of 4 rows and 64 pivots is 2 KiB. */
const BLOCK: i32 = 64
/** Columns updated together: their packed panel is 64 KiB and stays in the second-level cache. */
const COLUMNS: i32 = 128

/** Scratch for a matrix of `size` rows: panel, product, both packed, and the pivot block with its packing. */
export function scratchBytes(size: i32): usize {
  return (<usize>size * BLOCK * 4 + BLOCK * BLOCK * 2) << 3
}

/**
 * matrix: f64, size x size, `size` a multiple of 4.
 * Returns 0, or 1 + the pivot at which the matrix proved not to be positive definite.
 */
export function invertSymmetric(matrix: usize, size: i32, scratch: usize): i32 {
  for (let from = 0; from < size; from += BLOCK) {
    const failure = sweepBlock(matrix, size, from, min(BLOCK, size - from), scratch)
    if (failure) return from + failure
  }
  negateAndMirror(matrix, size)
  return 0
}

function sweepBlock(matrix: usize, size: i32, from: i32, depth: i32, scratch: usize): i32 {
  const panelBytes = (<usize>size * BLOCK) << 3
  const panel = scratch
  const product = panel + panelBytes
  const packedPanel = product + panelBytes
  const packedProduct = packedPanel + panelBytes
  const pivots = packedProduct + panelBytes
  const packedPivots = pivots + ((BLOCK * BLOCK) << 3)

  copyPivots(matrix, size, from, depth, pivots)
  const failure = invertPivots(pivots, depth)
  if (failure) return failure
  packStrips(pivots, depth, depth, 1, packedPivots)

  copyPanel(matrix, size, from, depth, panel)
  packStrips(panel, size, depth, 1, packedPanel)
  memory.fill(product, 0, (<usize>size * depth) << 3)
  addProduct(product, depth, packedPanel, packedPivots, depth, 0, size, 0, depth)
  packStrips(product, size, depth, -1, packedProduct)

  // The rows and columns of K themselves are zero in the panel, and are written below.
  for (let column = 0; column < size; column += COLUMNS) {
    const end = min(column + COLUMNS, size)
    addLowerProduct(matrix, size, packedProduct, packedPanel, depth, column, end)
  }
  writeSwept(matrix, size, from, depth, product, pivots)
  return 0
}

/** Adds to the lower triangle: rows from the first of these columns down. */
function addLowerProduct(c: usize, size: i32, a: usize, b: usize, depth: i32, from: i32, to: i32): void {
  for (let row = from; row < size; row += 4) {
    addProduct(c, size, a, b, depth, row, row + 4, from, min(to, row + 4))
  }
}

function copyPivots(matrix: usize, size: i32, from: i32, depth: i32, pivots: usize): void {
  for (let i = 0; i < depth; i++) {
    for (let j = 0; j <= i; j++) {
      const value = load<f64>(at(matrix, size, from + i, from + j))
      store<f64>(at(pivots, depth, i, j), value)
      store<f64>(at(pivots, depth, j, i), value)
    }
  }
}

/** Sweeps one pivot after the other and negates: the small block becomes its inverse. */
function invertPivots(a: usize, size: i32): i32 {
  for (let k = 0; k < size; k++) {
    const pivot = load<f64>(at(a, size, k, k))
    if (!(pivot > 0)) return k + 1
    sweepPivot(a, size, k, 1 / pivot)
  }
  for (let i = 0; i < size * size; i++) store<f64>(at(a, size, 0, i), -load<f64>(at(a, size, 0, i)))
  return 0
}

function sweepPivot(a: usize, size: i32, k: i32, inverse: f64): void {
  for (let i = 0; i < size; i++) {
    if (i == k) continue
    const factor = load<f64>(at(a, size, i, k)) * inverse
    for (let j = 0; j <= i; j++) {
      if (j == k) continue
      const value = load<f64>(at(a, size, i, j)) - factor * load<f64>(at(a, size, k, j))
      store<f64>(at(a, size, i, j), value)
    }
  }
  for (let i = 0; i < size; i++) {
    if (i == k) continue
    const value = load<f64>(at(a, size, i, k)) * inverse
    store<f64>(at(a, size, i, k), value)
    store<f64>(at(a, size, k, i), value)
  }
  store<f64>(at(a, size, k, k), -inverse)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) store<f64>(at(a, size, j, i), load<f64>(at(a, size, i, j)))
  }
}

/** panel: size x depth, the columns K of the matrix, with zeros in the rows K. */
function copyPanel(matrix: usize, size: i32, from: i32, depth: i32, panel: usize): void {
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < depth; k++) store<f64>(at(panel, depth, row, k), panelEntry(matrix, size, from, depth, row, k))
  }
}

function panelEntry(matrix: usize, size: i32, from: i32, depth: i32, row: i32, k: i32): f64 {
  if (row < from) return load<f64>(at(matrix, size, from + k, row))
  if (row < from + depth) return 0
  return load<f64>(at(matrix, size, row, from + k))
}

function writeSwept(matrix: usize, size: i32, from: i32, depth: i32, product: usize, pivots: usize): void {
  for (let row = 0; row < from; row++) {
    for (let k = 0; k < depth; k++) {
      store<f64>(at(matrix, size, from + k, row), load<f64>(at(product, depth, row, k)))
    }
  }
  for (let i = 0; i < depth; i++) {
    for (let k = 0; k <= i; k++) store<f64>(at(matrix, size, from + i, from + k), -load<f64>(at(pivots, depth, i, k)))
  }
  for (let row = from + depth; row < size; row++) {
    for (let k = 0; k < depth; k++) {
      store<f64>(at(matrix, size, row, from + k), load<f64>(at(product, depth, row, k)))
    }
  }
}

function negateAndMirror(matrix: usize, size: i32): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = -load<f64>(at(matrix, size, i, j))
      store<f64>(at(matrix, size, i, j), value)
      store<f64>(at(matrix, size, j, i), value)
    }
  }
}

function at(matrix: usize, width: i32, row: i32, column: i32): usize {
  return matrix + ((<usize>row * <usize>width + <usize>column) << 3)
}
