/** Languages whose words are stemmed by a stemmer of the Snowball project, in the library's names. */
const STEMMED = [
  ...['armenian', 'danish', 'dutch', 'finnish', 'french', 'german', 'greek', 'hungarian', 'indonesian', 'irish'],
  ...['italian', 'lithuanian', 'nepali', 'norwegian', 'portuguese', 'romanian', 'russian', 'serbian', 'spanish'],
  ...['swedish', 'turkish'],
] as const

/** Languages that are written without spaces, or in which spaces do not part words: every two signs are a word. */
const PAIRED = ['chinese', 'japanese', 'korean', 'thai', 'lao', 'khmer', 'burmese'] as const

/** Languages that write several words as one. */
const COMPOUNDING = ['danish', 'dutch', 'finnish', 'german', 'hungarian', 'norwegian', 'swedish']

export type StemmedLanguage = (typeof STEMMED)[number]

/** Every language that a text may be in; `none` only folds. */
export const LANGUAGES = ['english', 'none', ...STEMMED, ...PAIRED] as const

/** What language a text is in; `none` takes words as they are. */
export type Language = (typeof LANGUAGES)[number]

export function isStemmed(language: string): language is StemmedLanguage {
  return (STEMMED as readonly string[]).includes(language)
}

export function isCompounding(language: string): boolean {
  return COMPOUNDING.includes(language)
}

export function isPaired(language: string): boolean {
  return (PAIRED as readonly string[]).includes(language)
}
