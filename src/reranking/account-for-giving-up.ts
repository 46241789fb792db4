import type { PageProblem } from './page-problem.ts'
import { CANDIDATE_KIND } from './ranked-candidates.ts'
import { pinName } from './seat-pins.ts'
import type { SolvedPage } from './solve-page.ts'

/** Something that the rules ask for and the page does not hold. */
export interface GivenUp {
  /** `sponsored`, `exploration`, `quota(...)` or `pin(...)`. */
  readonly rule: string
  /** Items asked for. */
  readonly asked: number
  /** Items that the page holds. */
  readonly got: number
  /** For a pin: the rule that came before it, or `candidates` when the item was none or the page ended above. */
  readonly because?: string
}

/**
 * What was given up, in the order in which it is: slots that stood empty of candidates that were there for them,
 * quotas, pins. The length of the page is accounted for by itself.
 *
 * @remarks O(n + page * quotas).
 */
export function accountForGivingUp(problem: PageProblem, { placed, lostPins }: SolvedPage): readonly GivenUp[] {
  const { kinds } = problem.ranked
  const givenUp: GivenUp[] = []
  for (const rule of ['exploration', 'sponsored'] as const) {
    const kind = CANDIDATE_KIND[rule]
    const slots = problem.slotKinds.reduce((sum, slotKind) => sum + (slotKind === kind ? 1 : 0), 0)
    if (slots === 0) continue
    const offered = kinds.reduce((sum, one) => sum + (one === kind ? 1 : 0), 0)
    const got = placed.reduce((sum, candidate) => sum + (kinds[candidate] === kind ? 1 : 0), 0)
    if (got < Math.min(slots, offered)) givenUp.push({ rule, asked: Math.min(slots, offered), got })
  }
  for (const { name, least, among, counts } of problem.quotas) {
    let got = 0
    for (let at = 0; at < Math.min(among, placed.length); at++) got += counts[placed[at]!]!
    if (got < least) givenUp.push({ rule: name, asked: least, got })
  }
  for (const { pin, because } of lostPins) givenUp.push({ rule: pinName(pin), asked: 1, got: 0, because })
  return givenUp
}
