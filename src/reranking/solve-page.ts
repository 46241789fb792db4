import { type FilledPage, fillPage } from './fill-page.ts'
import { boundOfPage, isWorthMore, type PageWorth, worthOfPage } from './page-bound.ts'
import type { SeatedPin } from './page-draft.ts'
import type { Pin } from './page-options.ts'
import type { PageProblem } from './page-problem.ts'
import { repairPage } from './repair-page.ts'
import { type LostPin, seatPins } from './seat-pins.ts'
import { SCORED_ORDER, softGoalOf } from './soft-goal.ts'

/** What undoing choices came to. */
export interface Backfill {
  /** The first place that was chosen anew, from 1; 0 when the search found nothing better. */
  readonly from: number
  /** Candidates looked at for a place. */
  readonly looks: number
  /** The search ended for its length; there may be a better page. */
  readonly cutShort: boolean
}

/** A page on which every hard rule holds, and what it took. */
export interface SolvedPage extends FilledPage {
  readonly pins: readonly SeatedPin[]
  readonly lostPins: readonly LostPin[]
  /** Absent when the page came out at once. */
  readonly backfill: Backfill | undefined
}

/**
 * Finds the page. Hard rules hold whatever happens. What cannot be had together is given up in this order: the soft
 * goals, the slots, the quotas from the last to the first, the length of the page, the pins from the last place to the
 * first.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when the pins cannot be used
 */
export function solvePage(problem: PageProblem, wanted: readonly Pin[]): SolvedPage {
  const { seated, lost } = seatPins(problem, wanted)
  const bound = boundOfPage(problem)
  for (;;) {
    const solved = fillAndRepair(problem, seated, bound)
    // A page has no holes: a pin below its end cannot be kept, and the item is a candidate like any other.
    const beyond = seated.filter(({ position }) => position > solved.placed.length)
    if (beyond.length === 0) return { ...solved, pins: seated, lostPins: stillLost(problem, solved, lost) }
    const last = beyond.reduce((lowest, pin) => (pin.position > lowest.position ? pin : lowest))
    seated.splice(seated.indexOf(last), 1)
    lost.push({ pin: { item: problem.ranked.items[last.candidate]!, position: last.position }, because: 'candidates' })
  }
}

/** An item whose pin was given up may have come to its place by itself. */
function stillLost({ ranked }: PageProblem, { placed }: FilledPage, lost: readonly LostPin[]): readonly LostPin[] {
  return lost.filter(({ pin }) => ranked.items[placed[pin.position - 1] ?? -1] !== pin.item)
}

function fillAndRepair(
  problem: PageProblem,
  pins: readonly SeatedPin[],
  bound: PageWorth,
): FilledPage & { readonly backfill: Backfill | undefined } {
  const goal = softGoalOf(problem)
  const filled = fillPage(problem, pins, bound, goal ?? SCORED_ORDER)
  const worth = worthOfPage(problem, filled.placed)
  if (!isWorthMore(bound, worth)) return { ...filled, backfill: undefined }
  const { placed, looks, cutShort } = repairPage(problem, pins, filled, bound)
  const best = cutShort && goal ? betterInScoredOrder(problem, pins, bound, placed) : placed
  const same = best.findIndex((candidate, index) => candidate !== filled.placed[index])
  const from = isWorthMore(worthOfPage(problem, best), worth) ? (same < 0 ? best.length : same + 1) : 0
  const demands = from === 0 ? filled.demands : filled.demands.slice(0, from - 1)
  return { placed: best, demands, backfill: { from, looks, cutShort } }
}

/** Where a search was cut short, the page in scored order may still be worth more than what it found. */
function betterInScoredOrder(
  problem: PageProblem,
  pins: readonly SeatedPin[],
  bound: PageWorth,
  placed: readonly number[],
): readonly number[] {
  const scored = fillPage(problem, pins, bound, SCORED_ORDER).placed
  return isWorthMore(worthOfPage(problem, scored), worthOfPage(problem, placed)) ? scored : placed
}
