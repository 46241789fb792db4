import type { FilledPage } from './fill-page.ts'
import { barringRule, type PageBars } from './page-bars.ts'
import type { PageProblem } from './page-problem.ts'

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
export function accountForShortage(problem: PageProblem, filled: FilledPage, bars: PageBars): readonly Shortage[] {
  const { ranked, limit } = problem
  if (filled.placed.length === limit) return []
  const counts = new Map<string, number>()
  if (ranked.count < limit) counts.set('candidates', limit - ranked.count)
  const shown = new Set(filled.placed)
  for (let candidate = 0; candidate < ranked.count; candidate++) {
    if (shown.has(candidate)) continue
    // A short page is maximal: what no ceiling bars can only be a sponsored candidate without a slot.
    const rule = barringRule(problem, bars, candidate)?.name ?? 'sponsored'
    counts.set(rule, (counts.get(rule) ?? 0) + 1)
  }
  return [...counts].map(([rule, candidates]) => ({ rule, candidates })).sort((a, b) => b.candidates - a.candidates)
}
