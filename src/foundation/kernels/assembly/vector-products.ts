// Sums of the products v v' of many vectors of f32. Blocks of vectors are summed in f32 while they are in the cache, and
// the blocks in f64; tiles of 4 x 8 numbers stay in registers.

/** Vectors a block. */
const BLOCK: u32 = 64

/**
 * Adds v v' of the vectors `from` to `to` (excluded) to `sums` (f64, factors x factors, row-major): the lower triangle
 * is right, the rest is undefined. `factorCount` is a multiple of 4.
 */
export function addVectorProducts(vectors: usize, factorCount: i32, from: u32, to: u32, sums: usize): void {
  const vectorBytes = (<usize>factorCount) << 2
  for (let first = from; first < to; first += BLOCK) {
    const count = min(BLOCK, to - first)
    const block = vectors + <usize>first * vectorBytes
    for (let row: usize = 0; row < vectorBytes; row += 16) {
      let column: usize = 0
      for (; column + 32 <= vectorBytes && column <= row; column += 32) {
        wideTile(block, vectorBytes, count, row, column, sums)
      }
      if (column <= row) narrowTile(block, vectorBytes, count, row, column, sums)
    }
  }
}

function wideTile(block: usize, vectorBytes: usize, count: u32, row: usize, column: usize, sums: usize): void {
  let left0 = f32x4.splat(0)
  let left1 = f32x4.splat(0)
  let left2 = f32x4.splat(0)
  let left3 = f32x4.splat(0)
  let right0 = f32x4.splat(0)
  let right1 = f32x4.splat(0)
  let right2 = f32x4.splat(0)
  let right3 = f32x4.splat(0)
  let vector = block
  for (let index: u32 = 0; index < count; index++) {
    const left = v128.load(vector + column, 0)
    const right = v128.load(vector + column, 16)
    const value0 = v128.load32_splat(vector + row, 0)
    left0 = f32x4.add(left0, f32x4.mul(value0, left))
    right0 = f32x4.add(right0, f32x4.mul(value0, right))
    const value1 = v128.load32_splat(vector + row, 4)
    left1 = f32x4.add(left1, f32x4.mul(value1, left))
    right1 = f32x4.add(right1, f32x4.mul(value1, right))
    const value2 = v128.load32_splat(vector + row, 8)
    left2 = f32x4.add(left2, f32x4.mul(value2, left))
    right2 = f32x4.add(right2, f32x4.mul(value2, right))
    const value3 = v128.load32_splat(vector + row, 12)
    left3 = f32x4.add(left3, f32x4.mul(value3, left))
    right3 = f32x4.add(right3, f32x4.mul(value3, right))
    vector += vectorBytes
  }
  const rowBytes = vectorBytes << 1
  const target = sums + (row >> 2) * rowBytes + (column << 1)
  addFour(target, left0)
  addFour(target + 32, right0)
  addFour(target + rowBytes, left1)
  addFour(target + rowBytes + 32, right1)
  addFour(target + 2 * rowBytes, left2)
  addFour(target + 2 * rowBytes + 32, right2)
  addFour(target + 3 * rowBytes, left3)
  addFour(target + 3 * rowBytes + 32, right3)
}

function narrowTile(block: usize, vectorBytes: usize, count: u32, row: usize, column: usize, sums: usize): void {
  let first = f32x4.splat(0)
  let second = f32x4.splat(0)
  let third = f32x4.splat(0)
  let fourth = f32x4.splat(0)
  let vector = block
  for (let index: u32 = 0; index < count; index++) {
    const values = v128.load(vector + column)
    first = f32x4.add(first, f32x4.mul(v128.load32_splat(vector + row, 0), values))
    second = f32x4.add(second, f32x4.mul(v128.load32_splat(vector + row, 4), values))
    third = f32x4.add(third, f32x4.mul(v128.load32_splat(vector + row, 8), values))
    fourth = f32x4.add(fourth, f32x4.mul(v128.load32_splat(vector + row, 12), values))
    vector += vectorBytes
  }
  const rowBytes = vectorBytes << 1
  const target = sums + (row >> 2) * rowBytes + (column << 1)
  addFour(target, first)
  addFour(target + rowBytes, second)
  addFour(target + 2 * rowBytes, third)
  addFour(target + 3 * rowBytes, fourth)
}

/** Adds four f32 to four f64. */
function addFour(target: usize, values: v128): void {
  const low = f64x2.promote_low_f32x4(values)
  const high = f64x2.promote_low_f32x4(i32x4.shuffle(values, values, 2, 3, 2, 3))
  v128.store(target, f64x2.add(v128.load(target, 0), low), 0)
  v128.store(target, f64x2.add(v128.load(target, 16), high), 16)
}
