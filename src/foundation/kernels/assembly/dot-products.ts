// Dot products of every row of a matrix with one query. Four rows run side by side, so that four chains of loads are
// in flight; within a row, lane l sums the entries l, l + 4, l + 8, ...

/** matrix: f32, rowCount x width; query: f32, width; out: f32, rowCount. */
export function dotProducts(matrix: usize, query: usize, out: usize, rowCount: i32, width: i32): void {
  const rowBytes = (<usize>width) << 2
  const whole = rowCount & ~3
  for (let row = 0; row < whole; row += 4) {
    const first = matrix + <usize>row * rowBytes
    fourRows(first, rowBytes, query, out + ((<usize>row) << 2), width)
  }
  for (let row = whole; row < rowCount; row++) {
    oneRow(matrix + <usize>row * rowBytes, query, out + ((<usize>row) << 2), width)
  }
}

function fourRows(first: usize, rowBytes: usize, query: usize, out: usize, width: i32): void {
  const second = first + rowBytes
  const third = second + rowBytes
  const fourth = third + rowBytes
  const vectorBytes = (<usize>(width & ~3)) << 2
  let a = f32x4.splat(0)
  let b = f32x4.splat(0)
  let c = f32x4.splat(0)
  let d = f32x4.splat(0)
  for (let at: usize = 0; at < vectorBytes; at += 16) {
    const q = v128.load(query + at)
    a = f32x4.add(a, f32x4.mul(q, v128.load(first + at)))
    b = f32x4.add(b, f32x4.mul(q, v128.load(second + at)))
    c = f32x4.add(c, f32x4.mul(q, v128.load(third + at)))
    d = f32x4.add(d, f32x4.mul(q, v128.load(fourth + at)))
  }
  store<f32>(out, sumOfLanes(a) + tail(first, query, vectorBytes, rowBytes), 0)
  store<f32>(out, sumOfLanes(b) + tail(second, query, vectorBytes, rowBytes), 4)
  store<f32>(out, sumOfLanes(c) + tail(third, query, vectorBytes, rowBytes), 8)
  store<f32>(out, sumOfLanes(d) + tail(fourth, query, vectorBytes, rowBytes), 12)
}

function oneRow(row: usize, query: usize, out: usize, width: i32): void {
  const vectorBytes = (<usize>(width & ~3)) << 2
  let sum = f32x4.splat(0)
  for (let at: usize = 0; at < vectorBytes; at += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(query + at), v128.load(row + at)))
  }
  store<f32>(out, sumOfLanes(sum) + tail(row, query, vectorBytes, (<usize>width) << 2))
}

function sumOfLanes(v: v128): f32 {
  const even: f32 = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2)
  const odd: f32 = f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3)
  return even + odd
}

/** The entries beyond the last whole vector, in order. */
function tail(row: usize, query: usize, fromByte: usize, toByte: usize): f32 {
  let sum: f32 = 0
  for (let at = fromByte; at < toByte; at += 4) sum += load<f32>(query + at) * load<f32>(row + at)
  return sum
}
