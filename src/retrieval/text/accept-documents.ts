import { narrowToPhrase, type Phrase } from './phrase-match.ts'
import { readWord } from './read-word.ts'
import type { QuotedWords, TextQuery } from './text-query.ts'
import type { TextSnapshot } from './text-snapshot.ts'

/**
 * Which documents may be found by what a query requires, forbids and filters; undefined where all may.
 *
 * @param spelling - whether a word that is not known may stand for one that is
 * @throws SluiceError `UNKNOWN_FIELD` and `WRONG_TYPE` at a filter that cannot be
 * @remarks O(documents + postings of the words that are required, forbidden or quoted).
 */
export function acceptDocuments(snapshot: TextSnapshot, query: TextQuery, spelling: boolean): Uint8Array | undefined {
  const { required, phrases, forbidden, filters } = query
  if (required.length + phrases.length + forbidden.length + filters.length === 0) return undefined
  const accept = snapshot.liveDocuments()
  for (const { field, filter } of filters) snapshot.narrow(accept, field, filter)
  for (const quoted of [...required.map((text) => ({ text, slop: 0 })), ...phrases]) {
    const phrase = phraseOf(snapshot, quoted, spelling)
    if (phrase === undefined) accept.fill(0)
    else if (phrase.terms.length > 0) narrowToPhrase(snapshot, phrase, accept)
  }
  for (const quoted of forbidden) {
    // What is forbidden is taken by the letter; what stands nowhere and what is no more than stop words forbids nothing.
    const phrase = phraseOf(snapshot, quoted, false)
    if (phrase && phrase.terms.length > 0) refuse(snapshot, phrase, accept)
  }
  return accept
}

function refuse(snapshot: TextSnapshot, phrase: Phrase, accept: Uint8Array): void {
  const refused = accept.slice()
  narrowToPhrase(snapshot, phrase, refused)
  for (let document = 0; document < accept.length; document++) accept[document]! -= refused[document]!
}

/** Undefined when a word of it stands in no document. */
function phraseOf(snapshot: TextSnapshot, { text, slop }: QuotedWords, spelling: boolean): Phrase | undefined {
  const terms: string[] = []
  const offsets: number[] = []
  for (const [place, word] of snapshot.analysis.words(text).entries()) {
    if (snapshot.analysis.termOf(word) === undefined) continue
    const reading = readWord(snapshot, word, spelling)[0]
    if (reading === undefined) return undefined
    terms.push(reading.term)
    offsets.push(place)
  }
  return { terms, offsets, slop }
}
