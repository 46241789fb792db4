/** A convex function with a gradient. */
export interface SmoothObjective {
  readonly dimension: number
  /** The value at `point` (shape (dimension,)); writes all of `gradient` (same shape). */
  evaluate(point: Float64Array, gradient: Float64Array): number
}

export interface MinimiseOptions {
  /** Shape (dimension,); absent means zeros. Not written. */
  readonly start?: Float64Array | undefined
  /** Multiplies a vector in place by a symmetric positive definite guess at the inverse Hessian; absent means identity. */
  readonly precondition?: ((vector: Float64Array) => void) | undefined
  /** Stops when the gradient's length in the metric of `precondition` is at most this. */
  readonly tolerance: number
  readonly maxIterations: number
}

export interface Minimum {
  readonly point: Float64Array
  readonly value: number
  readonly iterations: number
  /** False when the iterations ran out or rounding left no way down. */
  readonly converged: boolean
}

/** A place that a search has reached. */
interface Place {
  readonly point: Float64Array
  readonly gradient: Float64Array
  readonly value: number
}

/** One step taken: `step` in the point, `change` in the gradient, `curvature` their product. */
interface Correction {
  readonly step: Float64Array
  readonly change: Float64Array
  readonly curvature: number
}

const CORRECTIONS_KEPT = 10
const LINE_SEARCH_STEPS = 40
/** Wolfe's constants: sufficient decrease and curvature. */
const DECREASE = 1e-4
const CURVATURE = 0.9

/**
 * The minimum of a smooth convex function by limited-memory BFGS. With the squared length of the preconditioned
 * gradient being about twice the gap to the minimum, `tolerance` bounds that gap in the function's own unit.
 * Deterministic: no chance, a fixed order of sums.
 *
 * @remarks One evaluation an iteration as a rule; 20 vectors of memory.
 * @see Liu & Nocedal 1989, Mathematical Programming 45; Nocedal & Wright 2006, algorithm 7.4.
 */
export function minimise(objective: SmoothObjective, options: MinimiseOptions): Minimum {
  const precondition = options.precondition ?? (() => {})
  const corrections: Correction[] = []
  let place = evaluateAt(objective, options.start?.slice() ?? new Float64Array(objective.dimension))
  for (let iterations = 0; ; iterations++) {
    const converged = lengthOf(place.gradient, precondition) <= options.tolerance
    if (converged || iterations === options.maxIterations) return finish(place, iterations, converged)
    const next = searchLine(objective, place, descentDirection(place.gradient, corrections, precondition))
    if (next === undefined) return finish(place, iterations, false)
    remember(corrections, place, next)
    place = next
  }
}

function finish({ point, value }: Place, iterations: number, converged: boolean): Minimum {
  return { point, value, iterations, converged }
}

function evaluateAt(objective: SmoothObjective, point: Float64Array): Place {
  const gradient = new Float64Array(objective.dimension)
  return { point, gradient, value: objective.evaluate(point, gradient) }
}

function lengthOf(gradient: Float64Array, precondition: (vector: Float64Array) => void): number {
  const scaled = gradient.slice()
  precondition(scaled)
  return Math.sqrt(Math.max(0, dot(gradient, scaled)))
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descentDirection(
  gradient: Float64Array,
  corrections: readonly Correction[],
  precondition: (vector: Float64Array) => void,
): Float64Array {
  const direction = along(new Float64Array(gradient.length), -1, gradient)
  const factors = corrections.map(() => 0)
  for (let index = corrections.length - 1; index >= 0; index--) {
    const { step, change, curvature } = corrections[index]!
    factors[index] = dot(step, direction) / curvature
    addScaled(direction, -factors[index]!, change)
  }
  precondition(direction)
  scaleToLatest(direction, corrections.at(-1), precondition)
  corrections.forEach(({ step, change, curvature }, index) => {
    addScaled(direction, factors[index]! - dot(change, direction) / curvature, step)
  })
  return direction
}

/** Fits the length of the guess to the latest curvature (Nocedal & Wright 7.20, in the metric of the guess). */
function scaleToLatest(
  direction: Float64Array,
  latest: Correction | undefined,
  precondition: (vector: Float64Array) => void,
): void {
  if (latest === undefined) return
  const scaled = latest.change.slice()
  precondition(scaled)
  const factor = latest.curvature / dot(latest.change, scaled)
  for (let index = 0; index < direction.length; index++) direction[index]! *= factor
}

/**
 * A place along `direction` that meets Wolfe's conditions, by bracketing and the secant on the slope, which never
 * decreases along a line of a convex function. `undefined` when rounding hides every way down.
 */
function searchLine(objective: SmoothObjective, from: Place, direction: Float64Array): Place | undefined {
  const startSlope = dot(from.gradient, direction)
  if (!(startSlope < 0)) return undefined
  // Near the minimum the value no longer resolves the decrease; its last digits are forgiven (Hager & Zhang 2005).
  const forgiven = 1e-14 * Math.abs(from.value)
  let low = { at: 0, slope: startSlope }
  let high: { at: number; slope: number } | undefined
  let at = 1
  for (let attempt = 0; attempt < LINE_SEARCH_STEPS; attempt++) {
    const place = evaluateAt(objective, along(from.point, at, direction))
    const slope = dot(place.gradient, direction)
    const decreased = place.value <= from.value + DECREASE * at * startSlope + forgiven
    if (decreased && Math.abs(slope) <= -CURVATURE * startSlope) return place
    if (decreased && slope < 0) low = { at, slope }
    else high = { at, slope }
    at = high === undefined ? at * 2 : between(low, high)
  }
  return undefined
}

/** Where the secant of the slope crosses zero, kept off the ends of the bracket. */
function between(low: { at: number; slope: number }, high: { at: number; slope: number }): number {
  const share = high.slope > 0 ? low.slope / (low.slope - high.slope) : 0.5
  return low.at + (high.at - low.at) * Math.min(0.9, Math.max(0.1, share))
}

function remember(corrections: Correction[], from: Place, to: Place): void {
  const step = along(to.point, -1, from.point)
  const change = along(to.gradient, -1, from.gradient)
  const curvature = dot(step, change)
  if (!(curvature > 0)) return
  corrections.push({ step, change, curvature })
  if (corrections.length > CORRECTIONS_KEPT) corrections.shift()
}

function along(from: Float64Array, at: number, direction: Float64Array): Float64Array {
  const point = from.slice()
  addScaled(point, at, direction)
  return point
}

function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let index = 0; index < target.length; index++) target[index]! += factor * source[index]!
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!
  return sum
}
