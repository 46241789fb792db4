// Bags of embeddings: a row is the weighted sum of the vectors of its features. Forwards row by row, backwards feature
// by feature, so that a feature that many rows share takes one step by the sum of their gradients.

/**
 * Writes the sums of rows `from` to `to`. table: f32, [feature][width]; starts: u32, one a row and one more; indices:
 * u32 and values: f32, one an entry; out: f32, [row][width]. `width` is a multiple of 4.
 */
export function sumBags(
  table: usize,
  width: i32,
  starts: usize,
  indices: usize,
  values: usize,
  from: i32,
  to: i32,
  out: usize,
): void {
  const vectorBytes = (<usize>width) << 2
  for (let row = from; row < to; row++) {
    const start = <usize>load<u32>(starts + ((<usize>row) << 2), 0)
    const end = <usize>load<u32>(starts + ((<usize>row) << 2), 4)
    const target = out + <usize>row * vectorBytes
    memory.fill(target, 0, vectorBytes)
    for (let entry = start; entry < end; entry++) {
      const vector = table + <usize>load<u32>(indices + (entry << 2)) * vectorBytes
      addScaled(target, vector, load<f32>(values + (entry << 2)), vectorBytes)
    }
  }
}

/**
 * A step of AdaGrad for features `from` to `to` of a list. features: u32; starts: u32, where the entries of each begin,
 * and one more; rows: u32 and values: f32, one an entry; gradients: f32, [row][width], by the sums; squares: like the
 * table, above 0; sum: room for one vector.
 */
export function stepBags(
  table: usize,
  squares: usize,
  width: i32,
  features: usize,
  starts: usize,
  rows: usize,
  values: usize,
  gradients: usize,
  from: i32,
  to: i32,
  learningRate: f32,
  sum: usize,
): void {
  const vectorBytes = (<usize>width) << 2
  for (let place = from; place < to; place++) {
    const start = <usize>load<u32>(starts + ((<usize>place) << 2), 0)
    const end = <usize>load<u32>(starts + ((<usize>place) << 2), 4)
    memory.fill(sum, 0, vectorBytes)
    for (let entry = start; entry < end; entry++) {
      const gradient = gradients + <usize>load<u32>(rows + (entry << 2)) * vectorBytes
      addScaled(sum, gradient, load<f32>(values + (entry << 2)), vectorBytes)
    }
    const vector = <usize>load<u32>(features + ((<usize>place) << 2)) * vectorBytes
    stepWeights(table + vector, squares + vector, sum, width, learningRate)
  }
}

/** A step of AdaGrad for `count` (a multiple of 4) weights by their gradients, all f32. */
export function stepWeights(weights: usize, squares: usize, gradients: usize, count: i32, learningRate: f32): void {
  const bytes = (<usize>count) << 2
  const rate = f32x4.splat(learningRate)
  for (let at: usize = 0; at < bytes; at += 16) {
    const gradient = v128.load(gradients + at)
    const square = f32x4.add(v128.load(squares + at), f32x4.mul(gradient, gradient))
    v128.store(squares + at, square)
    const step = f32x4.div(f32x4.mul(rate, gradient), f32x4.sqrt(square))
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), step))
  }
}

function addScaled(target: usize, vector: usize, value: f32, vectorBytes: usize): void {
  const factor = f32x4.splat(value)
  for (let at: usize = 0; at < vectorBytes; at += 16) {
    v128.store(target + at, f32x4.add(v128.load(target + at), f32x4.mul(factor, v128.load(vector + at))))
  }
}
