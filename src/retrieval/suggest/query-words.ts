import { BoundedMap } from '../../foundation/index.ts'
import { analysisOf } from '../text/analysis.ts'
import { foldText } from '../text/word-tokens.ts'

/** Longer queries are pasted text and not typed again. */
const LONGEST = 80
const MOST_REMEMBERED = 10_000
/** What stands between words however it is written. */
const BETWEEN = /[\s\p{C}"“”]+/gu
const english = analysisOf('english')

/**
 * The form in which queries that differ in case, accents, quotes and spaces are one; undefined for one that is empty or
 * of more than 80 letters, which is no query to suggest.
 */
export function normalQuery(text: string): string | undefined {
  if (text.length > 4 * LONGEST) return undefined
  const normal = foldText(text).replace(BETWEEN, ' ').trim()
  return normal === '' || normal.length > LONGEST ? undefined : normal
}

/** The same for what is still being typed: a space at its end says that a word has ended. */
export function normalPrefix(text: string): string {
  return foldText(text.slice(0, LONGEST)).replace(BETWEEN, ' ').trimStart()
}

/** The stems of a query in their order, with a space on each side: queries of the same stems are the same to a reader. */
export function stemsOf(query: string): string {
  const stems = english.words(query).map((word) => english.termOf(word) ?? word)
  return ` ${stems.join(' ')} `
}

/** {@link stemsOf} that remembers what it was asked of late, since popular queries are looked at again and again. */
export function rememberedStems(): (query: string) => string {
  const known = new BoundedMap<string, string>(MOST_REMEMBERED)
  return (query) => {
    const stems = known.get(query) ?? stemsOf(query)
    if (!known.has(query)) known.set(query, stems)
    return stems
  }
}

/** Says whether a query has a word, or words in a row, of a list, in whatever form of the words. */
export function wordList(entries: readonly string[]): (query: string) => boolean {
  const words = new Set<string>()
  const phrases: string[] = []
  for (const entry of entries) {
    const stems = stemsOf(foldText(entry))
    const bare = stems.trim()
    if (bare === '') continue
    if (bare.includes(' ')) phrases.push(stems)
    else words.add(bare)
  }
  if (words.size === 0 && phrases.length === 0) return () => false
  return (query) => {
    const stems = stemsOf(query)
    return stems.split(' ').some((stem) => words.has(stem)) || phrases.some((phrase) => stems.includes(phrase))
  }
}

/** Whether two texts are one slip apart: a letter more, less, another or two exchanged; digits are no slips. */
export function isOneSlipApart(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1) return false
  let start = 0
  while (start < short.length && short[start] === long[start]) start++
  const [restShort, restLong] = [short.slice(start), long.slice(start)]
  if (/\d/.test(restShort[0] ?? '') || /\d/.test(restLong[0] ?? '')) return false
  if (restShort === restLong.slice(1) || restShort.slice(1) === restLong.slice(1)) return true
  const isExchanged = restShort[0] === restLong[1] && restShort[1] === restLong[0]
  return isExchanged && restShort.slice(2) === restLong.slice(2)
}
