/** The mean of the vectors of some items, shape (dimensions,); zeros of none. */
export function meanOfVectors(
  items: Int32Array,
  dimensions: number,
  vectorOf: (item: number) => Float32Array,
): Float32Array {
  const mean = new Float32Array(dimensions)
  for (const item of items) {
    const vector = vectorOf(item)
    for (let j = 0; j < dimensions; j++) mean[j]! += vector[j]! / items.length
  }
  return mean
}
