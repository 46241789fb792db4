import { DAY_MS, randomFrom } from '../../../foundation/index.ts'
import type { ResolvedSearchOptions } from './options.ts'
import { PRODUCT_TYPES } from './product-types.ts'
import type { Product } from './products.ts'

const CRAZE_DAYS = 3
const CRAZE = 6

/**
 * How much each type is asked for on each day: few much, most little; it comes and goes with the season, and a quarter
 * of them are a craze for some days. What is not on sale yet is not asked for.
 *
 * @returns by day, shape (types,)
 */
export function createDemand(
  { seed, days, startMs }: ResolvedSearchOptions,
  products: readonly Product[],
  productsOfType: readonly (readonly number[])[],
): readonly Float64Array[] {
  const courses = PRODUCT_TYPES.map((_, type) => {
    const random = randomFrom(seed, 'demand', type)
    const [phase, crazeDay, rank] = [random.uniform(), Math.floor(random.uniform() * 4 * days), random.uniform()]
    return { phase, crazeDay, share: (rank + 0.02) ** -1.2 }
  })
  return Array.from({ length: days }, (_, day) =>
    Float64Array.from(courses, ({ phase, crazeDay, share }, type) => {
      const first = productsOfType[type]![0]
      if (first === undefined || products[first]!.listedAt > startMs + day * DAY_MS) return 0
      const season = Math.exp(0.7 * Math.sin(2 * Math.PI * (day / 30 + phase)))
      return share * season * (day >= crazeDay && day < crazeDay + CRAZE_DAYS ? CRAZE : 1)
    }),
  )
}
