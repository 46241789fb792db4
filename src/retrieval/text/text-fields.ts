import { SluiceError } from '../../foundation/index.ts'
import type { Analysis, ChainName } from './analysis.ts'
import { analysisOf } from './analysis.ts'
import type { Language } from './languages/language.ts'

/** Words of a field that are searched, and how much they count. */
export interface WordField {
  readonly kind: 'text'
  /** Factor of every occurrence, above 0; 1 when absent. */
  readonly boost?: number
  /** How much the length of the field counts, from 0 to 1; that of the index when absent. */
  readonly b?: number
  /** The language of its texts; that of the index when absent. */
  readonly language?: Language
}

/**
 * Part numbers, SKUs and such, each value of the field one of them: `AB-1234/x` is found by `ab1234x`, by its parts `ab` and
 * `1234`, and for less by any three signs in a row and with a slip.
 */
export interface CodeField {
  readonly kind: 'code'
  /** As of a {@link WordField}. */
  readonly boost?: number
}

/**
 * A field that filters: a name as it is, a number, a moment in milliseconds since 1970 or as ISO text, true or false, or a
 * point on earth as `{ latitude, longitude }` in degrees. A document may have several values.
 */
export interface FilterField {
  readonly kind: 'keyword' | 'number' | 'date' | 'boolean' | 'geo'
}

export type TextField = WordField | CodeField | FilterField

/** Whether the words of a field are searched. */
export function isWordField(field: TextField): field is WordField | CodeField {
  return field.kind === 'text' || field.kind === 'code'
}

export interface TextIndexOptions {
  /** By name; `id` is none of them. */
  readonly fields: Readonly<Record<string, TextField>>
  /** Of all text fields that say nothing else; `english` when absent. */
  readonly language?: Language | undefined
  /** How soon more occurrences count no more, above 0; 1.2 when absent. */
  readonly k1?: number | undefined
  /** How much the length of a field counts, from 0 to 1; 0.75 when absent. */
  readonly b?: number | undefined
}

/** A document: its id and the values of its fields; what is absent, null or an empty list is not there. */
export interface TextDocument {
  readonly id: string
  readonly [field: string]: unknown
}

/** The options with all that was left to us. */
export interface TextLayout {
  readonly fields: Readonly<Record<string, TextField>>
  /** Of what becomes of words: an index of another makes other terms. */
  readonly analysisVersion: number
  readonly k1: number
  /** In the order of their declaration. */
  readonly wordFields: readonly LaidWordField[]
}

/** A field of which the words are searched. */
export interface LaidWordField {
  readonly name: string
  readonly boost: number
  readonly b: number
  readonly chain: ChainName
}

/** To be raised with every change of tokens, stems or stop words. */
const ANALYSIS_VERSION = 2
/** How long a code is says nothing. */
const LENGTH_OF_CODE = 0

/** @throws SluiceError `INVALID_ARGUMENT` at a number outside its range, or without a text field */
export function textLayout({ fields, language = 'english', k1 = 1.2, b = 0.75 }: TextIndexOptions): TextLayout {
  requireBetween('k1', k1, Number.MIN_VALUE, 1000)
  requireBetween('b', b, 0, 1)
  if (Object.hasOwn(fields, 'id')) throw invalid('fields', 'other names than id', 'id')
  const wordFields = Object.entries(fields).flatMap(([name, field]) => {
    if (!isWordField(field)) return []
    const isCode = field.kind === 'code'
    const boost = field.boost ?? 1
    const own = isCode ? LENGTH_OF_CODE : (field.b ?? b)
    requireBetween(`boost of ${name}`, boost, Number.MIN_VALUE, 1e6)
    requireBetween(`b of ${name}`, own, 0, 1)
    return [{ name, boost, b: own, chain: isCode ? ('code' as const) : (field.language ?? language) }]
  })
  if (wordFields.length === 0 || wordFields.length > 255) {
    throw invalid('fields', 'from 1 to 255 text fields', String(wordFields.length))
  }
  const layout = { fields, analysisVersion: ANALYSIS_VERSION, k1, wordFields }
  analysisOfLayout(layout)
  return layout
}

/**
 * The analysis of all fields together: languages in the order of the fields, codes last.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at a language that is none
 */
export function analysisOfLayout({ wordFields }: Pick<TextLayout, 'wordFields'>): Analysis {
  const languages = wordFields.map(({ chain }) => chain).filter((chain) => chain !== 'code')
  const codes = wordFields.some(({ chain }) => chain === 'code') ? (['code'] as const) : []
  return analysisOf(...new Set<ChainName>([...languages, ...codes]))
}

function requireBetween(what: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) throw invalid(what, `a number from ${low} to ${high}`, String(value))
}

function invalid(what: string, expected: string, got: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `text index, ${what}: expected ${expected}, got ${got}`)
}
