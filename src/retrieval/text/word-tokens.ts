/** Letters that Unicode does not take apart into a plain one and a mark. */
const LIGATURES: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', '’': "'", '‘': "'" },
}
const LIGATURE = new RegExp(`[${Object.keys(LIGATURES).join('')}]`, 'g')
const APOSTROPHE = /[’‘]/g

const BEYOND_ASCII = /[^\0-\x7f]/
const DIACRITIC = /[\u0300-\u036f]+/g

/** Letters and digits; a point or apostrophe within letters and a point or comma within digits join them. */
const ASCII_WORD = /[a-z0-9_]+(?:(?:(?<=[a-z])['.](?=[a-z])|(?<=[0-9])['.,;](?=[0-9]))[a-z0-9_]+)*/g
/** The same for all scripts; those that are written without spaces give one word a sign. */
const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{N}\p{M}_])+(?:(?:(?<=\p{L})['.](?=\p{L})|(?<=\p{N})['.,;](?=\p{N}))(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{N}\p{M}_])+)*/gu

/** A letter of a script in which spaces do not part words, with its marks. */
const SIGN =
  /[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]&&\p{L}]\p{M}*/v
const SIGNS = new RegExp(SIGN.source, 'vg')
/** Signs in a row, or a word of another script. */
const PAIRED_WORD = new RegExp(
  `(?:${SIGN.source})+|(?:(?!${SIGN.source})[\\p{L}\\p{N}\\p{M}_])+(?:(?:(?<=\\p{L})['.](?=\\p{L})|(?<=\\p{N})['.,;](?=\\p{N}))(?:(?!${SIGN.source})[\\p{L}\\p{N}\\p{M}_])+)*`,
  'vg',
)

/** What is longer is cut off: no word, and no query that could find it, is longer than this. */
const LONGEST_WORD = 64

/** How texts become words. */
export interface WordStyle {
  /** Whether accents stay, because stemmers need them. */
  readonly keepsAccents: boolean
  /** Whether every two signs in a row of scripts without spaces are a word, instead of every one. */
  readonly pairs: boolean
  /** By whose rules capitals become small: `tr` has two letters i. */
  readonly locale?: string | undefined
}

/** A text without capitals, accents and ligatures: `Ångström` is `angstrom`, full-width letters are plain ones. */
export function foldText(text: string): string {
  const lower = text.toLowerCase()
  if (!BEYOND_ASCII.test(lower)) return lower
  const plain = lower.normalize('NFKD').replace(DIACRITIC, '').toLowerCase()
  // Together again what is no letter with an accent: the syllables of Korean, and Japanese signs with a voice mark.
  return plain.replace(LIGATURE, (letter) => LIGATURES[letter] ?? letter).normalize('NFC')
}

/** A text without capitals, in which all else that can be written in two ways is written in one. */
function lowerText(text: string, locale: string | undefined): string {
  const lower = locale === undefined ? text.toLowerCase() : text.toLocaleLowerCase(locale)
  return BEYOND_ASCII.test(lower) ? lower.normalize('NFKC').replace(APOSTROPHE, "'").toLowerCase() : lower
}

/**
 * The words of a text in their order, folded, by the word boundaries of Unicode but for the colon, which separates words
 * (people write `colour:red`): `U.S.` is `u.s`, `3,000.5` is one word,
 * `high-speed` two. What is neither letter nor digit, such as an emoji, separates words.
 *
 * @remarks O(length); a word beyond 64 letters is cut.
 * @see Unicode Standard Annex 29, word boundaries.
 */
export function wordTokens(text: string, style?: WordStyle): string[] {
  const folded = style?.keepsAccents ? lowerText(text, style.locale) : foldText(text)
  const isPlain = !BEYOND_ASCII.test(folded)
  const words: string[] = folded.match(isPlain ? ASCII_WORD : style?.pairs ? PAIRED_WORD : WORD) ?? []
  const own = style?.pairs && !isPlain ? words.flatMap(pairsOf) : words
  for (const [place, word] of own.entries()) {
    if (word.length > LONGEST_WORD) own[place] = word.slice(0, LONGEST_WORD).toWellFormed()
  }
  return own
}

/** Every two signs that stand side by side; a sign alone, and a word of another script, as it is. */
function pairsOf(word: string): string[] {
  if (!SIGN.test(word)) return [word]
  const signs = word.match(SIGNS) ?? []
  return signs.length < 2 ? [word] : signs.slice(1).map((sign, place) => signs[place]! + sign)
}

/** Whether a word is a single sign of a script in which two are a word. */
export function isLoneSign(word: string): boolean {
  return word.length < 8 && SIGN.test(word) && word.replace(SIGN, '') === ''
}
