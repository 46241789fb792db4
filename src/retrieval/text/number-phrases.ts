import type { FieldFilter } from './field-values.ts'
import type { FilterField } from './text-fields.ts'

/** A filter that was read in the words of a query. */
export interface ReadFilter {
  /** The words that were taken for it. */
  readonly written: string
  readonly field: string
  readonly filter: FieldFilter
}

/** Which fields a number may be about. */
export interface NumberFields {
  readonly kinds: Readonly<Record<string, FilterField['kind']>>
  /** What amounts of money are in; undefined when there is no such field. */
  readonly money: string | undefined
}

const CURRENCY = '[$€£¥]'
const UNIT = '(?:\\s*(?:dollars?|usd|euros?|eur|pounds?|gbp|yen|bucks)\\b)'
const AMOUNT = `(?:${CURRENCY}\\s*\\d[\\d,]*(?:\\.\\d+)?k?|\\d{4}-\\d{2}(?:-\\d{2})?|\\d[\\d,]*(?:\\.\\d+)?k?(?:\\s*${CURRENCY}|${UNIT})?)`
/** What is said before an amount, and what it makes of it. */
const PHRASES: readonly (readonly [words: string, bound: 'below' | 'max' | 'above' | 'min'])[] = [
  ['below|under|less than|lower than|cheaper than|before', 'below'],
  ['up to|at most|no more than|not more than|not over|maximum|max|until|till', 'max'],
  ['above|over|more than|higher than|greater than|after', 'above'],
  ['at least|no less than|not under|minimum|min|from|since|starting at', 'min'],
]
const BOUNDED = PHRASES.map(([words, bound]) => `(?<${bound}>${words})`).join('|')
const TEMPLATE = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:(?<name>\\p{L}[\\p{L}\\p{N}_]*)\\s+)?(?:(?:between|from)\\s+(?<low>${AMOUNT})\\s*(?:and|to|-|–)\\s*(?<high>${AMOUNT})|(?:${BOUNDED})\\s+(?<amount>${AMOUNT})|in\\s+(?<year>\\d{4}))(?![\\p{L}\\p{N}.,]*[\\p{L}\\p{N}])`,
  'giu',
)
const MONEY = new RegExp(`${CURRENCY}|${UNIT}`, 'iu')
const DATE = /^\d{4}(?:-\d{2}(?:-\d{2})?)?$/
const MOST_FOUND = 8
const LONGEST = 2000

/**
 * Reads numbers with a bound in the words of a query: `below 50`, `under $50`, `at least 4 stars` of a field `stars`,
 * `between 10 and 20`, `price from 10 to 20`, `since 2020`, `in 2020`. Which field is meant is said by its name before the
 * phrase or after the number, by a currency, by a year where there is one field of dates, and otherwise it is the field of
 * money, or the only one of numbers. Where it is not clear, nothing is taken.
 *
 * @returns the filters, and the text without their words
 * @remarks The first 2,000 letters are read, and eight filters.
 */
export function readNumberPhrases(text: string, fields: NumberFields): { found: ReadFilter[]; rest: string } {
  const found: ReadFilter[] = []
  const names = new Set(Object.keys(fields.kinds))
  const head = text.slice(0, LONGEST)
  let rest = ''
  let at = 0
  for (const match of head.matchAll(TEMPLATE)) {
    const { name = '', ...groups } = match.groups ?? {}
    const after = /^\s*(\p{L}[\p{L}\p{N}_]*)/u.exec(head.slice(match.index + match[0].length))
    const isNamed = names.has(name.toLowerCase())
    const isNamedAfter = !isNamed && after !== null && names.has(after[1]!.toLowerCase())
    const named = isNamed ? name : isNamedAfter ? after[1]! : undefined
    const field = fieldOf(fields, groups, named?.toLowerCase())
    const filter = field === undefined ? undefined : filterOf(groups, fields.kinds[field]!)
    if (field === undefined || filter === undefined || found.length === MOST_FOUND) continue
    // A word before the phrase that names no field is a word of the query.
    const from = match.index + (isNamed || name === '' ? 0 : name.length)
    const to = match.index + match[0].length + (isNamedAfter ? after[0].length : 0)
    rest += text.slice(at, from)
    found.push({ written: text.slice(from, to).trim(), field, filter })
    at = to
  }
  return { found, rest: rest + text.slice(at) }
}

type Groups = Readonly<Record<string, string | undefined>>

function fieldOf({ kinds, money }: NumberFields, groups: Groups, named: string | undefined): string | undefined {
  const amounts = [groups.low, groups.high, groups.amount, groups.year].filter((amount) => amount !== undefined)
  const ofKind = (...wanted: FilterField['kind'][]) =>
    Object.keys(kinds).filter((name) => wanted.includes(kinds[name]!))
  const fits = (field: string) => kinds[field] === 'number' || amounts.every((amount) => DATE.test(amount))
  if (named !== undefined) return fits(named) ? named : undefined
  if (amounts.some((amount) => MONEY.test(amount))) return money
  const [date, ...otherDates] = ofKind('date')
  const isYear = amounts.every((amount) => DATE.test(amount) && isLikelyYear(Number(amount.slice(0, 4))))
  if (isYear && kinds.year === 'number' && amounts.every((amount) => amount.length === 4)) return 'year'
  if (isYear && date !== undefined && otherDates.length === 0) return date
  if (groups.year !== undefined) return undefined
  const numbers = ofKind('number')
  return money ?? (numbers.length === 1 ? numbers[0] : undefined)
}

function isLikelyYear(year: number): boolean {
  return year >= 1900 && year <= 2100
}

function filterOf(groups: Groups, kind: FilterField['kind']): FieldFilter | undefined {
  const isDate = kind === 'date'
  const start = (amount: string) => (isDate ? dateRange(amount)[0] : numberOf(amount))
  const end = (amount: string) => (isDate ? dateRange(amount)[1] : numberOf(amount))
  const { low, high, amount = '', year } = groups
  if (low !== undefined && high !== undefined) return { min: start(low), max: end(high) }
  if (year !== undefined) return { min: start(year), max: end(year) }
  if (groups.below !== undefined) return { below: start(amount) }
  if (groups.max !== undefined) return { max: end(amount) }
  if (groups.above !== undefined) return { above: end(amount) }
  return groups.min === undefined ? undefined : { min: start(amount) }
}

function numberOf(amount: string): number {
  const digits = /\d[\d,]*(?:\.\d+)?/.exec(amount)![0].replaceAll(',', '')
  return Number(digits) * (/\dk/i.test(amount) ? 1000 : 1)
}

/** The first and the last millisecond of a year, month or day. */
function dateRange(date: string): [first: number, last: number] {
  const [year = 0, month, day] = date.split('-').map(Number)
  const first = Date.UTC(year, (month ?? 1) - 1, day ?? 1)
  const next = Date.UTC(
    month === undefined ? year + 1 : year,
    month === undefined ? 0 : month - (day === undefined ? 0 : 1),
    day === undefined ? 1 : day + 1,
  )
  return [first, next - 1]
}
