/**
 * What the kernel of the same name computes, to the bit, in plain TypeScript: in a row, lane l of 4 sums the entries
 * l, l + 4, ...; the lanes are added as (0 + 2) + (1 + 3); entries beyond the last four are summed apart.
 */
export function plainDotProducts(matrix: Float32Array, query: Float32Array, out: Float32Array): void {
  for (let row = 0; row < out.length; row++) out[row] = dotProduct(matrix, row * query.length, query)
}

function dotProduct(matrix: Float32Array, start: number, query: Float32Array): number {
  const lanes = new Float32Array(4)
  const whole = query.length & ~3
  for (let at = 0; at < whole; at++) lanes[at & 3]! += Math.fround(query[at]! * matrix[start + at]!)
  const sumOfLanes = Math.fround(Math.fround(lanes[0]! + lanes[2]!) + Math.fround(lanes[1]! + lanes[3]!))
  let tail = 0
  for (let at = whole; at < query.length; at++) tail = Math.fround(tail + Math.fround(query[at]! * matrix[start + at]!))
  return sumOfLanes + tail
}
