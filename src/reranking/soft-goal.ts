/** A wish about the order of the page: the open candidate of the largest value is placed next, ties by rank. */
export interface SoftGoal {
  /** At least the value of this candidate and of every one ranked below it; lets a search stop early. */
  bound(candidate: number): number
  value(candidate: number): number
  place(candidate: number): void
}

/** The page in scored order. */
export const SCORED_ORDER: SoftGoal = {
  bound: (candidate) => -candidate,
  value: (candidate) => -candidate,
  place: () => {},
}
