import type { PageReasons } from './page-reasons.ts'
import type { SolvedPage } from './solve-page.ts'

/** How many places one rule moved an item: up when positive, down when negative. */
export interface Move {
  readonly rule: string
  readonly places: number
}

/** The first place at which a worse-scored candidate went before an absent one, for all candidates. */
export interface FirstPassed {
  /** Shape (n,): from 1; 0 when none did. */
  readonly position: Int32Array
  /** Shape (n,): the rule that preferred it, by number; meaningless where the position is 0. */
  readonly rule: Int32Array
}

/** Every move of a page, and what each absent candidate first lost to. */
export interface PageAccount {
  readonly moves: readonly (readonly Move[])[]
  readonly passed: FirstPassed
}

/**
 * Accounts for the move of every item from its rank to its position. An item rises by one for every better-scored
 * candidate that was not placed before it, and falls by one for every worse-scored one that was; each such candidate
 * is put down to the rule that held it back or brought it forward. The places of an item's moves add up to its rank
 * less its position; an item that no rule moved has none. An item with a place of its own (pinned, sponsored, shown to
 * explore) has one move, to that place, even of 0.
 *
 * @returns the moves of each item of the page: hard rules in their order, quotas, soft goals, slots, pins, backfill
 * @remarks O(page * n); less in practice, since only candidates ranked above an item count.
 */
export function accountForMoves(solved: SolvedPage, reasons: PageReasons): PageAccount {
  const { placed } = solved
  const width = reasons.names.length
  const places = new Int32Array(placed.length * width)
  const count = reasons.positions.length
  const passed = { position: new Int32Array(count), rule: new Int32Array(count) }
  for (let position = 1; position <= placed.length; position++) {
    reasons.turnTo(position)
    const here = placed[position - 1]!
    const own = reasons.ownPlace(here)
    if (own >= 0) countOwnPlace(places, reasons, here, own)
    else countCompetition(places, passed, reasons, here)
  }
  return { moves: placed.map((_, index) => movesOf(places, index * width, reasons, placed[index]!)), passed }
}

/** An item that was brought to its place takes one from every better-scored one below it. */
function countOwnPlace(places: Int32Array, { names, positions }: PageReasons, here: number, own: number): void {
  const position = positions[here]!
  places[(position - 1) * names.length + own] = here + 1 - position
  for (let above = 0; above < here; above++) {
    if (positions[above]! > position) places[(positions[above]! - 1) * names.length + own]!--
  }
}

/** Adds one to the rule that held back each better-scored candidate, and takes one where it stands below. */
function countCompetition(places: Int32Array, passed: FirstPassed, reasons: PageReasons, here: number): void {
  const { names, positions } = reasons
  const position = positions[here]!
  const row = (position - 1) * names.length
  for (let above = 0; above < here; above++) {
    const at = positions[above]!
    if (at !== 0 && at < position) continue
    const rule = reasons.reason(above)
    places[row + rule]!++
    if (at > 0) places[(at - 1) * names.length + rule]!--
    else if (passed.position[above] === 0) {
      passed.position[above] = position
      passed.rule[above] = rule
    }
  }
}

function movesOf(places: Int32Array, row: number, reasons: PageReasons, candidate: number): readonly Move[] {
  const own = reasons.ownPlace(candidate)
  if (own >= 0) return [{ rule: reasons.names[own]!, places: places[row + own]! }]
  const moves: Move[] = []
  for (let rule = 0; rule < reasons.names.length; rule++) {
    const moved = places[row + rule]!
    if (moved !== 0) moves.push({ rule: reasons.names[rule]!, places: moved })
  }
  return moves
}
