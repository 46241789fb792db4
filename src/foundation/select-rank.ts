/** Rounds, beyond which values are so unlucky that sorting what is left of them is as good. */
const MOST_ROUNDS = 64

/**
 * The value of a rank, counted from 0 at the smallest, among the first `count` values, which it reorders: no value before
 * it is larger then, and none behind it smaller. Hoare's selection with the median of three, and insertion once few are left.
 *
 * @param values - none is NaN
 * @remarks O(count) on average, O(count log count) at worst.
 */
export function selectRank(values: Float64Array, count: number, rank: number): number {
  let low = 0
  let high = count - 1
  for (let round = 0; high - low > 16; round++) {
    if (round === MOST_ROUNDS) {
      values.subarray(low, high + 1).sort()
      return values[rank]!
    }
    const pivot = medianOfThree(values[low]!, values[(low + high) >>> 1]!, values[high]!)
    let left = low
    let right = high
    while (left <= right) {
      while (values[left]! < pivot) left++
      while (values[right]! > pivot) right--
      if (left > right) break
      const held = values[left]!
      values[left++] = values[right]!
      values[right--] = held
    }
    if (rank <= right) high = right
    else if (rank >= left) low = left
    else return values[rank]!
  }
  insertionSort(values, low, high)
  return values[rank]!
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}

function insertionSort(values: Float64Array, low: number, high: number): void {
  for (let index = low + 1; index <= high; index++) {
    const value = values[index]!
    let place = index
    for (; place > low && values[place - 1]! > value; place--) values[place] = values[place - 1]!
    values[place] = value
  }
}
