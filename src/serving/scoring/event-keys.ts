import type { ScoringSystem } from '../../application/index.ts'
import type { EventRecord } from '../../data/index.ts'
import type { Schema } from '../../problem/index.ts'

/** A field of an event that names an entity. */
export interface KeyField {
  readonly field: string
  readonly entity: string
}

/** The fields of the scored event that name entities, in the order of the schema. */
export function keyFieldsOf(schema: Schema, { event }: Pick<ScoringSystem, 'event'>): readonly KeyField[] {
  return Object.entries(schema.events[event] ?? {}).flatMap(([field, { kind, entity }]) =>
    kind === 'reference' && entity !== undefined ? [{ field, entity }] : [],
  )
}

/** Who and what an event names, by field; what is absent is left out. */
export function keysOfEvent(fields: readonly KeyField[], record: EventRecord): Readonly<Record<string, string>> {
  const named: Record<string, string> = {}
  for (const { field } of fields) {
    const key = record[field]
    if (typeof key === 'string') named[field] = key
  }
  return named
}
