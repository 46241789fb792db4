type Rewrites = readonly (readonly [ending: string, instead: string])[]

/** Words whose stem the rules would get wrong, each with its stem. */
const SPECIAL: ReadonlyMap<string, string> = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word): [string, string] => [word, word]),
])

/** Beginnings after which the first region starts, wherever the vowels stand. */
const LONG_BEGINNING = /^(?:gener|commun|arsen|past|univers|later|emerg|organ|inter)/
/** Up to the first consonant after a vowel; a y marked as consonant is a capital. */
const REGION = /^.*?[aeiouy][^aeiouy]/
const ENDS_IN_SHORT_SYLLABLE = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy]|past)$/
const DOUBLE = /(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/
const VOWEL = /[aeiouy]/
const WHOLE_WITH_ING = /^(?:inn|out|cann|herr|earr|even)ing$/

// Of the endings of a word, the longest is the one that counts, so the longest stand first.
const SECOND_STEP: Rewrites = [
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['iveness', 'ive'],
  ['ization', 'ize'],
  ['ousness', 'ous'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['tional', 'tion'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ation', 'ate'],
  ['entli', 'ent'],
  ['fulli', 'ful'],
  ['iviti', 'ive'],
  ['ogist', 'og'],
  ['ousli', 'ous'],
  ['abli', 'able'],
  ['alli', 'al'],
  ['anci', 'ance'],
  ['ator', 'ate'],
  ['enci', 'ence'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['ogi', 'og'],
  ['li', ''],
]

const THIRD_STEP: Rewrites = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['ative', ''],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
]

const FOURTH_STEP: Rewrites = [
  ...['ement', 'able', 'ance', 'ence', 'ible', 'ment', 'ant', 'ate', 'ent', 'ion', 'ism', 'iti', 'ive', 'ize', 'ous'],
  ...['al', 'er', 'ic'],
].map((ending) => [ending, ''])

/** What must stand before some of the endings. */
const AFTER: Readonly<Record<string, RegExp>> = { ogi: /l$/, li: /[cdeghkmnrt]$/, ion: /[st]$/ }

/**
 * The stem of an English word, so that words of one family become one term: `connected`, `connecting` and `connection`
 * are all `connect`. Stems are not always words.
 *
 * @param word - in lower case; what has other letters than a to z and apostrophes passes as it is treated
 * @remarks O(length).
 * @see Porter 2001, Snowball: A language for stemming algorithms; the English stemmer (Porter2) as of 2026.
 */
export function englishStem(word: string): string {
  const special = SPECIAL.get(word)
  if (special !== undefined || word.length < 3) return special ?? word
  const marked = markConsonants(word.startsWith("'") ? word.slice(1) : word)
  const first = LONG_BEGINNING.exec(marked)?.[0].length ?? regionAfter(marked, 0)
  const second = regionAfter(marked, first)
  let stem = withoutPlural(marked.replace(/'(?:s'?)?$/, ''))
  stem = withoutParticiple(stem, first)
  stem = stem.replace(/(.[^aeiouy])[yY]$/, '$1i')
  stem = rewriteEnding(stem, SECOND_STEP, first)
  stem = stem.length - 5 < second && stem.endsWith('ative') ? stem : rewriteEnding(stem, THIRD_STEP, first)
  stem = rewriteEnding(stem, FOURTH_STEP, second)
  return withoutLastLetter(stem, first, second).replaceAll('Y', 'y')
}

/** A y at the beginning or after a vowel is a consonant, and becomes a capital. */
function markConsonants(word: string): string {
  return word.includes('y') ? word.replace(/^y/, 'Y').replace(/([aeiouy])y/g, '$1Y') : word
}

/** Where the region begins: after the first consonant that follows a vowel, from a place on. */
function regionAfter(word: string, from: number): number {
  const found = REGION.exec(word.slice(from))
  return found ? from + found[0].length : word.length
}

function withoutPlural(word: string): string {
  if (!word.endsWith('s')) return word.endsWith('ied') ? withoutPluralOfY(word) : word
  if (word.endsWith('sses')) return word.slice(0, -2)
  if (word.endsWith('ies')) return withoutPluralOfY(word)
  if (word.endsWith('us') || word.endsWith('ss')) return word
  return VOWEL.test(word.slice(0, -2)) ? word.slice(0, -1) : word
}

/** `ties` is `tie`, `cries` is `cri`. */
function withoutPluralOfY(word: string): string {
  return word.slice(0, word.length > 4 ? -2 : -1)
}

function withoutParticiple(word: string, first: number): string {
  const agreed = /eed(?:ly)?$/.exec(word)
  if (agreed) {
    const stays = agreed.index < first || /^(?:proc|exc|succ)$/.test(word.slice(0, agreed.index))
    return stays ? word : `${word.slice(0, agreed.index)}ee`
  }
  const ending = /(?:ed|ing)(?:ly)?$/.exec(word)?.[0]
  if (ending === undefined) return word
  if (/^[^aeiouy]ying$/.test(word)) return `${word[0]}ie`
  const rest = word.slice(0, -ending.length)
  return WHOLE_WITH_ING.test(word) || !VOWEL.test(rest) ? word : mendedEnd(rest, first)
}

/** `hop` for `hopp`, `hope` for `hop` of `hoping`, `create` for `creat`. */
function mendedEnd(word: string, first: number): string {
  if (/(?:at|bl|iz)$/.test(word)) return `${word}e`
  if (DOUBLE.test(word)) return /^[aeo]..$/.test(word) ? word : word.slice(0, -1)
  return first >= word.length && ENDS_IN_SHORT_SYLLABLE.test(word) ? `${word}e` : word
}

/** Rewrites the longest ending of the list that the word has, if it lies in the region and follows what it must. */
function rewriteEnding(word: string, rewrites: Rewrites, region: number): string {
  const found = rewrites.find(([ending]) => word.endsWith(ending))
  if (!found) return word
  const [ending, instead] = found
  const rest = word.slice(0, word.length - ending.length)
  return rest.length < region || AFTER[ending]?.test(rest) === false ? word : rest + instead
}

function withoutLastLetter(word: string, first: number, second: number): string {
  const rest = word.slice(0, -1)
  if (word.endsWith('e')) {
    return rest.length >= second || (rest.length >= first && !ENDS_IN_SHORT_SYLLABLE.test(rest)) ? rest : word
  }
  return word.endsWith('ll') && rest.length >= second ? rest : word
}
