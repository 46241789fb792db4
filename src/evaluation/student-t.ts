const STEPS = 300
const TOLERANCE = 1e-15
const TINY = 1e-300

/**
 * The chance that a value of Student's t distribution lies at least as far from 0 as `t`, on either side.
 *
 * @param degrees - degrees of freedom, above 0
 * @returns in [0, 1]; 1 at 0, 0 at an infinity; NaN at NaN
 * @remarks By the incomplete beta function, to about 1e-13 of the value.
 * @see Press et al. 2007, Numerical Recipes, section 6.4 (the continued fraction).
 */
export function twoSidedStudentT(t: number, degrees: number): number {
  if (t === 0) return 1
  if (Math.abs(t) === Number.POSITIVE_INFINITY) return 0
  const total = degrees + t * t
  return incompleteBeta(degrees / total, (t * t) / total, degrees / 2, 0.5)
}

/** The regularised incomplete beta function I_x(a, b); `y` is 1 - x, given so that nothing of it is lost. */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0 || y <= 0) return x <= 0 ? 0 : 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y))
  // The fraction converges fast on this side of the mean; the other is reached by symmetry.
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a
  return 1 - (front * betaFraction(y, b, a)) / b
}

/** The continued fraction of the incomplete beta function, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m <= STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d)
      c = away(1 + term / c)
      value *= c * d
    }
    if (Math.abs(c * d - 1) < TOLERANCE) break
  }
  return value
}

function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}

const SHIFT_FROM = 15

/** The logarithm of the gamma function of a number above 0, by Stirling's series. */
function logGamma(x: number): number {
  let below = 0
  let z = x
  for (; z < SHIFT_FROM; z++) below += Math.log(z)
  const inverse = 1 / z
  const square = inverse * inverse
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))))
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - below
}
