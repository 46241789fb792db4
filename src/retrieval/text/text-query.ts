import type { FieldFilter } from './field-values.ts'

/** A quoted part of a query. */
export interface QuotedWords {
  readonly text: string
  readonly slop: number
}

/** Words side by side. */
export interface WordRun {
  readonly text: string
  /** Neither quoted nor with a sign. */
  readonly isFree: boolean
}

/** What a query asks for, its words still as they were written. */
export interface TextQuery {
  /** What counts: a document needs any of it. */
  readonly runs: readonly WordRun[]
  /** Whether the last of it may be the beginning of a word: nothing comes after it, not even a space. */
  readonly openEnd: boolean
  /** All of these words must be there, as must all of the phrases. */
  readonly required: readonly string[]
  readonly phrases: readonly QuotedWords[]
  /** None of these may be there. */
  readonly forbidden: readonly QuotedWords[]
  readonly filters: readonly { readonly field: string; readonly filter: FieldFilter }[]
}

/** Signs beyond so many are no signs any more: each costs a pass over documents. */
const MOST_SIGNS = 16
const PART = /([+-]?)(?:"([^"]*)"(?:~(\d{1,3}))?|(\S+))/g
const FILTER = /^([^:]+):(.+)$/

/**
 * Reads what people write: words, `+required`, `-forbidden`, `"a phrase"`, `"near words"~3` with at most three words in
 * between, and `field:value`, `field:10..20`, `field:10..`, `field:..20` for a field that filters. Nothing is malformed:
 * a quote without its other end, a sign alone and an unknown field are words.
 *
 * @param filterFields - the fields that filter
 */
export function parseTextQuery(text: string, filterFields: ReadonlySet<string>): TextQuery {
  const words: { text: string; isFree: boolean }[] = []
  const add = (text: string, isFree: boolean): void => {
    const last = words.at(-1)
    if (isFree && last?.isFree) last.text += ` ${text}`
    else words.push({ text, isFree })
  }
  let isFree = false
  const required: string[] = []
  const phrases: QuotedWords[] = []
  const forbidden: QuotedWords[] = []
  const filters: { field: string; filter: FieldFilter }[] = []
  for (const [, sign = '', quoted, slop = '0', bare = ''] of text.matchAll(PART)) {
    isFree = false
    const signs = required.length + phrases.length + forbidden.length + filters.length
    if (signs === MOST_SIGNS) {
      add(quoted ?? bare, false)
      continue
    }
    const [, field = '', value = ''] = (quoted === undefined && FILTER.exec(bare)) || []
    if (sign === '-') forbidden.push({ text: quoted ?? bare, slop: Number(slop) })
    else if (filterFields.has(field)) filters.push({ field, filter: filterOf(value) })
    else {
      isFree = quoted === undefined && sign === ''
      add(quoted ?? bare, isFree)
      if (quoted !== undefined) phrases.push({ text: quoted, slop: Number(slop) })
      else if (sign === '+') required.push(bare)
    }
  }
  return { runs: words, openEnd: isFree && isOpen(text), required, phrases, forbidden, filters }
}

/** A text as it is: every word counts and no sign means anything. */
export function plainTextQuery(text: string): TextQuery {
  return {
    ...{ runs: [{ text, isFree: true }], openEnd: isOpen(text) },
    ...{ required: [], phrases: [], forbidden: [], filters: [] },
  }
}

function isOpen(text: string): boolean {
  return /[\p{L}\p{N}\p{M}]$/u.test(text)
}

function filterOf(value: string): FieldFilter {
  const [whole, min = '', max = ''] = /^(.*?)\.\.(.*)$/.exec(value) ?? []
  if (whole === undefined) return numberOrText(value)
  return { ...(min === '' ? {} : { min: numberOrText(min) }), ...(max === '' ? {} : { max: numberOrText(max) }) }
}

function numberOrText(value: string): number | string {
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value
}
