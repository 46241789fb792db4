import type { TextIndex } from './text-index.ts'

/** A guess costs more than the word as it was written. */
const GUESS_WEIGHT = 0.9
/** What is less likely is not looked for. */
const LEAST_PROBABILITY = 0.1
const MOST_GUESSES = 3
/** A word as it was written that is as likely as this is looked for alone. */
const CERTAIN = 0.9

/** A term that a word of a query stands for. */
export interface WordReading {
  readonly term: number
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
export function readWord(index: TextIndex, word: string, spelling: boolean): WordReading[] {
  if (index.analysis.termOf(word) === undefined) return []
  const own = termOf(index, word)
  const exact = own === undefined ? [] : [{ term: own, weight: 1, word }]
  if (!spelling) return exact
  const candidates = index.spelling.candidates(word, own === undefined ? 0 : index.frequency(own))
  const isKnown = candidates.length === 0 || (candidates[0]!.word === word && candidates[0]!.probability >= CERTAIN)
  if (isKnown) return exact
  const readings = new Map<number, WordReading>()
  for (const { word: meant, probability } of candidates) {
    const term = termOf(index, meant)
    if (term === undefined) continue
    const weight = probability * (meant === word ? 1 : GUESS_WEIGHT)
    const known = readings.get(term)
    readings.set(term, known ? { ...known, weight: known.weight + weight } : { term, weight, word: meant })
  }
  const likely = [...readings.values()].filter(({ weight }) => weight >= LEAST_PROBABILITY * GUESS_WEIGHT)
  return likely.sort((a, b) => b.weight - a.weight || a.term - b.term).slice(0, MOST_GUESSES)
}

/** The number of the term of a word, if a document has it. */
function termOf(index: TextIndex, word: string): number | undefined {
  const term = index.analysis.termOf(word)
  const number = term === undefined ? undefined : index.termNumber(term)
  return number !== undefined && index.frequency(number) > 0 ? number : undefined
}
