import { SluiceError } from '../../foundation/index.ts'
import { recordFields, type Schema } from '../../problem/index.ts'

/**
 * How a delimited file becomes records, as plain data, so that it can be written in JSON.
 *
 * ```json
 * { "delimiter": "\t", "header": true, "type": "rating", "at": { "column": "time", "unit": "s" },
 *   "fields": { "user": "user", "stars": { "column": "rating", "as": "number", "scale": 0.5 } } }
 * ```
 */
export interface DelimitedMapping {
  /** What stands between two cells, such as `,`, a tab or `::`. */
  readonly delimiter: string
  /** `true`: the first line names the columns; a list: their names, when no line does. */
  readonly header: true | readonly string[]
  /** Default `utf8`. */
  readonly encoding?: 'utf8' | 'latin1'
  /** Whether cells may be quoted by RFC 4180; default: only when the delimiter is a comma. */
  readonly quoted?: boolean
  /** The event, or the entity, that a row is. */
  readonly type: string
  /** The column that names the row; without it a row's id is made of its file, line and text. */
  readonly id?: string
  readonly at: MappedTime
  /** For each field of the record its column, or how to make it. An empty cell is an absent value. */
  readonly fields: Readonly<Record<string, string | MappedField>>
}

/** When a row happened: a column of seconds, milliseconds or dates, or the same moment for all. */
export type MappedTime = { readonly column: string; readonly unit: 's' | 'ms' | 'date' } | { readonly constant: number }

/** How one field is made of a row: in one way, or the first of several whose column is there and not empty. */
export type MappedField = MappedCell | { readonly firstOf: readonly MappedCell[] }

/** One way to make a field of a row. */
export type MappedCell =
  | { readonly column: string; readonly as?: 'text' }
  | { readonly column: string; readonly as: 'number'; readonly scale?: number }
  | { readonly column: string; readonly as: 'boolean' }
  /** Several values in one cell; those in `except` and empty ones are left out. */
  | { readonly column: string; readonly as: 'list'; readonly separator: string; readonly except?: readonly string[] }
  /** `1995-01-31`, `31-Jan-1995`, `1995` or a full ISO time, taken as UTC. */
  | { readonly column: string; readonly as: 'date' }
  /** The last year in parentheses, as in `Heat (1995)`: its 1 January, UTC. */
  | { readonly column: string; readonly as: 'year-in-text' }
  /** The names of those columns whose cell is `1`. */
  | { readonly columns: readonly string[]; readonly as: 'flags' }

const KINDS = ['text', 'number', 'boolean', 'list', 'date', 'year-in-text', 'flags']
const NAMES = ['delimiter', 'header', 'encoding', 'quoted', 'type', 'id', 'at', 'fields']

/**
 * A mapping from outside, such as a JSON file.
 *
 * @param schema - when given, the type and the fields must be in it, and its required fields must be mapped
 * @throws SluiceError `INVALID_ARGUMENT` with every fault in `details`
 */
export function requireMapping(value: unknown, schema?: Schema): DelimitedMapping {
  const faults = mappingFaults(value)
  if (faults.length === 0 && schema) faults.push(...schemaFaults(value as DelimitedMapping, schema))
  if (faults.length === 0) return value as DelimitedMapping
  throw new SluiceError('INVALID_ARGUMENT', `mapping: ${faults.length} faults: ${faults.join('; ')}`, {
    details: faults,
  })
}

/** The columns that a mapping cannot do without. */
export function requiredColumns({ id, at, fields }: DelimitedMapping): string[] {
  const ofFields = Object.values(fields).flatMap((field) =>
    typeof field === 'string' ? [field] : 'firstOf' in field ? [] : cellColumns(field),
  )
  return [...(id === undefined ? [] : [id]), ...('column' in at ? [at.column] : []), ...ofFields]
}

/** The columns that one way to make a field reads. */
export function cellColumns(cell: MappedCell): readonly string[] {
  return cell.as === 'flags' ? cell.columns : [cell.column]
}

function mappingFaults(value: unknown): string[] {
  if (!isObject(value)) return [`expected an object, got ${value === null ? 'null' : typeof value}`]
  const { delimiter, header, encoding, quoted, type, id, at, fields } = value
  const faults = Object.keys(value)
    .filter((name) => !NAMES.includes(name))
    .map((name) => `${name}: expected one of ${NAMES.join(', ')}`)
  const demand = (holds: boolean, fault: string) => holds || faults.push(fault)
  demand(isText(delimiter) && !/["\n\r]/.test(delimiter), 'delimiter: expected text without quotes or line ends')
  demand(header === true || isTexts(header), 'header: expected true or a list of column names')
  demand(encoding === undefined || encoding === 'utf8' || encoding === 'latin1', 'encoding: expected utf8 or latin1')
  demand(quoted === undefined || typeof quoted === 'boolean', 'quoted: expected true or false')
  demand(isText(type), 'type: expected the name of an event or an entity')
  demand(id === undefined || isText(id), 'id: expected the name of a column')
  demand(isTime(at), 'at: expected { column, unit: "s", "ms" or "date" } or { constant: milliseconds }')
  if (isObject(fields)) faults.push(...Object.entries(fields).flatMap(([name, field]) => fieldFaults(name, field)))
  else faults.push('fields: expected an object of columns by field')
  return faults.length > 0 ? faults : columnFaults(value as unknown as DelimitedMapping)
}

function fieldFaults(name: string, field: unknown): string[] {
  if (isText(field)) return []
  const where = `fields.${name}`
  if (!isObject(field)) return [`${where}: expected a column's name or { column, as }`]
  if (Array.isArray(field.firstOf)) return field.firstOf.flatMap((cell: unknown) => fieldFaults(name, cell))
  const { as, column, columns, scale, separator, except } = field
  if (as !== undefined && !KINDS.includes(String(as))) return [`${where}.as: expected one of ${KINDS.join(', ')}`]
  const faults: string[] = []
  if (as === 'flags' && !isTexts(columns)) faults.push(`${where}.columns: expected a list of column names`)
  if (as !== 'flags' && !isText(column)) faults.push(`${where}.column: expected the name of a column`)
  if (scale !== undefined && !Number.isFinite(scale)) faults.push(`${where}.scale: expected a number`)
  if (as === 'list' && !isText(separator)) faults.push(`${where}.separator: expected text`)
  if (except !== undefined && !isTexts(except)) faults.push(`${where}.except: expected a list of texts`)
  return faults
}

function columnFaults(mapping: DelimitedMapping): string[] {
  const { header } = mapping
  if (header === true) return []
  return requiredColumns(mapping)
    .filter((column) => !header.includes(column))
    .map((column) => `column ${column}: expected one of ${header.join(', ')}`)
}

function schemaFaults({ type, fields }: DelimitedMapping, schema: Schema): string[] {
  const known = recordFields(schema, type)
  if (known === undefined) return [`type: expected an event or entity of the schema, got ${type}`]
  const unknown = Object.keys(fields).filter((name) => !Object.hasOwn(known, name))
  const missing = Object.entries(known).filter(([name, spec]) => !spec.isOptional && !Object.hasOwn(fields, name))
  return [
    ...unknown.map((name) => `fields.${name}: expected one of ${Object.keys(known).join(', ')}`),
    ...missing.map(([name]) => `fields.${name}: expected a column, because ${type} requires it`),
  ]
}

function isTime(at: unknown): boolean {
  if (!isObject(at)) return false
  return Number.isSafeInteger(at.constant) || (isText(at.column) && ['s', 'ms', 'date'].includes(String(at.unit)))
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isText)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
