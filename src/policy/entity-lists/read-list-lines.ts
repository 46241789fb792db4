import { type ErrorCode, isSluiceError, SluiceError } from '../../foundation/index.ts'
import type { EntityLists } from './entity-lists.ts'
import { type ListName, type ListRecord, requireListRecord } from './list-record.ts'

/** A line of an import that became a record. */
export interface ListLine {
  /** From 1. */
  readonly line: number
  readonly record: ListRecord
}

/** A line of an import that was refused. */
export interface RefusedListLine {
  readonly line: number
  readonly code: ErrorCode
  readonly message: string
}

export interface ListImport {
  readonly accepted: readonly ListLine[]
  readonly rejected: readonly RefusedListLine[]
}

/** What holds for all lines of an import. */
export interface ListImportOptions {
  /** Who imports. */
  readonly by: string
  /** When, in milliseconds since 1970. */
  readonly at: number
  /** The entities that exist; any when it is not said. */
  readonly entities?: readonly string[]
}

const FIELDS: readonly string[] = ['list', 'entity', 'key', 'reason', 'expiresAt']
const MOST_LINES = 1_000_000

/**
 * Reads entries of lists, one JSON object a line: `{"list": "block", "entity": "card", "key": "c17", "reason": "stolen",
 * "expiresAt": 1767225600000}`, the last when it is to expire. Empty lines are passed over; a line that is not sound is
 * refused with its number, and the others go on.
 *
 * @throws SluiceError `LIMIT_EXCEEDED` above 1,000,000 lines
 */
export function readListLines(text: string, options: ListImportOptions): ListImport {
  const lines = text.split('\n')
  if (lines.length > MOST_LINES) {
    const message = `list entries: expected at most ${MOST_LINES} lines, got ${lines.length}; split them`
    throw new SluiceError('LIMIT_EXCEEDED', message)
  }
  return sorted(
    lines.flatMap((line, index) => (line.trim() === '' ? [] : [{ line: index + 1, text: line }])),
    ({ text }) => recordOf(text, options),
  )
}

/** Applies the records of an import in their order; those that the lists refuse are told with their lines. */
export function applyListLines(lists: EntityLists, lines: readonly ListLine[]): ListImport {
  return sorted(lines, ({ record }) => {
    lists.apply(record)
    return record
  })
}

function sorted<Line extends { readonly line: number }>(
  lines: readonly Line[],
  read: (line: Line) => ListRecord,
): ListImport {
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

function recordOf(text: string, { by, at, entities }: ListImportOptions): ListRecord {
  const fields = objectOf(text)
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name))
  if (unknown !== undefined) {
    const message = `list entry: expected the fields ${FIELDS.join(', ')}, got ${JSON.stringify(unknown)}; leave it out`
    throw new SluiceError('UNKNOWN_FIELD', message)
  }
  const { list, entity, key, reason, expiresAt } = fields
  const record = {
    kind: 'add',
    list: list as ListName,
    entity: entity as string,
    key: key as string,
    reason: reason as string,
    by,
    at,
    ...(expiresAt == null ? {} : { expiresAt: expiresAt as number }),
  } as const
  requireListRecord(record)
  if (entities === undefined || entities.includes(record.entity)) return record
  const message = `list entry, entity: expected one of ${entities.join(', ')}, got ${JSON.stringify(entity)}; correct it`
  throw new SluiceError('INVALID_ARGUMENT', message)
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new SluiceError('MALFORMED_JSON', 'list entry: expected a line of JSON, got other text; correct it', {
      cause,
    })
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  throw new SluiceError('MALFORMED_JSON', 'list entry: expected an object of JSON, got another value; correct it')
}
