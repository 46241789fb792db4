import { contentHash, SluiceError } from '../foundation/index.ts'
import type { Field, FieldSpec } from './field.ts'

export type Fields = Readonly<Record<string, Field>>
export type FieldSets = Readonly<Record<string, Fields>>

/**
 * What can happen and what is known. An entity has attributes; an event has fields, of which references name the
 * entities it concerns. Every entity is also an event type of its own name that sets attributes: the event
 * `{ type: 'video', video: 'v1', title: 'Tides' }` updates the title of video `v1` and leaves its other attributes.
 */
export interface Schema<Entities extends FieldSets = FieldSets, Events extends FieldSets = FieldSets> {
  readonly entities: Entities
  readonly events: Events
  /** Identity of the definition: equal definitions have equal hashes. */
  readonly hash: string
}

/** Names that every record has, so no field can take them. */
export const RECORD_FIELDS: readonly string[] = ['id', 'type', 'at']

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

/**
 * Declares entities and events.
 *
 * @throws SluiceError `INVALID_APPLICATION` with every fault of the definition in `details`
 */
export function defineSchema<const Entities extends FieldSets, const Events extends FieldSets>(definition: {
  entities: Entities
  events: Events
}): Schema<Entities, Events> {
  const faults = schemaFaults(definition.entities, definition.events)
  throwFaults('schema', faults)
  const { entities, events } = definition
  return { entities, events, hash: contentHash({ entities, events }) }
}

/** Throws one `INVALID_APPLICATION` that lists every fault; does nothing when there is none. */
export function throwFaults(what: string, faults: readonly string[]): void {
  if (faults.length === 0) return
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  throw new SluiceError('INVALID_APPLICATION', `${what}: ${count}: ${faults.join('; ')}`, { details: faults })
}

function schemaFaults(entities: FieldSets, events: FieldSets): string[] {
  if (!isRecord(entities) || !isRecord(events)) return ['expected { entities: {...}, events: {...} }']
  const faults: string[] = []
  for (const [name, fields] of Object.entries(entities)) {
    faults.push(...nameFaults('entity', name), ...fieldSetFaults(`entity ${name}`, fields, entities))
    if (isRecord(fields) && name in fields)
      faults.push(`entity ${name}: an attribute cannot have the entity's own name`)
    if (name in events) faults.push(`${name}: an entity and an event cannot share a name`)
  }
  for (const [name, fields] of Object.entries(events)) {
    faults.push(...nameFaults('event', name), ...fieldSetFaults(`event ${name}`, fields, entities))
  }
  if (Object.keys(entities).length === 0) faults.push('expected at least one entity, got none')
  return faults
}

function nameFaults(what: string, name: string): string[] {
  return NAME.test(name)
    ? []
    : [`${what} ${JSON.stringify(name)}: expected a letter, then letters, digits or _, at most 64`]
}

function fieldSetFaults(owner: string, fields: unknown, entities: FieldSets): string[] {
  if (!isRecord(fields)) return [`${owner}: expected an object of fields, got ${typeof fields}`]
  return Object.entries(fields).flatMap(([name, field]) => fieldFaults(owner, name, field, entities))
}

function fieldFaults(owner: string, name: string, field: unknown, entities: FieldSets): string[] {
  const where = `${owner}.${name}`
  const faults = nameFaults(`${owner}: field`, name)
  if (RECORD_FIELDS.includes(name))
    faults.push(`${where}: ${name} is a field that every record has; choose another name`)
  if (!isRecord(field) || typeof field.kind !== 'string') {
    return [...faults, `${where}: expected a field such as number() or ref('user'), got ${JSON.stringify(field)}`]
  }
  const { min, max, entity, kind } = field as unknown as FieldSpec
  if (kind === 'reference' && !(String(entity) in entities)) faults.push(`${where}: refers to unknown entity ${entity}`)
  if (min !== undefined && max !== undefined && min > max) faults.push(`${where}: min ${min} is above max ${max}`)
  return faults
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** The fields of an event type or, for an entity's own type, its key and its attributes (all optional). */
export function recordFields(schema: Schema, type: string): Readonly<Record<string, FieldSpec>> | undefined {
  if (Object.hasOwn(schema.events, type)) return schema.events[type]
  if (!Object.hasOwn(schema.entities, type)) return undefined
  const attributes = Object.entries(schema.entities[type] ?? {}).map(([name, spec]) => [
    name,
    { ...spec, isOptional: true },
  ])
  return { [type]: { kind: 'reference', isOptional: false, entity: type }, ...Object.fromEntries(attributes) }
}
