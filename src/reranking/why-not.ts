import type { KeptOut } from './account-for-absence.ts'
import type { ExplainedPage } from './rerank.ts'

/** The stage and the rule that kept an item from being shown. */
export interface WhyNot extends KeptOut {
  readonly stage: 'reranking'
}

/**
 * Why an item is not on the page.
 *
 * @returns `undefined` when it is on the page, or never was a candidate: an earlier stage has the answer then
 * @remarks O(n).
 */
export function whyNot(explained: ExplainedPage, item: number): WhyNot | undefined {
  if (explained.page.some((shown) => shown.item === item)) return undefined
  const keptOut = explained.keptOut.find((candidate) => candidate.item === item)
  return keptOut && { stage: 'reranking', ...keptOut }
}
