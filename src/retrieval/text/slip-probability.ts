/** Slips on a keyboard go to a neighbouring key half of the time. */
const NEIGHBOUR_SHARE = 0.5
const ALPHABET = 26
const KEY_ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const NEIGHBOUR_KEYS: ReadonlyMap<string, string> = new Map(
  KEY_ROWS.flatMap((keys, row) => Array.from(keys, (key, place) => [key, neighboursOfKey(row, place)] as const)),
)

/** How a written word may have come from the one that was meant. */
export interface Slips {
  /** How many; 0 when the words are the same. */
  readonly count: number
  /** How likely these slips are among all slips, from 0 to 1. */
  readonly probability: number
}

/**
 * The fewest slips that turn the word that was meant into what was written, and how likely they are: a letter too many,
 * too few, another, or two exchanged.
 *
 * @param most - of slips; undefined when it takes more
 * @remarks O(length * 4 ^ most).
 * @see Kernighan, Church & Gale 1990, COLING, for the noisy channel; Damerau 1964, CACM 7(3), for the slips.
 */
export function slipsBetween(meant: string, written: string, most: number): Slips | undefined {
  for (let count = Math.abs(meant.length - written.length); count <= most; count++) {
    const probability = likeliest(meant, 0, written, 0, count)
    if (probability > 0) return { count, probability }
  }
  return undefined
}

/** The probability of the likeliest of so many slips that turn the one rest into the other; 0 when they do not do. */
function likeliest(meant: string, fromMeant: number, written: string, fromWritten: number, slips: number): number {
  let m = fromMeant
  let w = fromWritten
  while (m < meant.length && meant.charCodeAt(m) === written.charCodeAt(w)) {
    m++
    w++
  }
  const [leftMeant, leftWritten] = [meant.length - m, written.length - w]
  if (slips === 0) return leftMeant === 0 && leftWritten === 0 ? 1 : 0
  if (Math.abs(leftMeant - leftWritten) > slips) return 0
  let best = 0
  if (leftMeant > 0) best = likeliest(meant, m + 1, written, w, slips - 1)
  if (leftWritten > 0) best = Math.max(best, likeliest(meant, m, written, w + 1, slips - 1) / ALPHABET)
  if (leftMeant > 0 && leftWritten > 0) {
    const rest = likeliest(meant, m + 1, written, w + 1, slips - 1)
    if (rest > 0) best = Math.max(best, rest * exchangeShare(meant[m]!, written[w]!))
  }
  if (leftMeant > 1 && leftWritten > 1 && meant[m] === written[w + 1] && meant[m + 1] === written[w]) {
    best = Math.max(best, likeliest(meant, m + 2, written, w + 2, slips - 1))
  }
  return best / 4 / meant.length
}

/** How likely the one letter is written for the other. */
function exchangeShare(meant: string, written: string): number {
  const keys = NEIGHBOUR_KEYS.get(meant) ?? ''
  const anywhere = (1 - NEIGHBOUR_SHARE) / (ALPHABET - 1)
  return keys.includes(written) ? anywhere + NEIGHBOUR_SHARE / keys.length : anywhere
}

function neighboursOfKey(row: number, place: number): string {
  const around = [
    [row, place - 1],
    [row, place + 1],
    [row - 1, place],
    [row - 1, place + 1],
    [row + 1, place - 1],
    [row + 1, place],
  ] as const
  return around.map(([line, at]) => KEY_ROWS[line]?.[at] ?? '').join('')
}
