/** A straight line through points, and how sure its slope is. */
export interface TrendLine {
  readonly mean: number
  /** Change of y for one of x. */
  readonly slope: number
  readonly standardError: number
}

/**
 * Least squares. Neighbours in time resemble each other, so that the standard error of independent points would be too
 * small: it is widened by the correlation of neighbouring residuals, as for a first-order autoregression.
 *
 * @param xs - shape (n,), evenly spaced, n at least 3
 * @param ys - same length
 */
export function trendLine(xs: readonly number[], ys: readonly number[]): TrendLine {
  const count = xs.length
  const meanX = sum(xs) / count
  const mean = sum(ys) / count
  const spread = sum(xs.map((x) => (x - meanX) ** 2))
  const slope = sum(xs.map((x, index) => (x - meanX) * (ys[index]! - mean))) / spread
  const residuals = ys.map((y, index) => y - mean - slope * (xs[index]! - meanX))
  const squares = sum(residuals.map((residual) => residual ** 2))
  const neighbours = sum(residuals.slice(1).map((residual, index) => residual * residuals[index]!))
  const correlation = squares === 0 ? 0 : Math.min(0.95, Math.max(0, neighbours / squares))
  const widening = Math.sqrt((1 + correlation) / (1 - correlation))
  return { mean, slope, standardError: Math.sqrt(squares / (count - 2) / spread) * widening }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
