import type { PartDictionary } from './part-dictionary.ts'
import { slipsBetween } from './slip-probability.ts'

/** What is left of a word's weight where it stands for a code. */
const BEGINNING_WEIGHT = 0.7
const PART_WEIGHT = 0.6
const SLIP_WEIGHT = 0.8
const SLIP_IN_BEGINNING_WEIGHT = 0.5

const SHORTEST_PART = 3
/** A shorter code has too many neighbours. */
const SHORTEST_WITH_SLIP = 6
const LONGEST = 64
const MOST_CODES = 16

/** A code that may be meant by a part of it, or by itself with a slip. */
export interface CodeGuess {
  readonly code: string
  /** Less than 1. */
  readonly weight: number
}

/**
 * The codes that begin with what was written, have it in them, or are it but for one slip.
 *
 * @param written - as `wholeCode` has codes
 * @param slips - whether a slip is allowed, which one of six signs or more may have
 * @param isKnown - whether a code stands in a document
 * @returns the weightiest first, of equal ones the shortest; at most sixteen
 * @remarks O(codes that share the rarest three signs of it, or of a half of it).
 */
export function guessCodes(
  codes: PartDictionary,
  written: string,
  slips: boolean,
  isKnown: (code: string) => boolean,
): CodeGuess[] {
  if (written.length < SHORTEST_PART || written.length > LONGEST) return []
  const weights = new Map<string, number>()
  for (const code of codes.mayHave(written)) {
    if (code !== written && code.includes(written)) {
      weights.set(code, code.startsWith(written) ? BEGINNING_WEIGHT : PART_WEIGHT)
    }
  }
  for (const code of slips && written.length >= SHORTEST_WITH_SLIP ? nearlySame(codes, written) : []) {
    const weight = slipsBetween(code, written, 1) ? SLIP_WEIGHT : beginsWithSlip(code, written)
    if (code !== written && weight > (weights.get(code) ?? 0)) weights.set(code, weight)
  }
  const order = [...weights].sort(([a, heavy], [b, light]) => {
    return light - heavy || a.length - b.length || (a < b ? -1 : 1)
  })
  const found: CodeGuess[] = []
  for (const [code, weight] of order) {
    if (found.length === MOST_CODES) break
    if (isKnown(code)) found.push({ code, weight })
  }
  return found
}

/** One slip leaves a half as it was, unless it exchanges the signs where they meet. */
function nearlySame(codes: PartDictionary, written: string): Set<string> {
  const half = written.length >>> 1
  const [left, right] = [written.slice(0, half), written.slice(half)]
  const exchanged = left.slice(0, -1) + right[0]! + left.at(-1)! + right.slice(1)
  return new Set([...codes.mayHave(left), ...codes.mayHave(right), ...(codes.has(exchanged) ? [exchanged] : [])])
}

function beginsWithSlip(code: string, written: string): number {
  if (code.length <= written.length) return 0
  return slipsBetween(code.slice(0, written.length), written, 1) ? SLIP_IN_BEGINNING_WEIGHT : 0
}
