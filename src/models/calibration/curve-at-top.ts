import { minimise } from '../limited-memory-bfgs.ts'
import { logistic } from '../logistic-function.ts'

/** Rows that were shown, and whether each was clicked; all arrays of shape (n,). */
export interface ShownRows {
  /** Finite. */
  readonly scores: Float64Array
  /** A click when above 0. */
  readonly labels: Float64Array
  /** At least 0 and not all 0. */
  readonly weights: Float64Array
  /** Above 0: how often the place of a row is looked at, relative to the top. */
  readonly propensities: Float64Array
}

const TOLERANCE = 1e-9
const MAX_ITERATIONS = 100
/** A click is never quite certain, wherever it was made. */
const MOST_CERTAIN = 1 - 1e-9
/** Pulls both parameters towards 0 as hardly anything, so that the optimum is finite where scores part the clicks. */
const RIDGE = 1e-9

/**
 * The logistic curve from score to the chance of a click at the top, where a row is clicked with its propensity times that
 * chance: the likeliest one. Two parameters.
 *
 * @returns slope and intercept in units of the scores
 * @remarks O(n) an iteration, some 20 iterations.
 */
export function curveAtTop({ scores, labels, weights, propensities }: ShownRows): { slope: number; intercept: number } {
  const { centre, unit } = momentsOf(scores, weights)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const { point } = minimise(
    {
      dimension: 2,
      evaluate([slope = 0, intercept = 0], gradient) {
        let [loss, bySlope, byIntercept] = [0, 0, 0]
        for (let row = 0; row < scores.length; row++) {
          const x = (scores[row]! - centre) / unit
          const chance = logistic(slope * x + intercept)
          const seen = Math.min(MOST_CERTAIN, propensities[row]! * chance)
          const isClicked = labels[row]! > 0
          const pull = weights[row]! * (isClicked ? chance - 1 : (seen * (1 - chance)) / (1 - seen))
          loss -= weights[row]! * Math.log(isClicked ? Math.max(Number.MIN_VALUE, seen) : 1 - seen)
          bySlope += pull * x
          byIntercept += pull
        }
        gradient[0] = bySlope / total + RIDGE * slope
        gradient[1] = byIntercept / total + RIDGE * intercept
        return loss / total + (RIDGE / 2) * (slope * slope + intercept * intercept)
      },
    },
    { tolerance: TOLERANCE, maxIterations: MAX_ITERATIONS },
  )
  const [slope = 0, intercept = 0] = point
  return { slope: slope / unit, intercept: intercept - (slope * centre) / unit }
}

/** The weighted mean of scores, and their spread; 1 where they are all alike. */
function momentsOf(scores: Float64Array, weights: Float64Array): { centre: number; unit: number } {
  let [total, sum, squares] = [0, 0, 0]
  scores.forEach((score, row) => {
    total += weights[row]!
    sum += weights[row]! * score
    squares += weights[row]! * score * score
  })
  const centre = sum / total
  const spread = Math.sqrt(Math.max(0, squares / total - centre * centre))
  return { centre, unit: spread > 0 ? spread : 1 }
}
