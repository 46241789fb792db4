import { type ErrorCode, isSluiceError, parseDate, parseQuotedRow, SluiceError } from '../../foundation/index.ts'
import { type ListName, type ListRecord, requireListRecord } from './list-record.ts'

export type ListFormat = 'ndjson' | 'csv'

/** A line of an import that became a record. */
export interface ListLine {
  /** From 1. */
  readonly line: number
  readonly record: Extract<ListRecord, { kind: 'add' }>
}

/** A line of an import that was refused. */
export interface RefusedListLine {
  readonly line: number
  readonly code: ErrorCode
  readonly message: string
}

export interface ListLines {
  readonly accepted: readonly ListLine[]
  readonly rejected: readonly RefusedListLine[]
}

/** What holds for all lines of an import. */
export interface ListLinesOptions {
  /** Who imports. */
  readonly by: string
  /** When, in milliseconds since 1970. */
  readonly at: number
  /** `ndjson` by default. */
  readonly format?: ListFormat
  /** The list and the entity of lines that name none. */
  readonly list?: ListName | undefined
  readonly entity?: string | undefined
  /** The entities that exist; any when it is not said. */
  readonly entities?: readonly string[]
  /** The most lines, 1,000,000 by default. */
  readonly most?: number
}

interface TextLine {
  readonly line: number
  readonly text: string
}

const FIELDS: readonly string[] = ['list', 'entity', 'key', 'reason', 'expiresAt']
const MOST_LINES = 1_000_000
/** What stands where bytes were not UTF-8. */
const NOT_TEXT = '\uFFFD'

/**
 * Reads entries of lists: one JSON object a line, `{"list": "block", "entity": "card", "key": "c17", "reason": "stolen",
 * "expiresAt": 1767225600000}`, or rows of a delimited file whose first line names these columns. `expiresAt` is there when
 * an entry is to expire, in milliseconds since 1970 or as a date. Empty lines are passed over; a line that is not sound is
 * refused with its number, and the others go on; therefore a quoted cell ends within its line.
 *
 * @throws SluiceError `LIMIT_EXCEEDED` above so many lines, `INVALID_ARGUMENT` when the first line of a delimited file does
 * not name the columns
 */
export function readListLines(text: string, options: ListLinesOptions): ListLines {
  const { most = MOST_LINES, format = 'ndjson' } = options
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  if (lines.length - (lines.at(-1) === '' ? 1 : 0) > most) {
    const message = `list entries: expected at most ${most} lines, got ${lines.length}; send them in parts`
    throw new SluiceError('LIMIT_EXCEEDED', message)
  }
  const all = lines.map((line, index) => ({ line: index + 1, text: line.endsWith('\r') ? line.slice(0, -1) : line }))
  const filled = ({ text }: TextLine): boolean => text.trim() !== ''
  if (format === 'ndjson') return sorted(all.filter(filled), ({ text }) => recordOf(objectOf(text), options))
  const [header, ...rows] = all.filter(filled)
  const columns = columnsOf(header?.text ?? '')
  return sorted(rows, ({ text }) => recordOf(cellsOf(text, columns), options))
}

function sorted(lines: readonly TextLine[], read: (line: TextLine) => ListLine['record']): ListLines {
  const accepted: ListLine[] = []
  const rejected: RefusedListLine[] = []
  for (const each of lines) {
    try {
      accepted.push({ line: each.line, record: read(each) })
    } catch (error) {
      if (!isSluiceError(error)) throw error
      rejected.push({ line: each.line, code: error.code, message: error.message })
    }
  }
  return { accepted, rejected }
}

function recordOf(
  fields: Readonly<Record<string, unknown>>,
  { by, at, entities, ...defaults }: ListLinesOptions,
): ListLine['record'] {
  const { list = defaults.list, entity = defaults.entity, key, reason, expiresAt } = fields
  const record = {
    kind: 'add',
    list: list as ListName,
    entity: entity as string,
    key: key as string,
    reason: reason as string,
    by,
    at,
    ...(expiresAt == null ? {} : { expiresAt: momentOf(expiresAt) as number }),
  } as const
  requireListRecord(record)
  if (entities === undefined || entities.includes(record.entity)) return record
  const message = `list entry, entity: expected one of ${entities.join(', ')}, got ${JSON.stringify(entity)}; correct it`
  throw new SluiceError('INVALID_ARGUMENT', message)
}

/** A moment that is a number or a date; what is neither stays as it is, to be refused. */
function momentOf(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return /^\d{5,}$/.test(value) ? Number(value) : (parseDate(value) ?? value)
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  requireText(text, 'MALFORMED_JSON')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new SluiceError('MALFORMED_JSON', 'list entry: expected a line of JSON, got other text; correct it', {
      cause,
    })
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new SluiceError('MALFORMED_JSON', 'list entry: expected an object of JSON, got another value; correct it')
  }
  const unknown = Object.keys(value).find((name) => !FIELDS.includes(name))
  if (unknown === undefined) return value as Record<string, unknown>
  const message = `list entry: expected the fields ${FIELDS.join(', ')}, got ${JSON.stringify(unknown)}; leave it out`
  throw new SluiceError('UNKNOWN_FIELD', message)
}

function columnsOf(header: string): readonly string[] {
  const columns = (parseQuotedRow(header, ',') ?? []).map((name) => name.trim())
  const unknown = columns.find((name) => !FIELDS.includes(name))
  if (columns.includes('key') && unknown === undefined && new Set(columns).size === columns.length) return columns
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `list entries: expected a first line with key and any of ${FIELDS.join(', ')}, got ${JSON.stringify(header.slice(0, 80))}; name the columns`,
  )
}

/** The cells of a row by the names of their columns; an empty cell is an absent value. */
function cellsOf(row: string, columns: readonly string[]): Readonly<Record<string, string>> {
  requireText(row, 'MALFORMED_ROW')
  const cells = parseQuotedRow(row, ',')
  if (cells?.length === columns.length) {
    return Object.fromEntries(columns.flatMap((name, place) => (cells[place] === '' ? [] : [[name, cells[place]!]])))
  }
  const got = cells === undefined ? 'a quote that is open or ends too soon' : `${cells.length}`
  const message = `list entry: expected ${columns.length} cells (${columns.join(', ')}), got ${got}; correct the row`
  throw new SluiceError('MALFORMED_ROW', message)
}

function requireText(text: string, code: ErrorCode): void {
  if (!text.includes(NOT_TEXT)) return
  throw new SluiceError(code, 'list entry: expected UTF-8, got other bytes; mend the producer')
}
