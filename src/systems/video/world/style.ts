import type { Random } from '../../../foundation/index.ts'

/** Length of a style vector: what users and videos share beyond genres (pace, humour, depth), which nobody logs. */
export const STYLE_LENGTH = 4

/**
 * A hidden style: one of four communities, drawn at random, plus `spread` x normal. The centres are the corners of a
 * simplex (unit vectors minus their mean), so that styles of one community multiply to 3/4 and others to -1/4. Those
 * who liked one video of a style like the others: this is what collaborative filtering can find and genres cannot.
 *
 * @returns shape (`STYLE_LENGTH`,)
 */
export function drawStyle(random: Random, spread: number): Float32Array {
  const community = random.integer(STYLE_LENGTH)
  const centre = Float32Array.from(
    { length: STYLE_LENGTH },
    (_, index) => Number(index === community) - 1 / STYLE_LENGTH,
  )
  return styleNear(random, centre, spread)
}

/** A style near a given one: `centre` + `spread` x normal. */
export function styleNear(random: Random, centre: ArrayLike<number>, spread: number): Float32Array {
  return Float32Array.from({ length: STYLE_LENGTH }, (_, index) => centre[index]! + spread * random.normal())
}
