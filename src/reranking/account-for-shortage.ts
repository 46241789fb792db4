import type { PageEvidence } from './account-for-absence.ts'
import { barringRule } from './page-bars.ts'

/** One cause of a short page and how many candidates it cost. */
export interface Shortage {
  /** A hard rule, or `candidates` when there were fewer of them than places. */
  readonly rule: string
  readonly candidates: number
}

/**
 * Why a page has fewer items than its limit: how many candidates each rule kept out, most first.
 *
 * @returns empty when the page is full
 * @remarks O(n).
 */
export function accountForShortage({ problem, solved, bars, reasons }: PageEvidence): readonly Shortage[] {
  const { ranked, limit } = problem
  if (solved.placed.length === limit) return []
  const counts = new Map<string, number>()
  if (ranked.count < limit) counts.set('candidates', limit - ranked.count)
  for (let candidate = 0; candidate < ranked.count; candidate++) {
    if (reasons.positions[candidate]! > 0) continue
    // A short page is maximal: what no ceiling bars has no slot, or may not stand at its end.
    const own = reasons.ownPlace(candidate)
    const rule =
      barringRule(problem, bars, candidate)?.name ??
      reasons.names[own >= 0 ? own : reasons.obstruction(candidate)] ??
      'limit'
    counts.set(rule, (counts.get(rule) ?? 0) + 1)
  }
  return [...counts].map(([rule, candidates]) => ({ rule, candidates })).sort((a, b) => b.candidates - a.candidates)
}
