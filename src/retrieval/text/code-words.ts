import { foldText } from './word-tokens.ts'

/** Of a longer value the beginning counts. */
const LONGEST_CODE = 64
/** What comes after so many parts is found by the whole alone. */
const MOST_PARTS = 8

const NEITHER_LETTER_NOR_DIGIT = /[^\p{L}\p{N}]+/gu
/** Letters in a row, or digits in a row. */
const PARTS = /\p{L}+|\p{N}+/gu

/** A code as it is compared: folded, and without what stands between its letters and digits. `AB-1234/x` is `ab1234x`. */
export function wholeCode(value: string): string {
  return foldText(value.slice(0, LONGEST_CODE))
    .replace(NEITHER_LETTER_NOR_DIGIT, '')
    .slice(0, LONGEST_CODE)
    .toWellFormed()
}

/**
 * The words of a code: the whole, and its parts, where letters and digits meet and at what stands between them. `AB-1234/x`
 * is `ab1234x`, `ab`, `1234` and `x`; a code of one part is one word.
 *
 * @remarks At most nine words, so a code has at most nine postings.
 */
export function codeWords(value: string): string[] {
  const whole = wholeCode(value)
  const parts = foldText(value.slice(0, LONGEST_CODE)).match(PARTS) ?? []
  return whole === '' ? [] : parts.length < 2 ? [whole] : [whole, ...parts.slice(0, MOST_PARTS)]
}
