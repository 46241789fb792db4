import type { EventRecord } from '../../data/index.ts'
import { type FieldKind, recordFields, type Schema } from '../../problem/index.ts'

/** The type of a decision in the log; serving writes it. */
export const DECISION = '$decision'

/** What a column of a sealed file holds, as DuckDB calls it. `TIMESTAMP_MS` counts milliseconds, in UTC. */
export type ColumnType = 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR' | 'VARCHAR[]' | 'TIMESTAMP_MS'

/** One column of the sealed files of a type. */
export interface SealedColumn {
  readonly name: string
  readonly type: ColumnType
  /** The entity that a reference points to. */
  readonly entity?: string
  /** The value of a record at an offset; undefined and null are NULL. */
  readonly read: (record: EventRecord, offset: number) => unknown
}

const TYPES: Readonly<Record<FieldKind, ColumnType>> = {
  text: 'VARCHAR',
  category: 'VARCHAR',
  categories: 'VARCHAR[]',
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP_MS',
  reference: 'VARCHAR',
  identifier: 'VARCHAR',
}

const COMMON: readonly SealedColumn[] = [
  { name: 'offset', type: 'BIGINT', read: (_record, offset) => offset },
  { name: 'id', type: 'VARCHAR', read: ({ id }) => id },
  { name: 'at', type: 'TIMESTAMP_MS', read: ({ at }) => at },
]

/** What a decision is sealed as; `details` is the rest of it, so that nothing is lost. */
const DECISION_COLUMNS: readonly SealedColumn[] = [
  ...COMMON,
  { name: 'system', type: 'VARCHAR', read: ({ system }) => textOr(system) },
  { name: 'subject', type: 'VARCHAR', read: ({ request }) => textOr(fieldOf(request, 'subject')) },
  { name: 'as_of', type: 'BIGINT', read: ({ asOf }) => (Number.isSafeInteger(asOf) ? asOf : undefined) },
  { name: 'model', type: 'VARCHAR', read: ({ model }) => textOr(model) },
  { name: 'items', type: 'VARCHAR', read: ({ items }) => JSON.stringify(items) },
  { name: 'details', type: 'VARCHAR', read: detailsOf },
]

/** Every type of record that can be sealed: those of the schema, and decisions. */
export function sealedTypes(schema: Schema): string[] {
  return [...Object.keys(schema.events), ...Object.keys(schema.entities), DECISION]
}

/**
 * The columns of the sealed files of a type: `offset`, `id`, `at`, then its fields in the order of the schema.
 *
 * DuckDB does not tell names apart by case, and a field may be called `offset`: a name that is taken gets a `_` at its
 * end.
 *
 * @returns undefined for a type that the schema does not have
 */
export function sealedColumns(schema: Schema, type: string): readonly SealedColumn[] | undefined {
  if (type === DECISION) return DECISION_COLUMNS
  const fields = recordFields(schema, type)
  if (fields === undefined) return undefined
  const columns = [...COMMON]
  const taken = new Set(columns.map(({ name }) => name))
  for (const [field, { kind, entity }] of Object.entries(fields)) {
    const name = freeName(field, taken)
    taken.add(name.toLowerCase())
    const read = (record: EventRecord): unknown => (Object.hasOwn(record, field) ? record[field] : undefined)
    columns.push({ name, type: TYPES[kind], read, ...(entity === undefined ? {} : { entity }) })
  }
  return columns
}

function freeName(field: string, taken: ReadonlySet<string>): string {
  let name = field
  while (taken.has(name.toLowerCase())) name += '_'
  return name
}

function detailsOf(record: EventRecord): string {
  const { id: _id, type: _type, at: _at, system: _system, asOf: _asOf, model: _model, items: _items, ...rest } = record
  return JSON.stringify(rest)
}

function fieldOf(value: unknown, field: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[field] : undefined
}

function textOr(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
