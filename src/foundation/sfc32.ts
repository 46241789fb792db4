/**
 * The sfc32 generator from a state of four 32-bit words, of which the last counts.
 *
 * @returns a function that gives the next whole number, uniform in [0, 2^32)
 * @remarks Period at least 2^32, 2^127 on average.
 * @see Chris Doty-Humphrey's PractRand, `RNGs/sfc`.
 */
export function sfc32(a: number, b: number, c: number, counter: number): () => number {
  return () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
}
