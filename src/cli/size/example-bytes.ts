import type { FieldKind, Schema } from '../../problem/index.ts'

/** Bytes of a record of one type as the log stores it, with names of 10 letters and an id of 20. */
export function exampleBytes(schema: Schema, type: string): number {
  const fields = schema.events[type] ?? schema.entities[type] ?? {}
  const record: Record<string, unknown> = { id: LETTERS(20), type, at: MOMENT }
  if (schema.entities[type] !== undefined) record[type] = LETTERS(10)
  for (const [name, { kind }] of Object.entries(fields)) record[name] = EXAMPLES[kind]
  return JSON.stringify(record).length + SEPARATOR
}

const SEPARATOR = 2
const MOMENT = 1_700_000_000_000
const LETTERS = (count: number) => 'x'.repeat(count)
const EXAMPLES: Readonly<Record<FieldKind, unknown>> = {
  text: LETTERS(40),
  category: LETTERS(10),
  categories: [LETTERS(10), LETTERS(10)],
  integer: 1000,
  number: 1000.25,
  boolean: false,
  timestamp: MOMENT,
  reference: LETTERS(10),
  identifier: LETTERS(20),
}
