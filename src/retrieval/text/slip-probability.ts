/** Slips on a keyboard go to a neighbouring key half of the time. */
const NEIGHBOUR_SHARE = 0.5
const ALPHABET = 26
const KEY_ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']

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
  for (let count = 0; count <= most; count++) {
    const probability = likeliest(meant, written, count)
    if (probability > 0) return { count, probability }
  }
  return undefined
}

/** The probability of the likeliest of so many slips; 0 when they do not do. */
function likeliest(meant: string, written: string, slips: number): number {
  if (Math.abs(meant.length - written.length) > slips) return 0
  let start = 0
  while (start < meant.length && meant[start] === written[start]) start++
  const [restMeant, restWritten] = [meant.slice(start), written.slice(start)]
  if (slips === 0) return restMeant === restWritten ? 1 : 0
  const rest = (fromMeant: number, fromWritten: number): number =>
    likeliest(restMeant.slice(fromMeant), restWritten.slice(fromWritten), slips - 1)
  const isTransposed = restMeant.length > 1 && restMeant[0] === restWritten[1] && restMeant[1] === restWritten[0]
  const kinds = [
    restMeant === '' ? 0 : rest(1, 0),
    restWritten === '' ? 0 : rest(0, 1) / ALPHABET,
    restMeant === '' || restWritten === '' ? 0 : exchangeShare(restMeant[0]!, restWritten[0]!) * rest(1, 1),
    isTransposed ? rest(2, 2) : 0,
  ]
  return Math.max(...kinds) / 4 / Math.max(1, meant.length)
}

/** How likely the one letter is written for the other. */
function exchangeShare(meant: string, written: string): number {
  const keys = neighbourKeys(meant)
  const anywhere = (1 - NEIGHBOUR_SHARE) / (ALPHABET - 1)
  return keys.includes(written) ? anywhere + NEIGHBOUR_SHARE / keys.length : anywhere
}

function neighbourKeys(letter: string): string[] {
  const row = KEY_ROWS.findIndex((keys) => keys.includes(letter))
  const place = KEY_ROWS[row]?.indexOf(letter) ?? -1
  const around = [
    [row, place - 1],
    [row, place + 1],
    [row - 1, place],
    [row - 1, place + 1],
    [row + 1, place - 1],
    [row + 1, place],
  ] as const
  return row < 0 ? [] : around.flatMap(([line, at]) => KEY_ROWS[line]?.[at] ?? [])
}
