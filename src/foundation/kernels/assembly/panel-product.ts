// C += A B^T for panels that are `depth` wide, tile by tile of 4 x 4. Every entry sums over the depth in order and is
// added to C once, so the result does not depend on how the work is cut.

/**
 * Packs a row-major f64 panel (rowCount x depth) into strips of 4 rows, [strip][k][4], times `sign`.
 * `rowCount` is a multiple of 4.
 */
export function packStrips(panel: usize, rowCount: i32, depth: i32, sign: f64, packed: usize): void {
  const rowBytes = (<usize>depth) << 3
  let out = packed
  for (let row = 0; row < rowCount; row += 4) {
    let from = panel + <usize>row * rowBytes
    for (let k = 0; k < depth; k++) {
      store<f64>(out, sign * load<f64>(from), 0)
      store<f64>(out, sign * load<f64>(from + rowBytes), 8)
      store<f64>(out, sign * load<f64>(from + 2 * rowBytes), 16)
      store<f64>(out, sign * load<f64>(from + 3 * rowBytes), 24)
      from += 8
      out += 32
    }
  }
}

/** Adds the product of packed `a` and `b` to the given rows and columns (multiples of 4) of `c`, which is row-major. */
export function addProduct(
  c: usize,
  width: i32,
  a: usize,
  b: usize,
  depth: i32,
  rowFrom: i32,
  rowTo: i32,
  columnFrom: i32,
  columnTo: i32,
): void {
  const packedRowBytes = (<usize>depth) << 3
  const rowBytes = (<usize>width) << 3
  for (let row = rowFrom; row < rowTo; row += 4) {
    const strip = a + <usize>row * packedRowBytes
    const target = c + <usize>row * rowBytes
    for (let column = columnFrom; column < columnTo; column += 4) {
      addTile(target + ((<usize>column) << 3), rowBytes, strip, b + <usize>column * packedRowBytes, depth)
    }
  }
}

function addTile(c: usize, rowBytes: usize, a: usize, b: usize, depth: i32): void {
  let left0 = f64x2.splat(0)
  let left1 = f64x2.splat(0)
  let left2 = f64x2.splat(0)
  let left3 = f64x2.splat(0)
  let right0 = f64x2.splat(0)
  let right1 = f64x2.splat(0)
  let right2 = f64x2.splat(0)
  let right3 = f64x2.splat(0)
  const end = a + ((<usize>depth) << 5)
  while (a < end) {
    const left = v128.load(b, 0)
    const right = v128.load(b, 16)
    const a0 = v128.load64_splat(a, 0)
    left0 = f64x2.add(left0, f64x2.mul(a0, left))
    right0 = f64x2.add(right0, f64x2.mul(a0, right))
    const a1 = v128.load64_splat(a, 8)
    left1 = f64x2.add(left1, f64x2.mul(a1, left))
    right1 = f64x2.add(right1, f64x2.mul(a1, right))
    const a2 = v128.load64_splat(a, 16)
    left2 = f64x2.add(left2, f64x2.mul(a2, left))
    right2 = f64x2.add(right2, f64x2.mul(a2, right))
    const a3 = v128.load64_splat(a, 24)
    left3 = f64x2.add(left3, f64x2.mul(a3, left))
    right3 = f64x2.add(right3, f64x2.mul(a3, right))
    a += 32
    b += 32
  }
  addRow(c, left0, right0)
  addRow(c + rowBytes, left1, right1)
  addRow(c + 2 * rowBytes, left2, right2)
  addRow(c + 3 * rowBytes, left3, right3)
}

function addRow(c: usize, left: v128, right: v128): void {
  v128.store(c, f64x2.add(v128.load(c, 0), left), 0)
  v128.store(c, f64x2.add(v128.load(c, 16), right), 16)
}
