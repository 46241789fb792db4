import type { CategoricalBins } from './feature-bins.ts'

/** A category that occurs so seldom has no bin of its own, unless it is one of the first two. */
const MOST_ROWS = 0.99

/**
 * Bins for categories as LightGBM finds them: the most frequent ones, until they cover 99 % of the rows or as many
 * bins as allowed; ties keep the order of the categories.
 *
 * @param values - the sampled values; NaN and negative ones are missing
 */
export function findCategoryBins(
  values: Float64Array,
  { maxBins, minRowsInBin }: { maxBins: number; minRowsInBin: number },
): CategoricalBins {
  const counts = new Map<number, number>()
  let known = 0
  for (const value of values) {
    const category = categoryOf(value)
    if (category < 0) continue
    counts.set(category, (counts.get(category) ?? 0) + 1)
    known++
  }
  const hasUnknown = known < values.length
  const ordered = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])
  const enough = Math.round(known * MOST_ROWS)
  const limit = Math.min(maxBins, ordered.length + (hasUnknown ? 1 : 0))
  const categories: number[] = []
  let covered = 0
  for (const [category, count] of ordered) {
    if (categories.length >= maxBins - 1) break
    if (covered >= enough && categories.length + 1 >= limit) break
    if (count < minRowsInBin && categories.length > 1) break
    categories.push(category)
    covered += count
  }
  const hasMissing = hasUnknown || categories.length < ordered.length
  return { kind: 'categorical', categories: Int32Array.from(categories), hasMissing }
}

/** The category a value stands for; -1 for what is missing. A fraction is cut off. */
export function categoryOf(value: number): number {
  return value >= 0 && value < 2147483648 ? Math.floor(value) : -1
}

/** A function from values to bins. */
export function categoryLookup({ categories }: CategoricalBins): (value: number) => number {
  const binOfCategory = new Map<number, number>()
  categories.forEach((category, index) => {
    binOfCategory.set(category, index + 1)
  })
  return (value) => binOfCategory.get(categoryOf(value)) ?? 0
}
