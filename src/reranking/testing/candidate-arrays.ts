import { CANDIDATE_KIND, type PageCandidates } from '../ranked-candidates.ts'

/** A candidate as tests write it down. */
export interface ListedCandidate {
  readonly item: number
  readonly score: number
  readonly kind?: keyof typeof CANDIDATE_KIND | undefined
}

/** Candidates as arrays. */
export function candidateArrays(candidates: readonly ListedCandidate[]): PageCandidates {
  return {
    items: Int32Array.from(candidates, ({ item }) => item),
    scores: Float64Array.from(candidates, ({ score }) => score),
    kinds: Uint8Array.from(candidates, ({ kind }) => CANDIDATE_KIND[kind ?? 'organic']),
  }
}
