// Vectors of f32 whose length is a multiple of 4, given in bytes.

export function clear(vector: usize, bytes: usize): void {
  memory.fill(vector, 0, bytes)
}

export function copyVector(from: usize, to: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at))
}

/** Lane l sums the products l, l + 8, ... and l + 4, l + 12, ... apart. */
export function dotVectors(left: usize, right: usize, bytes: usize): f32 {
  let even = f32x4.splat(0)
  let odd = f32x4.splat(0)
  let at: usize = 0
  for (; at + 32 <= bytes; at += 32) {
    even = f32x4.add(even, f32x4.mul(v128.load(left + at, 0), v128.load(right + at, 0)))
    odd = f32x4.add(odd, f32x4.mul(v128.load(left + at, 16), v128.load(right + at, 16)))
  }
  if (at < bytes) even = f32x4.add(even, f32x4.mul(v128.load(left + at), v128.load(right + at)))
  const sum = f32x4.add(even, odd)
  const low: f32 = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 2)
  const high: f32 = f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 3)
  return low + high
}

/** The sums of the lanes of a, b, c and d. */
export function addTransposed(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7))
  const cd = f32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7))
  return f32x4.add(i32x4.shuffle(ab, cd, 0, 1, 4, 5), i32x4.shuffle(ab, cd, 2, 3, 6, 7))
}
