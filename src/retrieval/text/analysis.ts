import { SluiceError } from '../../foundation/index.ts'
import { codeWords } from './code-words.ts'
import { englishStem } from './english-stem.ts'
import {
  isCompounding,
  isPaired,
  isStemmed,
  LANGUAGES,
  type Language,
  type StemmedLanguage,
} from './languages/language.ts'
import { stemmerOf } from './languages/stemmers.ts'
import { STOP_WORDS } from './languages/stop-words.ts'
import { foldText, type WordStyle, wordTokens } from './word-tokens.ts'

/** Words of English that say so little that neither documents nor queries keep them; the list that Lucene has. */
const ENGLISH_STOP_WORDS =
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to ' +
  'was will with'

/** What an article leaves in front of a word: `l'avion`, `dell'arte`. */
const ELISIONS: Readonly<Partial<Record<Language, RegExp>>> = {
  french: /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=.)/,
  italian: /^(?:[cdlmstv]|all|dall|dell|nell|sull|coll|pell|gl|agl|dagl|degl|negl|sugl|un)'(?=.)/,
}
/** Words of queries whose terms are remembered. */
const MOST_REMEMBERED = 20_000
/** What Turkish hangs on a name: `İstanbul'da`. */
const TURKISH_ENDING = /'.*$/

/**
 * How the words of a field become terms: by a language, or as parts of a code such as a SKU.
 */
export type ChainName = Language | 'code'

/** The terms of words in some of the fields. */
export interface Chain {
  readonly name: ChainName
  /** The term of a word, and nothing for a word that is not searched. */
  termOf(word: string): string | undefined
}

/** How texts become terms, the same for documents and queries. */
export interface Analysis {
  /** Analyses of one name do the same. */
  readonly name: string
  /** The words of a text in their order, stop words included, so that a word's place is its place in the text. */
  words(text: string): string[]
  /** The term of a word in the first language that searches it, and nothing for a word that none does. */
  termOf(word: string): string | undefined
  /** Of fields in several languages more than one. */
  readonly chains: readonly Chain[]
  /** Whether two signs of a script without spaces are a word. */
  readonly pairs: boolean
  /** Whether a language writes several words as one. */
  readonly compounds: boolean
}

/**
 * The analysis of texts in some languages, and of codes.
 *
 * @param names - each once, of which the first goes first
 * @throws SluiceError `INVALID_ARGUMENT` at a name that is none
 */
export function analysisOf(...names: readonly ChainName[]): Analysis {
  for (const name of names) requireName(name)
  const known = made.get(names.join(' ')) ?? newAnalysis(names)
  made.set(known.name, known)
  return known
}

/** By name: what one query makes known of words serves the next. */
const made = new Map<string, Analysis>()

function newAnalysis(names: readonly ChainName[]): Analysis {
  const style = styleOf(names)
  const chains = names.map((name) => chainOf(name, style))
  const languages = chains.filter(({ name }) => name !== 'code')
  const searched = languages.length > 0 ? languages : chains
  const [only] = searched
  return {
    name: names.join(' '),
    words: style === undefined ? (text) => wordTokens(text) : (text) => wordTokens(text, style),
    termOf: remembered(searched.length === 1 && only ? only.termOf : (word) => firstTerm(searched, word)),
    chains,
    pairs: style?.pairs ?? false,
    compounds: names.some(isCompounding),
  }
}

/** A query asks for the terms of its words, and of what they may stand for, again and again. */
function remembered(termOf: Chain['termOf']): Chain['termOf'] {
  const terms = new Map<string, string | undefined>()
  return (word) => {
    const known = terms.get(word)
    if (known !== undefined || terms.has(word)) return known
    const term = termOf(word)
    if (terms.size === MOST_REMEMBERED) terms.clear()
    terms.set(word, term)
    return term
  }
}

/** The words of a text of a field, in their order. */
export function wordsOfField(analysis: Analysis, { name }: Chain, text: string): string[] {
  return name === 'code' ? codeWords(text) : analysis.words(text)
}

function requireName(name: string): void {
  if (name === 'code' || (LANGUAGES as readonly string[]).includes(name)) return
  throw new SluiceError('INVALID_ARGUMENT', `language: expected one of ${LANGUAGES.join(', ')}, got ${String(name)}`)
}

/** @returns nothing where words are folded at once, as English and codes can be */
function styleOf(names: readonly ChainName[]): WordStyle | undefined {
  const pairs = names.some(isPaired)
  const keepsAccents = names.some(isStemmed)
  if (!pairs && !keepsAccents) return undefined
  return { keepsAccents, pairs, locale: names.includes('turkish') ? 'tr' : undefined }
}

function chainOf(name: ChainName, style: WordStyle | undefined): Chain {
  if (isStemmed(name)) return { name, termOf: stemmedTerms(name) }
  const termOf = name === 'english' ? englishTerm : (word: string) => word
  return { name, termOf: style?.keepsAccents ? (word) => termOf(foldText(word)) : termOf }
}

function firstTerm(chains: readonly Chain[], word: string): string | undefined {
  for (const chain of chains) {
    const term = chain.termOf(word)
    if (term !== undefined) return term
  }
  return undefined
}

const englishStopWords = new Set(ENGLISH_STOP_WORDS.split(' '))

function englishTerm(word: string): string | undefined {
  const own = word.endsWith("'s") ? word.slice(0, -2) : word
  return englishStopWords.has(own) ? undefined : englishStem(own)
}

/** Accents go when the stemmer, which reads them, is done: who leaves them out finds nearly all the same. */
function stemmedTerms(language: StemmedLanguage): (word: string) => string | undefined {
  const stem = stemmerOf(language)
  // An elided word is one without its apostrophe when it stands alone.
  const listed = (STOP_WORDS[language] ?? '').trim().split(/\s+/)
  const stopWords = new Set(listed.map((word) => foldText(word.replace(/'$/, ''))))
  const elision = language === 'turkish' ? TURKISH_ENDING : ELISIONS[language]
  return (word) => {
    const own = elision ? word.replace(elision, '') || word : word
    return stopWords.has(foldText(own)) ? undefined : foldText(stem(own)) || foldText(own)
  }
}
