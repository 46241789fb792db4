const FORMAT_AND_VARIATION = /\p{Cf}|\p{Variation_Selector}/gu
// Only where a mark is decoration: in Devanagari or kana the same marks tell words apart.
const DIACRITICS = /(?<=[\p{Script=Latin}\p{Script=Greek}][\u0300-\u036F]*)[\u0300-\u036F]/gu
const APOSTROPHES = /['’‘ʼ`´]/gu
const YEAR = /\((\d{4})\)/g
// Punctuation but for the parentheses of a year and the sharp of "C#".
const PUNCTUATION = /\((?!\d{4}\))|(?<!\(\d{4})\)|(?<!\p{L})#|[^\P{P}()#]/gu
const SPACES = /\s+/gu
/** Nothing but case and white space can be folded in it. */
const PLAIN = /^[A-Za-z0-9 ]*$/

/**
 * The form in which two titles are the same title: compatibility forms, case, Latin and Greek diacritics, punctuation
 * and white space are folded. A year in parentheses stays one, so "Dune (1984)", "Dune (2021)" and "Dune 2021" differ.
 *
 * A title of punctuation alone keeps it ("!!!"), so that such titles differ; empty text gives empty text, which the
 * caller treats as unknown. Symbols and emoji stay. Applying it twice changes nothing more.
 *
 * @see Unicode Standard Annex 15 (NFKC).
 */
export function normaliseTitle(text: string): string {
  if (PLAIN.test(text)) return collapse(text.toLowerCase())
  const folded = foldLetters(text)
  const title = collapse(folded.replace(APOSTROPHES, '').replace(YEAR, ' ($1) ').replace(PUNCTUATION, ' '))
  return title === '' ? collapse(folded) : title
}

function foldLetters(text: string): string {
  // Lower, upper, lower: "ẞ" becomes "ß", "ß" meets "SS"; both sigmas become one.
  const cased = text
    .normalize('NFKD')
    .replace(FORMAT_AND_VARIATION, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replace(/ς/g, 'σ')
  return cased.normalize('NFKD').replace(DIACRITICS, '').normalize('NFKC')
}

function collapse(text: string): string {
  return text.replace(SPACES, ' ').trim()
}
