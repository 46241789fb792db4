// C = A B in single precision, tile by tile of 4 x 8. Every entry sums over the depth in order, so the result does not
// depend on how the rows are cut. A is read by strides, so its transpose needs no copy.

/**
 * Writes rows `rowFrom` to `rowTo` (multiples of 4) of C. Entry (r, k) of A lies at r * aRow + k * aDepth, row k of B at
 * k * bRow, row r of C at r * cRow, all counted in f32; `columns` is a multiple of 4.
 */
export function singleProduct(
  a: usize,
  aRow: i32,
  aDepth: i32,
  b: usize,
  bRow: i32,
  c: usize,
  cRow: i32,
  rowFrom: i32,
  rowTo: i32,
  columns: i32,
  depth: i32,
): void {
  const aRowBytes = (<usize>aRow) << 2
  const aDepthBytes = (<usize>aDepth) << 2
  const bRowBytes = (<usize>bRow) << 2
  const cRowBytes = (<usize>cRow) << 2
  const paired = columns & ~7
  // Eight columns of B stay in the cache while all rows of A pass by.
  for (let column = 0; column < paired; column += 8) {
    const panel = b + ((<usize>column) << 2)
    for (let row = rowFrom; row < rowTo; row += 4) {
      const target = c + <usize>row * cRowBytes + ((<usize>column) << 2)
      wideTile(a + <usize>row * aRowBytes, aRowBytes, aDepthBytes, panel, bRowBytes, target, cRowBytes, depth)
    }
  }
  if (paired == columns) return
  const panel = b + ((<usize>paired) << 2)
  for (let row = rowFrom; row < rowTo; row += 4) {
    const target = c + <usize>row * cRowBytes + ((<usize>paired) << 2)
    narrowTile(a + <usize>row * aRowBytes, aRowBytes, aDepthBytes, panel, bRowBytes, target, cRowBytes, depth)
  }
}

function wideTile(
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  depth: i32,
): void {
  let left0 = f32x4.splat(0)
  let left1 = f32x4.splat(0)
  let left2 = f32x4.splat(0)
  let left3 = f32x4.splat(0)
  let right0 = f32x4.splat(0)
  let right1 = f32x4.splat(0)
  let right2 = f32x4.splat(0)
  let right3 = f32x4.splat(0)
  const second = a + aRow
  const third = second + aRow
  const fourth = third + aRow
  let at: usize = 0
  for (let k = 0; k < depth; k++) {
    const left = v128.load(b, 0)
    const right = v128.load(b, 16)
    const a0 = v128.load32_splat(a + at)
    left0 = f32x4.add(left0, f32x4.mul(a0, left))
    right0 = f32x4.add(right0, f32x4.mul(a0, right))
    const a1 = v128.load32_splat(second + at)
    left1 = f32x4.add(left1, f32x4.mul(a1, left))
    right1 = f32x4.add(right1, f32x4.mul(a1, right))
    const a2 = v128.load32_splat(third + at)
    left2 = f32x4.add(left2, f32x4.mul(a2, left))
    right2 = f32x4.add(right2, f32x4.mul(a2, right))
    const a3 = v128.load32_splat(fourth + at)
    left3 = f32x4.add(left3, f32x4.mul(a3, left))
    right3 = f32x4.add(right3, f32x4.mul(a3, right))
    at += aDepth
    b += bRow
  }
  v128.store(c, left0, 0)
  v128.store(c, right0, 16)
  c += cRow
  v128.store(c, left1, 0)
  v128.store(c, right1, 16)
  c += cRow
  v128.store(c, left2, 0)
  v128.store(c, right2, 16)
  c += cRow
  v128.store(c, left3, 0)
  v128.store(c, right3, 16)
}

function narrowTile(
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  depth: i32,
): void {
  let row0 = f32x4.splat(0)
  let row1 = f32x4.splat(0)
  let row2 = f32x4.splat(0)
  let row3 = f32x4.splat(0)
  let at = a
  for (let k = 0; k < depth; k++) {
    const four = v128.load(b)
    row0 = f32x4.add(row0, f32x4.mul(v128.load32_splat(at), four))
    row1 = f32x4.add(row1, f32x4.mul(v128.load32_splat(at + aRow), four))
    row2 = f32x4.add(row2, f32x4.mul(v128.load32_splat(at + 2 * aRow), four))
    row3 = f32x4.add(row3, f32x4.mul(v128.load32_splat(at + 3 * aRow), four))
    at += aDepth
    b += bRow
  }
  v128.store(c, row0)
  v128.store(c + cRow, row1)
  v128.store(c + 2 * cRow, row2)
  v128.store(c + 3 * cRow, row3)
}
