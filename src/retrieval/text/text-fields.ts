import { SluiceError } from '../../foundation/index.ts'
import type { AnalysisName } from './analysis.ts'

/** Words of a field that are searched, and how much they count. */
export interface WordField {
  readonly kind: 'text'
  /** Factor of every occurrence, above 0; 1 when absent. */
  readonly boost?: number
  /** How much the length of the field counts, from 0 to 1; that of the index when absent. */
  readonly b?: number
}

/**
 * A field that filters: a name as it is, a number, a moment in milliseconds since 1970 or as ISO text, true or false, or a
 * point on earth as `{ latitude, longitude }` in degrees. A document may have several values.
 */
export interface FilterField {
  readonly kind: 'keyword' | 'number' | 'date' | 'boolean' | 'geo'
}

export type TextField = WordField | FilterField

export interface TextIndexOptions {
  /** By name; `id` is none of them. */
  readonly fields: Readonly<Record<string, TextField>>
  /** Of all text fields; `english` when absent. */
  readonly analysis?: AnalysisName | undefined
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
  readonly analysis: AnalysisName
  readonly k1: number
  /** In the order of their declaration. */
  readonly wordFields: readonly { readonly name: string; readonly boost: number; readonly b: number }[]
}

/** @throws SluiceError `INVALID_ARGUMENT` at a number outside its range, or without a text field */
export function textLayout({ fields, analysis = 'english', k1 = 1.2, b = 0.75 }: TextIndexOptions): TextLayout {
  requireBetween('k1', k1, Number.MIN_VALUE, 1000)
  requireBetween('b', b, 0, 1)
  if (Object.hasOwn(fields, 'id')) throw invalid('fields', 'other names than id', 'id')
  const wordFields = Object.entries(fields).flatMap(([name, field]) => {
    if (field.kind !== 'text') return []
    const { boost = 1, b: own = b } = field
    requireBetween(`boost of ${name}`, boost, Number.MIN_VALUE, 1e6)
    requireBetween(`b of ${name}`, own, 0, 1)
    return [{ name, boost, b: own }]
  })
  if (wordFields.length === 0 || wordFields.length > 255) {
    throw invalid('fields', 'from 1 to 255 text fields', String(wordFields.length))
  }
  return { fields, analysis, k1, wordFields }
}

function requireBetween(what: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) throw invalid(what, `a number from ${low} to ${high}`, String(value))
}

function invalid(what: string, expected: string, got: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `text index, ${what}: expected ${expected}, got ${got}`)
}
