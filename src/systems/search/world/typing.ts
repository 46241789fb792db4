import type { Random } from '../../../foundation/index.ts'
import { pick } from '../../chance.ts'

/*
 * How fingers slip, for a world to be made of. It shares nothing with what corrects spelling, on purpose: a corrector
 * that knew the very model that it is tried on would look better than it is.
 */

const ROWS = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const SHORTEST = 4
/** The first letter of a word is mistyped this much less often than the others. */
const FIRST_LETTER = 0.25

/** A text as it comes out of hurried fingers; `rate` is the probability that a word of five letters has a slip. */
export function typed(random: Random, text: string, rate: number): string {
  return text.replace(/[a-z0-9]+/gi, (word) => {
    const slips = random.uniform() < Math.min(0.6, (rate * word.length) / 5)
    if (!slips || word.length < SHORTEST || /\d/.test(word)) return word
    const once = slip(random, word)
    // Long words have two slips at times.
    return word.length > 8 && random.uniform() < 0.12 ? slip(random, once) : once
  })
}

/** One slip: a letter left out, doubled, exchanged with the next, hit beside, or one more hit besides. */
function slip(random: Random, word: string): string {
  const place = random.uniform() < FIRST_LETTER / word.length ? 0 : 1 + random.integer(word.length - 1)
  const [before, letter, after] = [word.slice(0, place), word[place]!, word.slice(place + 1)]
  const luck = random.uniform()
  if (luck < 0.28) return before + after
  if (luck < 0.42) return before + letter + letter + after
  if (luck < 0.62) return before + (after === '' ? letter : after[0]! + letter + after.slice(1))
  const beside = pick(random, keysBeside(letter))
  return luck < 0.9 ? before + beside + after : before + letter + beside + after
}

/** The keys around one, on a keyboard whose rows are shifted by some half a key each. */
function keysBeside(letter: string): string[] {
  const row = ROWS.findIndex((keys) => keys.includes(letter.toLowerCase()))
  if (row < 0) return ['e']
  const place = ROWS[row]!.indexOf(letter.toLowerCase())
  const own = [ROWS[row]![place - 1], ROWS[row]![place + 1]]
  const above = row > 1 ? [ROWS[row - 1]![place], ROWS[row - 1]![place + 1]] : []
  const below = [ROWS[row + 1]?.[place - 1], ROWS[row + 1]?.[place]]
  return [...own, ...above, ...below].filter((key) => key !== undefined)
}
