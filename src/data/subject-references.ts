import { hashString } from '../foundation/index.ts'
import { recordFields, type Schema } from '../problem/index.ts'
import type { EventRecord } from './record.ts'
import type { Subject } from './subject.ts'

/** Entity of what a record mentions without a schema that says what it is. */
const ANY_ENTITY = ''
const RECORD_NAMES: readonly string[] = ['id', 'type', 'at']

interface Reference {
  readonly field: string
  readonly entity: string
  readonly seed: number
}

/**
 * Which subjects a record names: by the schema, in all its references, an entity's own key included. Of a record that
 * the schema does not know, such as one of the engine's own, every string counts as the key of any entity.
 */
export class SubjectReferences {
  readonly #byType = new Map<string, readonly Reference[]>()

  constructor(schema: Schema) {
    for (const type of [...Object.keys(schema.entities), ...Object.keys(schema.events)]) {
      const references = Object.entries(recordFields(schema, type) ?? {}).flatMap(([field, { kind, entity }]) =>
        kind === 'reference' && entity !== undefined ? [{ field, entity, seed: seedOf(entity) }] : [],
      )
      this.#byType.set(type, references)
    }
  }

  /** Hands over the hash of every subject that the record names, as the index keeps it. O(references). */
  eachHash(record: EventRecord, take: (hash: number) => void): void {
    const references = this.#byType.get(record.type)
    if (references === undefined) {
      for (const text of stringsOf(record)) take(subjectHash({ entity: ANY_ENTITY, id: text }))
      return
    }
    for (const { field, seed } of references) {
      const id = record[field]
      if (typeof id === 'string') take(hashString(id, seed) >>> 0)
    }
  }

  /**
   * Whether a record names a subject. A record that the schema does not know names it when the key is one of its
   * strings.
   */
  names(record: EventRecord, { entity, id }: Subject): boolean {
    const references = this.#byType.get(record.type)
    if (references === undefined) return stringsOf(record).includes(id)
    return references.some((reference) => reference.entity === entity && record[reference.field] === id)
  }

  /** The hashes under which the index may keep a subject. */
  static hashesOf(subject: Subject): readonly number[] {
    return [subjectHash(subject), subjectHash({ entity: ANY_ENTITY, id: subject.id })]
  }
}

/** 32-bit hash of a subject, unsigned. */
export function subjectHash({ entity, id }: Subject): number {
  return hashString(id, seedOf(entity)) >>> 0
}

function seedOf(entity: string): number {
  return hashString(`${entity}\0`)
}

/** Every string in the fields of a record, however deep, names of inner fields included. */
function stringsOf(record: EventRecord): string[] {
  const strings: string[] = []
  const visit = (value: unknown): void => {
    if (typeof value === 'string') strings.push(value)
    if (value === null || typeof value !== 'object') return
    if (!Array.isArray(value)) strings.push(...Object.keys(value))
    for (const inner of Object.values(value)) visit(inner)
  }
  for (const [name, value] of Object.entries(record)) if (!RECORD_NAMES.includes(name)) visit(value)
  return strings
}
