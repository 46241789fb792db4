/** Letters that Unicode does not take apart into a plain one and a mark. */
const LIGATURES: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', '’': "'", '‘': "'" },
}
const LIGATURE = new RegExp(`[${Object.keys(LIGATURES).join('')}]`, 'g')

const BEYOND_ASCII = /[^\0-\x7f]/
const DIACRITIC = /[\u0300-\u036f]+/g

/** Letters and digits; a point or apostrophe within letters and a point or comma within digits join them. */
const ASCII_WORD = /[a-z0-9_]+(?:(?:(?<=[a-z])['.](?=[a-z])|(?<=[0-9])['.,;](?=[0-9]))[a-z0-9_]+)*/g
/** The same for all scripts; those that are written without spaces give one word a sign. */
const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{N}\p{M}_])+(?:(?:(?<=\p{L})['.](?=\p{L})|(?<=\p{N})['.,;](?=\p{N}))(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{N}\p{M}_])+)*/gu

/** What is longer is cut off: no word, and no query that could find it, is longer than this. */
const LONGEST_WORD = 64

/** A text without capitals, accents and ligatures: `Ångström` is `angstrom`, full-width letters are plain ones. */
export function foldText(text: string): string {
  const lower = text.toLowerCase()
  if (!BEYOND_ASCII.test(lower)) return lower
  const plain = lower.normalize('NFKD').replace(DIACRITIC, '').toLowerCase()
  return plain.replace(LIGATURE, (letter) => LIGATURES[letter] ?? letter)
}

/**
 * The words of a text in their order, folded, by the word boundaries of Unicode but for the colon, which separates words
 * (people write `colour:red`): `U.S.` is `u.s`, `3,000.5` is one word,
 * `high-speed` two. What is neither letter nor digit, such as an emoji, separates words.
 *
 * @remarks O(length); a word beyond 64 letters is cut.
 * @see Unicode Standard Annex 29, word boundaries.
 */
export function wordTokens(text: string): string[] {
  const folded = foldText(text)
  const words = folded.match(BEYOND_ASCII.test(folded) ? WORD : ASCII_WORD) ?? []
  for (const [place, word] of words.entries()) {
    if (word.length > LONGEST_WORD) words[place] = word.slice(0, LONGEST_WORD).toWellFormed()
  }
  return words
}
