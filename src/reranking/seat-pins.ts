import { SluiceError } from '../foundation/index.ts'
import { PageDraft, type SeatedPin } from './page-draft.ts'
import type { Pin } from './page-options.ts'
import type { PageProblem } from './page-problem.ts'
import { CANDIDATE_KIND, type RankedCandidates } from './ranked-candidates.ts'

/** A pin that could not be kept, and the rule that came before it. */
export interface LostPin {
  readonly pin: Pin
  readonly because: string
}

/**
 * Settles the places of pinned items, in the order of the pins: one that is no candidate, or would break a hard rule
 * against the pins before it, is given up.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when a position is off the page, or an item or a place is pinned twice
 */
export function seatPins(problem: PageProblem, pins: readonly Pin[]): { seated: SeatedPin[]; lost: LostPin[] } {
  requirePins(pins, problem.limit)
  const seated: SeatedPin[] = []
  const lost: LostPin[] = []
  if (pins.length === 0) return { seated, lost }
  const draft = new PageDraft(problem, [])
  for (const pin of pins) {
    const candidate = candidateOf(problem.ranked, pin.item)
    const because = candidate < 0 ? 'candidates' : forbidding(problem, draft, candidate, pin.position)
    if (because !== undefined) {
      lost.push({ pin, because })
      continue
    }
    draft.pin(candidate, pin.position)
    seated.push({ candidate, position: pin.position })
  }
  return { seated, lost }
}

/** How explanations call a pin. */
export function pinName({ item, position }: Pin): string {
  return `pin(${item} at ${position})`
}

function requirePins(pins: readonly Pin[], limit: number): void {
  for (const { item, position } of pins) {
    if (!Number.isSafeInteger(position) || position < 1 || position > limit) {
      throw new SluiceError(
        'INVALID_ARGUMENT',
        `pin of item ${item}: expected a position from 1 to ${limit}, got ${position}; pin it within the page`,
      )
    }
  }
  for (const key of ['item', 'position'] as const) {
    const twice = pins.find((pin, index) => pins.findIndex((other) => other[key] === pin[key]) < index)
    if (twice) {
      throw new SluiceError(
        'INVALID_ARGUMENT',
        `pins: expected ${key} ${twice[key]} once, got it twice; remove one of the pins`,
      )
    }
  }
}

/** The candidate with an item's number, the organic one when there are several; -1 when there is none. */
function candidateOf({ items, kinds }: RankedCandidates, item: number): number {
  const first = items.indexOf(item)
  if (first < 0 || kinds[first] === CANDIDATE_KIND.organic) return first
  const organic = items.findIndex((other, at) => other === item && kinds[at] === CANDIDATE_KIND.organic)
  return organic < 0 ? first : organic
}

function forbidding(problem: PageProblem, draft: PageDraft, candidate: number, position: number): string | undefined {
  const kind = problem.ranked.kinds[candidate]!
  if (kind !== CANDIDATE_KIND.organic && problem.slotKinds[position] !== kind) {
    return kind === CANDIDATE_KIND.sponsored ? 'sponsored' : 'exploration'
  }
  const barring = draft.barring(candidate)
  if (barring >= 0) return problem.ceilings[barring]!.name
  draft.face(position)
  const obstructing = draft.obstructing(candidate)
  if (obstructing < 0) return undefined
  return problem.windows[obstructing]?.name ?? 'sponsored'
}
