import { SluiceError } from '../foundation/index.ts'

/** What ranking hands over: an item, its score, and whether somebody pays for its place. */
export interface PageCandidate {
  /** The item's number; a number that comes twice (from an auction and from ranking) is shown at most once. */
  readonly item: number
  /** Larger is better; finite. */
  readonly score: number
  readonly sponsored?: boolean | undefined
}

/** Candidates in scored order as arrays of shape (n,); the index is the rank less one. */
export interface RankedCandidates {
  readonly count: number
  readonly items: readonly number[]
  readonly scores: Float64Array
  /** 1 where the candidate is sponsored. */
  readonly sponsored: Uint8Array
}

/**
 * Orders candidates by falling score; ties keep input order.
 *
 * @throws SluiceError `NOT_FINITE` when a score is NaN or infinite
 * @remarks O(n) when they come in order already, else O(n log n). The input is not touched.
 */
export function rankCandidates(candidates: readonly PageCandidate[]): RankedCandidates {
  const ordered = inScoredOrder(candidates) ? candidates : candidates.toSorted((a, b) => b.score - a.score)
  const count = ordered.length
  const ranked = {
    count,
    items: ordered.map((candidate) => candidate.item),
    scores: new Float64Array(count),
    sponsored: new Uint8Array(count),
  }
  for (let index = 0; index < count; index++) {
    const candidate = ordered[index]!
    ranked.scores[index] = candidate.score
    ranked.sponsored[index] = candidate.sponsored === true ? 1 : 0
  }
  return ranked
}

/** Whether the scores never rise; checks each one on the way. */
function inScoredOrder(candidates: readonly PageCandidate[]): boolean {
  let ordered = true
  let previous = Number.POSITIVE_INFINITY
  for (const { item, score } of candidates) {
    if (!Number.isFinite(score)) {
      throw new SluiceError(
        'NOT_FINITE',
        `candidate ${item}: expected a finite score, got ${score}; leave out what the ranker could not score`,
      )
    }
    if (score > previous) ordered = false
    previous = score
  }
  return ordered
}
