import type { Analysis } from './analysis.ts'
import type { SpellingDictionary } from './spelling-dictionary.ts'
import type { TextSnapshot } from './text-snapshot.ts'

/** How often one writes a word that is not the one that was meant. */
const ERROR_SHARE = 0.05
/** How often a word stands that the corpus does not have: what confidence in a guess is weighed against. */
const UNSEEN_COUNT = 1e-4

/** A word that may have been meant. */
export interface Guess {
  readonly word: string
  /** Its probability among all guesses, from 0 to 1. */
  readonly probability: number
  /** Its probability when the written word may also be a right one that nobody knows, from 0 to 1. */
  readonly confidence: number
  /** How many slips it takes; 0 for the written word. */
  readonly slips: number
}

/** How often people asked for each word, folded: what was learnt from a log of queries. */
export type AskedWords = ReadonlyMap<string, number>

/**
 * Counts the words of a log of queries, for `spelling: { asked }` of a search.
 *
 * @param queries - each with how often it was asked; 1 when absent
 */
export function askedWords(
  { words }: Analysis,
  queries: Iterable<{ readonly text: string; readonly count?: number }>,
): AskedWords {
  const counts = new Map<string, number>()
  for (const { text, count = 1 } of queries) {
    for (const word of words(text)) counts.set(word, (counts.get(word) ?? 0) + count)
  }
  return counts
}

/** Where guesses come from. */
export interface KnownWords {
  readonly dictionary: SpellingDictionary
  /** How often a word is in use; 0 of a word that cannot be meant. */
  countOf(word: string): number
}

/**
 * Which words may have been meant by a word: how often each is in use, times how likely the slips are that turn it into
 * what was written. The likeliest first, the written one among them if it is known.
 *
 * @param written - folded
 * @param known - how often the written word itself is in use
 * @see Kernighan, Church & Gale 1990, COLING, for the noisy channel.
 */
export function guessWords({ dictionary, countOf }: KnownWords, written: string, known: number): Guess[] {
  const likelihoods = new Map<string, { likelihood: number; slips: number }>()
  if (known > 0) likelihoods.set(written, { likelihood: (1 - ERROR_SHARE) * known, slips: 0 })
  // Of a known word two slips are so unlikely that no word is frequent enough for them.
  const most = known > 0 ? 1 : 2
  for (const { word, slips } of dictionary.neighbours(written, most)) {
    const likelihood = ERROR_SHARE ** slips.count * slips.probability * countOf(word)
    if (likelihood > 0) likelihoods.set(word, { likelihood, slips: slips.count })
  }
  const found = [...likelihoods].sort((a, b) => b[1].likelihood - a[1].likelihood || (a[0] < b[0] ? -1 : 1))
  const sum = found.reduce((total, [, { likelihood }]) => total + likelihood, 0)
  const all = sum + (known > 0 ? 0 : UNSEEN_COUNT)
  return found.map(([word, { likelihood, slips }]) => ({
    ...{ word, probability: likelihood / sum, confidence: likelihood / all, slips },
  }))
}

/**
 * Whether the written word is so likely among its guesses, in less time than it takes to put them in order.
 *
 * @param known - how often it is in use, above 0
 * @param least - a probability above one half
 */
export function isMeant({ dictionary, countOf }: KnownWords, written: string, known: number, least: number): boolean {
  const own = (1 - ERROR_SHARE) * known
  let sum = own
  for (const { word, slips } of dictionary.neighbours(written, 1)) {
    sum += ERROR_SHARE ** slips.count * slips.probability * countOf(word)
    if (own < least * sum) return false
  }
  return true
}

/**
 * The words of a snapshot, and how often they stand there or were asked for. What was asked for and stands nowhere cannot
 * be meant: it would find nothing.
 */
export function knownWords(snapshot: TextSnapshot, asked?: AskedWords): KnownWords {
  const countOf = (word: string): number => {
    const count = snapshot.wordCount(word)
    return count === 0 ? 0 : count + (asked?.get(word) ?? 0)
  }
  return { dictionary: snapshot.spelling, countOf }
}
