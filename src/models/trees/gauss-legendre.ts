/** A rule that integrates polynomials over [0, 1]: sum of `weights[i]` times the value at `points[i]`. */
export interface QuadratureRule {
  readonly points: Float64Array
  readonly weights: Float64Array
}

/**
 * The Gauss-Legendre rule of `count` points on [0, 1], exact for polynomials of degree up to `2 * count - 1`. Points
 * lie strictly within the interval and increase.
 *
 * @remarks O(count^2), by Newton's method on the Legendre polynomial.
 */
export function gaussLegendre(count: number): QuadratureRule {
  const points = new Float64Array(count)
  const weights = new Float64Array(count)
  for (let index = 0; index < count; index++) {
    let x = Math.cos((Math.PI * (count - index - 0.25)) / (count + 0.5))
    for (let step = 0; step < 20; step++) {
      const { value, slope } = legendre(count, x)
      const change = value / slope
      x -= change
      if (Math.abs(change) < 1e-16) break
    }
    const { slope } = legendre(count, x)
    points[index] = (1 + x) / 2
    weights[index] = 1 / ((1 - x * x) * slope * slope)
  }
  return { points, weights }
}

/** The Legendre polynomial of a degree and its derivative, by the three-term recurrence; `x` strictly within [-1, 1]. */
function legendre(degree: number, x: number): { value: number; slope: number } {
  let [before, value] = [1, x]
  for (let n = 2; n <= degree; n++) {
    const next = ((2 * n - 1) * x * value - (n - 1) * before) / n
    before = value
    value = next
  }
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) }
}
