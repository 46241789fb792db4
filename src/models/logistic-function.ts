/** The logistic function: a score in log-odds to a probability in [0, 1]. Never decreases; exact at the far ends. */
export function logistic(score: number): number {
  if (score >= 0) return 1 / (1 + Math.exp(-score))
  const odds = Math.exp(score)
  return odds / (1 + odds)
}

/** The score in log-odds of a probability strictly between 0 and 1. */
export function logOdds(probability: number): number {
  return Math.log(probability / (1 - probability))
}

/** Negative log-likelihood, in nats, of a label in [0, 1] under a score in log-odds; no score overflows it. */
export function logisticLoss(score: number, label: number): number {
  return Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - label * score
}
