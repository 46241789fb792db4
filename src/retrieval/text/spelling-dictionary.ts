import { hashString } from '../../foundation/index.ts'

/** Shorter words have too many neighbours for a guess, and longer ones are no words. */
const SHORTEST = 4
const LONGEST = 32
const LETTERS = /^\p{L}+$/u

/** How often one writes a word that is not the one that was meant. */
const ERROR_SHARE = 0.05
/** Slips on a keyboard go to a neighbouring key half of the time. */
const NEIGHBOUR_SHARE = 0.5
const ALPHABET = 26
const KEY_ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']

/** A word that may have been meant. */
export interface SpellingCandidate {
  readonly word: string
  /** Its probability among all candidates, from 0 to 1. */
  readonly probability: number
}

/**
 * Says which word of a corpus may have been meant by a word: how often each stands in the corpus, times how likely the
 * slip is that turns it into what was written (one letter too many, too few, another, or two exchanged).
 *
 * Finds words by their forms with a letter left out, so that no word is compared that is not one slip away or nearly so.
 *
 * @see Kernighan, Church & Gale 1990, COLING, for the noisy channel; Mor & Fraenkel 1982, CACM 25(12), for deletions.
 */
export class SpellingDictionary {
  readonly #words: readonly string[]
  readonly #counts: Uint32Array
  readonly #numbers = new Map<string, number>()
  /** Words by the hash of each of their forms: those of bucket b are from starts[b] to starts[b + 1]. */
  readonly #starts: Uint32Array
  readonly #bucketWords: Uint32Array

  /**
   * @param words - shape (n,), different, folded
   * @param counts - shape (n,), how often each stands in the corpus
   * @remarks O(letters of all words).
   */
  constructor(words: readonly string[], counts: Uint32Array) {
    this.#words = words
    this.#counts = counts
    const learnt = words.flatMap((word, number) => (isSpelt(word) ? [number] : []))
    for (const number of learnt) this.#numbers.set(words[number]!, number)
    const forms = learnt.reduce((sum, number) => sum + words[number]!.length + 1, 0)
    const buckets = 2 ** Math.max(4, Math.ceil(Math.log2(forms + 1)))
    this.#starts = new Uint32Array(buckets + 1)
    this.#bucketWords = new Uint32Array(forms)
    for (const number of learnt) for (const form of formsOf(words[number]!)) this.#starts[this.#bucket(form) + 1]!++
    for (let bucket = 0; bucket < buckets; bucket++) this.#starts[bucket + 1]! += this.#starts[bucket]!
    const next = this.#starts.slice()
    for (const number of learnt) {
      for (const form of formsOf(words[number]!)) this.#bucketWords[next[this.#bucket(form)]!++] = number
    }
  }

  /**
   * Words that may have been meant, the likeliest first, the written one among them if it is known.
   *
   * @param written - folded; one that is too short or has a digit has no candidate but itself
   * @param knownCount - how often the written word is known to be in use although the dictionary may not have it
   * @remarks O(length * words of a bucket).
   */
  candidates(written: string, knownCount = 0): SpellingCandidate[] {
    const own = Math.max(knownCount, this.#count(written))
    const likelihoods = new Map<string, number>(own > 0 ? [[written, (1 - ERROR_SHARE) * own]] : [])
    for (const word of isSpelt(written) ? this.#neighbours(written) : []) {
      const slip = slipProbability(word, written)
      if (slip > 0) likelihoods.set(word, ERROR_SHARE * slip * this.#count(word))
    }
    const sum = [...likelihoods.values()].reduce((total, one) => total + one, 0)
    return Array.from(likelihoods, ([word, likelihood]) => ({ word, probability: likelihood / sum })).sort(
      (a, b) => b.probability - a.probability || (a.word < b.word ? -1 : 1),
    )
  }

  #count(word: string): number {
    const number = this.#numbers.get(word)
    return number === undefined ? 0 : this.#counts[number]!
  }

  /** The words that share a form with the written one, and some that only share a bucket. */
  #neighbours(written: string): Set<string> {
    const found = new Set<string>()
    for (const form of formsOf(written)) {
      const bucket = this.#bucket(form)
      for (let place = this.#starts[bucket]!; place < this.#starts[bucket + 1]!; place++) {
        found.add(this.#words[this.#bucketWords[place]!]!)
      }
    }
    found.delete(written)
    return found
  }

  #bucket(form: string): number {
    return (hashString(form) & (this.#starts.length - 2)) >>> 0
  }
}

function isSpelt(word: string): boolean {
  return word.length >= SHORTEST && word.length <= LONGEST && LETTERS.test(word)
}

/** The word, and the word without each of its letters. */
function formsOf(word: string): string[] {
  return [word, ...Array.from(word, (_, place) => word.slice(0, place) + word.slice(place + 1))]
}

/** How likely it is that one slip turns the word that was meant into what was written; 0 when it takes more. */
function slipProbability(meant: string, written: string): number {
  let start = 0
  while (start < meant.length && meant[start] === written[start]) start++
  const [restMeant, restWritten] = [meant.slice(start), written.slice(start)]
  const kind = 1 / 4 / meant.length
  if (restMeant.slice(1) === restWritten) return kind
  if (restMeant === restWritten.slice(1)) return kind / ALPHABET
  if (restMeant.slice(1) === restWritten.slice(1)) return kind * exchangeShare(restMeant[0]!, restWritten[0]!)
  const isTransposed = restMeant[0] === restWritten[1] && restMeant[1] === restWritten[0]
  return isTransposed && restMeant.slice(2) === restWritten.slice(2) ? kind : 0
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
