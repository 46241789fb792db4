/**
 * How many standard deviations to either side of the mean hold `level` of a normal distribution: 1.96 for 0.95.
 *
 * @param level - above 0 and below 1
 * @remarks To about 14 digits for levels up to 1 - 1e-9. Newton's method on a curve that bends down never steps past
 * the root.
 */
export function normalHalfWidth(level: number): number {
  let z = 0
  for (;;) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
    const next = z + (level / 2 - density * oddSeries(z)) / density
    if (!(next > z)) return z
    z = next
  }
}

/** z + z^3 / 3 + z^5 / (3 * 5) + ...: the mass from 0 to z divided by the density at z (Marsaglia 2004). */
function oddSeries(z: number): number {
  let term = z
  let sum = 0
  for (let odd = 3; sum + term !== sum; odd += 2) {
    sum += term
    term *= (z * z) / odd
  }
  return sum
}
