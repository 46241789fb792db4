/** The first place with a value that is not below another; the length where there is none. O(log n). */
export function firstFrom(ascending: Int32Array | Uint32Array, value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
