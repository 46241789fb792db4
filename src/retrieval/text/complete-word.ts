import { slipsBetween } from './slip-probability.ts'
import type { TextSnapshot, Vocabulary } from './text-snapshot.ts'
import { writtenWord } from './vocabulary-word.ts'
import { isLoneSign } from './word-tokens.ts'

/** Shorter beginnings say too little. */
const SHORTEST = 2
/** A beginning with a slip must be longer. */
const SHORTEST_WITH_SLIP = 4
const MOST_COMPLETIONS = 8
/** Words that begin alike are looked through up to so many. */
const MOST_LOOKED_AT = 50_000

/** A word that begins as was written. */
export interface Completion {
  readonly word: string
  /** How often it stands in the documents. */
  readonly count: number
  /** Whether it begins so but for one slip. */
  readonly hasSlip: boolean
}

/**
 * The most frequent words that begin with what was written; if there are none, those that do so but for one slip.
 *
 * @param slips - whether a slip is allowed
 * @returns the most frequent first, at most eight
 * @remarks O(words that begin so); with a slip O(length * letters of the alphabet * log words) besides.
 */
export function completeWord({ vocabulary }: TextSnapshot, beginning: string, slips: boolean): Completion[] {
  if (beginning.length < SHORTEST && !isLoneSign(beginning)) return []
  const exact = mostFrequent(vocabulary, [beginning], beginning)
  if (exact.length > 0 || !slips || beginning.length < SHORTEST_WITH_SLIP) return exact
  const others = new Set(vocabulary.flatMap(({ words }) => beginningsWithSlip(words, beginning)))
  return mostFrequent(vocabulary, [...others], beginning).map((completion) => ({ ...completion, hasSlip: true }))
}

/**
 * The first words of a list that begin with what was written, at most eight.
 *
 * @param words - ascending
 */
export function completeIn(words: readonly string[], beginning: string): string[] {
  if (beginning.length < SHORTEST) return []
  const from = firstFrom(words, beginning)
  return words.slice(from, from + MOST_COMPLETIONS).filter((word) => word.startsWith(beginning) && word !== beginning)
}

function mostFrequent(vocabulary: readonly Vocabulary[], beginnings: readonly string[], not: string): Completion[] {
  const counts = new Map<string, number>()
  for (const { words, counts: own } of vocabulary) {
    for (const beginning of beginnings) {
      const from = firstFrom(words, beginning)
      for (let at = from; at < from + MOST_LOOKED_AT && words[at]?.startsWith(beginning); at++) {
        const word = writtenWord(words[at]!)
        counts.set(word, (counts.get(word) ?? 0) + own[at]!)
      }
    }
  }
  counts.delete(not)
  const order = [...counts].filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return order.slice(0, MOST_COMPLETIONS).map(([word, count]) => ({ word, count, hasSlip: false }))
}

/**
 * The beginnings that words have and that one slip turns into what was written. What stands before the slip must be the
 * beginning of words as well, so each place tries only the letters that come there.
 */
function beginningsWithSlip(words: readonly string[], written: string): string[] {
  const found: string[] = []
  const keep = (beginning: string): void => {
    if (isBeginning(words, beginning) && slipsBetween(beginning, written, 1)) found.push(beginning)
  }
  for (let place = 0; place < written.length; place++) {
    const before = written.slice(0, place)
    if (!isBeginning(words, before)) break
    const [own, next] = [written[place]!, written[place + 1] ?? '']
    const after = written.slice(place + 1)
    keep(before + after)
    keep(before + next + own + after.slice(1))
    for (const letter of lettersAfter(words, before)) {
      keep(before + letter + after)
      keep(before + letter + own + after)
    }
  }
  return found
}

/** The letters that words have after a beginning, each found by where the words with the one before it end. */
function lettersAfter(words: readonly string[], beginning: string): string[] {
  const letters: string[] = []
  let at = firstFrom(words, beginning)
  while (words[at] !== undefined && writtenWord(words[at]!) === beginning) at++
  while (words[at]?.startsWith(beginning)) {
    const letter = words[at]![beginning.length]!
    letters.push(letter)
    at = firstFrom(words, beginning + String.fromCharCode(letter.charCodeAt(0) + 1))
  }
  return letters
}

function isBeginning(words: readonly string[], beginning: string): boolean {
  return words[firstFrom(words, beginning)]?.startsWith(beginning) ?? false
}

/** Where the first of ascending words stands that is not less than a text. */
function firstFrom(words: readonly string[], text: string): number {
  let low = 0
  let high = words.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (words[middle]! < text) low = middle + 1
    else high = middle
  }
  return low
}
