/** 1 for every item that stands in the history, else 0; shape (itemCount,). */
export function marksOf(history: Int32Array, itemCount: number): Uint8Array {
  const met = new Uint8Array(itemCount)
  for (const item of history) met[item] = 1
  return met
}

/**
 * Brings scores in place to mean 0 and deviation 1 over the items that were not met, so that what several models say can
 * be added. Scores that are all the same become 0.
 *
 * @param met - of {@link marksOf}; what was met is moved and scaled with the rest
 */
export function standardise(scores: Float64Array, met: Uint8Array): void {
  const { mean, deviation } = momentsOf(scores, met)
  const scale = deviation > 0 ? 1 / deviation : 0
  for (let item = 0; item < scores.length; item++) scores[item] = (scores[item]! - mean) * scale
}

function momentsOf(scores: Float64Array, met: Uint8Array): { mean: number; deviation: number } {
  let sum = 0
  let count = 0
  for (let item = 0; item < scores.length; item++) {
    if (met[item] === 1) continue
    sum += scores[item]!
    count++
  }
  const mean = sum / Math.max(1, count)
  let squares = 0
  for (let item = 0; item < scores.length; item++) if (met[item] === 0) squares += (scores[item]! - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / Math.max(1, count)) }
}
