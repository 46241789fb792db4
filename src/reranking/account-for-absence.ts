import type { FirstPassed } from './account-for-moves.ts'
import { hasCategory, sharedCategories } from './category-lists.ts'
import { barringRule, type PageBars } from './page-bars.ts'
import type { PageProblem } from './page-problem.ts'
import type { PageReasons } from './page-reasons.ts'
import { CANDIDATE_KIND } from './ranked-candidates.ts'
import type { SolvedPage } from './solve-page.ts'

/** Why one candidate is not on the page. */
export interface KeptOut {
  readonly item: number
  /** Place in the scored order, from 1. */
  readonly rank: number
  readonly sponsored: boolean
  /**
   * `cap(...)` or `deduplicate(...)`: the ceiling that first barred it; `sponsored` or `exploration`: it was to stand in
   * a slot and none was left; `slidingWindow(...)`, `quota(...)`, `diversify(...)`, `determinantal(...)` or `backfill`:
   * the rule by which a worse-scored item first went before it; `limit`: the page was full before its rank was reached.
   */
  readonly rule: string
  /** The position at which that was settled, from 1; 0 when the page has no slot at all, or pinned items settled it. */
  readonly position: number
  /** Items of the page: those it shares a full value with, the one preferred, or the ones in the slots. */
  readonly lostTo: readonly number[]
  /** Barred by a ceiling, but a worse-scored item had gone before it, by this rule. */
  readonly passedOver?: { readonly position: number; readonly item: number; readonly rule: string }
}

/** What the reasons of absence are read from. */
export interface PageEvidence {
  readonly problem: PageProblem
  readonly solved: SolvedPage
  readonly bars: PageBars
  /** Turned to the place below the page. */
  readonly reasons: PageReasons
  readonly passed: FirstPassed
}

/**
 * Accounts for every candidate that is not on the page, by rank.
 *
 * @remarks O(n * page).
 */
export function accountForAbsence(evidence: PageEvidence): readonly KeptOut[] {
  const { items, kinds, count } = evidence.problem.ranked
  const absent: KeptOut[] = []
  for (let candidate = 0; candidate < count; candidate++) {
    if (evidence.reasons.positions[candidate]! > 0) continue
    const sponsored = kinds[candidate] === CANDIDATE_KIND.sponsored
    const { rule, position, lostTo, passedOver } = whyAbsent(evidence, candidate)
    const keptOut = { item: items[candidate]!, rank: candidate + 1, sponsored, rule, position, lostTo }
    absent.push(passedOver === undefined ? keptOut : { ...keptOut, passedOver })
  }
  return absent
}

interface Reason {
  readonly rule: string
  readonly position: number
  readonly lostTo: readonly number[]
  readonly passedOver?: NonNullable<KeptOut['passedOver']>
}

const NOBODY: readonly number[] = []

function whyAbsent(evidence: PageEvidence, absent: number): Reason {
  const { problem, solved, bars } = evidence
  if (barringRule(problem, bars, absent) !== undefined) return whyBarred(evidence, absent)
  if (problem.ranked.kinds[absent] !== CANDIDATE_KIND.organic) return whyWithoutSlot(evidence, absent)
  if (evidence.passed.position[absent]! > 0) return whyPassed(evidence, absent)
  if (solved.placed.length < problem.limit) return whyObstructed(evidence, absent, solved.placed.length + 1)
  return { rule: 'limit', position: solved.placed.length, lostTo: NOBODY }
}

function whyBarred({ problem, solved, bars, reasons, passed }: PageEvidence, absent: number): Reason {
  const { items } = problem.ranked
  const { name, lists } = problem.ceilings[bars.rule[absent]!]!
  const position = bars.position[absent]!
  const lostTo: number[] = []
  solved.placed.forEach((candidate, index) => {
    const counted = index < position || reasons.names[reasons.ownPlace(candidate)] === 'pin'
    if (counted && hasCategory(lists, candidate, bars.category[absent]!)) lostTo.push(items[candidate]!)
  })
  const passedAt = passed.position[absent]!
  if (passedAt === 0 || passedAt > position) return { rule: name, position, lostTo }
  const passedOver = {
    position: passedAt,
    item: items[solved.placed[passedAt - 1]!]!,
    rule: reasons.names[passed.rule[absent]!]!,
  }
  return { rule: name, position, lostTo, passedOver }
}

function whyWithoutSlot({ problem, solved, reasons }: PageEvidence, absent: number): Reason {
  const { kinds, items } = problem.ranked
  const kind = kinds[absent]!
  const inSlots = solved.placed.filter((candidate) => kinds[candidate] === kind)
  return {
    rule: reasons.names[reasons.ownPlace(absent)]!,
    position: Math.max(0, problem.slotKinds.lastIndexOf(kind)),
    lostTo: inSlots.map((candidate) => items[candidate]!),
  }
}

function whyPassed(evidence: PageEvidence, absent: number): Reason {
  const { problem, solved, reasons, passed } = evidence
  const position = passed.position[absent]!
  const rule = passed.rule[absent]!
  if (rule < problem.ceilings.length + problem.windows.length) {
    return { rule: reasons.names[rule]!, position, lostTo: fullWindow(evidence, absent, rule, position) }
  }
  return { rule: reasons.names[rule]!, position, lostTo: [problem.ranked.items[solved.placed[position - 1]!]!] }
}

/** A short page ended where only windows and neighbours kept this candidate from its end. */
function whyObstructed(evidence: PageEvidence, absent: number, position: number): Reason {
  const rule = evidence.reasons.obstruction(absent)
  return {
    rule: evidence.reasons.names[rule] ?? 'limit',
    position,
    lostTo: fullWindow(evidence, absent, rule, position),
  }
}

/** The items around a place with which a candidate shares a value of a window's attribute, or of its neighbours'. */
function fullWindow({ problem, solved }: PageEvidence, absent: number, rule: number, position: number): number[] {
  const window = problem.windows[rule - problem.ceilings.length]
  const reach = window === undefined ? 1 : window.within - 1
  const lists = window === undefined ? problem.apart : [window.lists]
  const lostTo: number[] = []
  for (let at = Math.max(1, position - reach); at <= Math.min(solved.placed.length, position + reach); at++) {
    const candidate = solved.placed[at - 1]!
    const shares = lists.some((one) => sharedCategories(one, absent, candidate) > 0)
    if (at !== position && shares) lostTo.push(problem.ranked.items[candidate]!)
  }
  return lostTo
}
