import { SluiceError } from '../../foundation/index.ts'
import { englishStem } from './english-stem.ts'
import { wordTokens } from './word-tokens.ts'

/** Words of English that say so little that neither documents nor queries keep them; the list that Lucene has. */
const ENGLISH_STOP_WORDS =
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to ' +
  'was will with'

/** What is done to words: `english` leaves out stop words and stems, `plain` only folds. */
export type AnalysisName = 'english' | 'plain'

/** How texts become terms, the same for documents and queries. */
export interface Analysis {
  readonly name: AnalysisName
  /** The words of a text in their order, stop words included, so that a word's place is its place in the text. */
  words(text: string): string[]
  /** The term of a word, and nothing for a word that is not searched. */
  termOf(word: string): string | undefined
}

/** @throws SluiceError `INVALID_ARGUMENT` at a name that is none of them */
export function analysisOf(name: AnalysisName): Analysis {
  if (name === 'plain') return { name, words: wordTokens, termOf: (word) => word }
  if (name === 'english') return { name, words: wordTokens, termOf: englishTerm }
  throw new SluiceError('INVALID_ARGUMENT', `analysis: expected english or plain, got ${String(name)}`)
}

const stopWords = new Set(ENGLISH_STOP_WORDS.split(' '))

function englishTerm(word: string): string | undefined {
  const own = word.endsWith("'s") ? word.slice(0, -2) : word
  return stopWords.has(own) ? undefined : englishStem(own)
}
