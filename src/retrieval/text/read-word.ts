import { type Guess, guessWords, isMeant, type KnownWords } from './guess-words.ts'
import type { TextSnapshot } from './text-snapshot.ts'

/** What a slip costs, beside how unlikely the word is. */
const SLIP_WEIGHT = 0.9
/** What is less likely is not looked for. */
const LEAST_PROBABILITY = 0.1
const MOST_GUESSES = 3
/** A word as it was written that is as likely as this is looked for alone. */
const CERTAIN = 0.9

/** A term that a word of a query stands for. */
export interface WordReading {
  readonly term: string
  /** 1 for the word as it was written, less for a guess. */
  readonly weight: number
  /** The word that is meant. */
  readonly word: string
  /** How likely it is meant, from 0 to 1. */
  readonly confidence: number
}

/**
 * What a word of a query stands for: its own term, and with spelling those of the words that may have been meant,
 * each by how likely it is. Nothing for a stop word, and for a word that is not known and like none.
 *
 * @param known - what to guess from; undefined where words are meant as they are written
 * @returns the likeliest first
 */
export function readWord(snapshot: TextSnapshot, word: string, known: KnownWords | undefined): WordReading[] {
  if (snapshot.analysis.termOf(word) === undefined) return []
  const own = termOf(snapshot, word)
  const exact = own === undefined ? [] : [{ term: own, weight: 1, word, confidence: 1 }]
  if (!known) return exact
  const frequency = own === undefined ? 0 : snapshot.frequency(own)
  const count = Math.max(frequency, known.countOf(word))
  if (count > 0 && isMeant(known, word, count, CERTAIN)) return exact
  const guesses = guessWords(known, word, count)
  const isKnown = guesses.length === 0 || (guesses[0]!.word === word && guesses[0]!.probability >= CERTAIN)
  return isKnown ? exact : likelyReadings(snapshot, word, guesses)
}

function likelyReadings(snapshot: TextSnapshot, word: string, guesses: readonly Guess[]): WordReading[] {
  const readings = new Map<string, WordReading & { readonly probability: number }>()
  for (const { word: meant, probability, confidence, slips } of guesses) {
    const term = termOf(snapshot, meant)
    if (term === undefined) continue
    const earlier = readings.get(term) ?? { term, word: meant, weight: 0, confidence: 0, probability: 0 }
    readings.set(term, {
      ...earlier,
      weight: earlier.weight + probability * SLIP_WEIGHT ** slips,
      confidence: earlier.confidence + confidence,
      probability: earlier.probability + probability,
    })
  }
  const likely = [...readings.values()].sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1))
  // What was written is searched as it is, whatever else may have been meant: an exact match never costs.
  return likely
    .filter(
      (reading, rank) => reading.word === word || (reading.probability >= LEAST_PROBABILITY && rank < MOST_GUESSES),
    )
    .map(({ probability: _, ...reading }) => (reading.word === word ? { ...reading, weight: 1 } : reading))
}

/** The term of a word, if a document has it: in several languages, that of the most documents. */
export function termOf(snapshot: TextSnapshot, word: string): string | undefined {
  let best: string | undefined
  let most = 0
  for (const chain of snapshot.analysis.chains) {
    const term = chain.termOf(word)
    const frequency = term === undefined ? 0 : snapshot.frequency(term)
    if (frequency > most) [best, most] = [term, frequency]
  }
  return best
}
