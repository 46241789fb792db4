import { SpellingDictionary } from './spelling-dictionary.ts'
import type { TextSnapshot, Vocabulary } from './text-snapshot.ts'

/** A guess costs more than the word as it was written. */
const GUESS_WEIGHT = 0.9
/** What is less likely is not looked for. */
const LEAST_PROBABILITY = 0.1
const MOST_GUESSES = 3
/** A word as it was written that is as likely as this is looked for alone. */
const CERTAIN = 0.9

/** A term that a word of a query stands for. */
export interface WordReading {
  readonly term: string
  /** At most 1. */
  readonly weight: number
  /** The word that is meant. */
  readonly word: string
}

/**
 * What a word of a query stands for: its own term, and with spelling those of the words that may have been meant,
 * each by how likely it is. Nothing for a stop word, and for a word that is not known and like none.
 *
 * @returns the weightiest first
 */
export function readWord(snapshot: TextSnapshot, word: string, spelling: boolean): WordReading[] {
  if (snapshot.analysis.termOf(word) === undefined) return []
  const own = termOf(snapshot, word)
  const exact = own === undefined ? [] : [{ term: own, weight: 1, word }]
  if (!spelling) return exact
  const candidates = spellingOf(snapshot).candidates(word, own === undefined ? 0 : snapshot.frequency(own))
  const isKnown = candidates.length === 0 || (candidates[0]!.word === word && candidates[0]!.probability >= CERTAIN)
  if (isKnown) return exact
  const readings = new Map<string, WordReading>()
  for (const { word: meant, probability } of candidates) {
    const term = termOf(snapshot, meant)
    if (term === undefined) continue
    const weight = probability * (meant === word ? 1 : GUESS_WEIGHT)
    const earlier = readings.get(term)
    readings.set(term, earlier ? { ...earlier, weight: earlier.weight + weight } : { term, weight, word: meant })
  }
  const likely = [...readings.values()].filter(({ weight }) => weight >= LEAST_PROBABILITY * GUESS_WEIGHT)
  return likely.sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1)).slice(0, MOST_GUESSES)
}

const dictionaries = new WeakMap<readonly Vocabulary[], SpellingDictionary>()

/** Made when it is first asked for: O(letters of the vocabulary). */
function spellingOf({ vocabulary }: TextSnapshot): SpellingDictionary {
  const known = dictionaries.get(vocabulary)
  if (known) return known
  const counts = new Map<string, number>()
  for (const part of vocabulary) {
    for (const [place, word] of part.words.entries()) counts.set(word, (counts.get(word) ?? 0) + part.counts[place]!)
  }
  const made = new SpellingDictionary([...counts.keys()], Uint32Array.from(counts.values()))
  dictionaries.set(vocabulary, made)
  return made
}

/** The term of a word, if a document has it. */
function termOf(snapshot: TextSnapshot, word: string): string | undefined {
  const term = snapshot.analysis.termOf(word)
  return term !== undefined && snapshot.frequency(term) > 0 ? term : undefined
}
