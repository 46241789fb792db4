import { narrowToPhrase, type Phrase } from './phrase-match.ts'
import { readWord } from './read-word.ts'
import type { TextIndex } from './text-index.ts'
import type { QuotedWords, TextQuery } from './text-query.ts'

/**
 * Which documents may be found by what a query requires, forbids and filters; undefined where all may.
 *
 * @param spelling - whether a word that is not known may stand for one that is
 * @throws SluiceError `UNKNOWN_FIELD` and `WRONG_TYPE` at a filter that cannot be
 * @remarks O(documents + postings of the words that are required, forbidden or quoted).
 */
export function acceptDocuments(index: TextIndex, query: TextQuery, spelling: boolean): Uint8Array | undefined {
  const { required, phrases, forbidden, filters } = query
  if (required.length + phrases.length + forbidden.length + filters.length === 0) return undefined
  const accept = new Uint8Array(index.parts.ids.length).fill(1)
  for (const { field, filter } of filters) index.narrow(accept, field, filter)
  for (const quoted of [...required.map((text) => ({ text, slop: 0 })), ...phrases]) {
    const phrase = phraseOf(index, quoted, spelling)
    if (phrase === undefined) accept.fill(0)
    else if (phrase.terms.length > 0) narrowToPhrase(index, phrase, accept)
  }
  for (const quoted of forbidden) {
    // What is forbidden is taken by the letter; what stands nowhere and what is no more than stop words forbids nothing.
    const phrase = phraseOf(index, quoted, false)
    if (phrase && phrase.terms.length > 0) refuse(index, phrase, accept)
  }
  return accept
}

function refuse(index: TextIndex, phrase: Phrase, accept: Uint8Array): void {
  const refused = accept.slice()
  narrowToPhrase(index, phrase, refused)
  for (let document = 0; document < accept.length; document++) accept[document]! -= refused[document]!
}

/** Undefined when a word of it stands in no document. */
function phraseOf(index: TextIndex, { text, slop }: QuotedWords, spelling: boolean): Phrase | undefined {
  const terms: number[] = []
  const offsets: number[] = []
  for (const [place, word] of index.analysis.words(text).entries()) {
    if (index.analysis.termOf(word) === undefined) continue
    const reading = readWord(index, word, spelling)[0]
    if (reading === undefined) return undefined
    terms.push(reading.term)
    offsets.push(place)
  }
  return { terms, offsets, slop }
}
