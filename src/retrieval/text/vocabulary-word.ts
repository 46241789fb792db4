/** No word has it, and it comes before all that a word may have. */
const MARK = '\u0001'
const WHOLE_CODE = '\u0001\u0001'

/**
 * A word as vocabularies have it: as it is, and where some field makes another term of it than is usual, once more with
 * that term behind it.
 *
 * @param usual - the term that the analysis of the index makes of it
 */
export function vocabularyWord(word: string, term: string | undefined, usual: string | undefined): string {
  return term === usual ? word : `${word}${MARK}${term ?? ''}`
}

/** A whole code as vocabularies have it. */
export function codeOfVocabulary(whole: string): string {
  return whole + WHOLE_CODE
}

/** Whether a word of a vocabulary is a whole code. */
export function isCodeOfVocabulary(entry: string): boolean {
  return entry.endsWith(WHOLE_CODE)
}

/** A word of a vocabulary as one writes it. */
export function writtenWord(entry: string): string {
  const end = entry.indexOf(MARK)
  return end < 0 ? entry : entry.slice(0, end)
}

/** Calls with the place of each entry of an ascending vocabulary that is a word. */
export function eachEntryOf(
  entries: readonly string[],
  word: string,
  first: number,
  visit: (place: number) => void,
): void {
  for (let place = first; entries[place] === word || entries[place]?.startsWith(word + MARK); place++) visit(place)
}
