import type { Ceiling } from './category-ceiling.ts'
import { hasCategory } from './category-lists.ts'
import type { FilledPage } from './fill-page.ts'
import { barringRule, type PageBars } from './page-bars.ts'
import type { PageProblem } from './page-problem.ts'
import { ruleName } from './page-rule.ts'

/** Why one candidate is not on the page. */
export interface KeptOut {
  readonly item: number
  /** Place in the scored order, from 1. */
  readonly rank: number
  readonly sponsored: boolean
  /**
   * `cap(...)` or `deduplicate(...)`: the hard rule that first barred it; `sponsored`: it was to be paid for and no
   * slot was left; `diversify(...)`: a worse-scored, more different item went before it and the page filled up;
   * `limit`: the page was full before its rank was reached.
   */
  readonly rule: string
  /** The position at which that was settled, from 1; 0 when the page has no slot at all. */
  readonly position: number
  /** Items of the page: those it shares the full value with, the one preferred, or the ones in the slots. */
  readonly lostTo: readonly number[]
  /** Barred by a hard rule, but diversity had preferred a worse-scored item before that. */
  readonly passedOver?: { readonly position: number; readonly item: number }
}

/**
 * Accounts for every candidate that is not on the page, by rank.
 *
 * @remarks O(n * page).
 */
export function accountForAbsence(problem: PageProblem, filled: FilledPage, bars: PageBars): readonly KeptOut[] {
  const { items, sponsored, count } = problem.ranked
  const shown = new Uint8Array(count)
  for (const candidate of filled.placed) shown[candidate] = 1
  const absent: KeptOut[] = []
  for (let candidate = 0; candidate < count; candidate++) {
    if (shown[candidate] === 1) continue
    const identity = { item: items[candidate]!, rank: candidate + 1, sponsored: sponsored[candidate] === 1 }
    absent.push({ ...identity, ...whyAbsent(problem, filled, bars, candidate) })
  }
  return absent
}

type Reason = Pick<KeptOut, 'rule' | 'position' | 'lostTo' | 'passedOver'>
type Preferred = NonNullable<KeptOut['passedOver']>

function whyAbsent(problem: PageProblem, filled: FilledPage, bars: PageBars, absent: number): Reason {
  const barring = barringRule(problem, bars, absent)
  const preferred = firstPreferred(problem, filled, absent)
  if (barring !== undefined) return whyBarred(problem, filled, bars, absent, barring, preferred)
  if (problem.ranked.sponsored[absent] === 1) return whyUnpaid(problem, filled)
  if (preferred === undefined || problem.diversity === undefined) {
    return { rule: 'limit', position: filled.placed.length, lostTo: [] }
  }
  return { rule: ruleName(problem.diversity.rule), position: preferred.position, lostTo: [preferred.item] }
}

/** The first organic item of the page with a worse score than an organic candidate: diversity preferred it. */
function firstPreferred({ ranked }: PageProblem, filled: FilledPage, absent: number): Preferred | undefined {
  // On a narrowed page diversity chose among the page's items only.
  if (filled.narrowed || ranked.sponsored[absent] === 1) return undefined
  const index = filled.placed.findIndex((other) => other > absent && ranked.sponsored[other] === 0)
  const preferred = filled.placed[index]
  return preferred === undefined ? undefined : { position: index + 1, item: ranked.items[preferred]! }
}

function whyBarred(
  { ranked }: PageProblem,
  { placed }: FilledPage,
  bars: PageBars,
  absent: number,
  { name, lists }: Ceiling,
  preferred: Preferred | undefined,
): Reason {
  const position = bars.position[absent]!
  const lostTo: number[] = []
  for (let index = 0; index < position; index++) {
    if (hasCategory(lists, placed[index]!, bars.category[absent]!)) lostTo.push(ranked.items[placed[index]!]!)
  }
  const reason = { rule: name, position, lostTo }
  return preferred !== undefined && preferred.position <= position ? { ...reason, passedOver: preferred } : reason
}

function whyUnpaid({ ranked, slots }: PageProblem, { placed }: FilledPage): Reason {
  const inSlots = placed.filter((candidate) => ranked.sponsored[candidate] === 1)
  return {
    rule: 'sponsored',
    position: slots.at(-1) ?? 0,
    lostTo: inSlots.map((candidate) => ranked.items[candidate]!),
  }
}
