import type { TwoTower, TwoTowerExamples } from '../../models/index.ts'
import { vectorsOf } from './vectors-of-rows.ts'

/** People and items whose closeness is looked at, at most. */
const SAMPLED_PEOPLE = 400
const SAMPLED_ITEMS = 2_000
/** Where all are equally close there is nothing to scale. */
const LEAST_SPREAD = 1e-6

/**
 * What closeness means in a model: how close items are to people on average, and how much that varies. Only with it can
 * two models be compared: each fit has an average and a spread of its own, and a ranker that learnt from the closeness
 * of one model is asked about that of the next.
 */
export interface ClosenessScale {
  readonly mean: number
  /** A standard deviation, above 0. */
  readonly spread: number
}

/** The scale of a model from before scales were kept with it: closeness as it is. */
export const UNSCALED: ClosenessScale = { mean: 0, spread: 1 }

/** The scale of a fitted model among people and items that it learnt from, each evenly spread over all. */
export function closenessScale(model: TwoTower, { users, items }: TwoTowerExamples): ClosenessScale {
  const { dimensions } = model
  const person = (features: Parameters<TwoTower['userVector']>[0], out: Float32Array) => model.userVector(features, out)
  const item = (features: Parameters<TwoTower['itemVector']>[0], out: Float32Array) => model.itemVector(features, out)
  const people = vectorsOf(users, Math.ceil(users.rowCount / SAMPLED_PEOPLE), dimensions, person)
  const others = vectorsOf(items, Math.ceil(items.rowCount / SAMPLED_ITEMS), dimensions, item)
  let [count, sum, squares] = [0, 0, 0]
  for (let one = 0; one < people.length; one += dimensions) {
    for (let other = 0; other < others.length; other += dimensions) {
      let closeness = 0
      for (let place = 0; place < dimensions; place++) closeness += people[one + place]! * others[other + place]!
      count++
      sum += closeness
      squares += closeness * closeness
    }
  }
  if (count === 0) return UNSCALED
  const mean = sum / count
  return { mean, spread: Math.max(LEAST_SPREAD, Math.sqrt(Math.max(0, squares / count - mean * mean))) }
}
