import { contentHash } from '../foundation/index.ts'
import { isRecord, shown, throwFaults, unknownKeys } from './faults.ts'
import { FIELD_KINDS, type Field, type FieldSpec } from './field.ts'

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
  throwFaults('schema', schemaFaults(definition))
  const { entities, events } = definition
  return { entities, events, hash: contentHash({ entities, events }) }
}

function schemaFaults(definition: unknown): string[] {
  if (!isRecord(definition) || !isRecord(definition.entities) || !isRecord(definition.events)) {
    return [`expected { entities: {...}, events: {...} }, got ${shown(definition)}`]
  }
  const { entities, events } = definition
  const known = Object.keys(entities)
  return [
    ...unknownKeys('schema', definition, ['entities', 'events']),
    ...(known.length === 0 ? ['expected at least one entity, got none'] : []),
    ...Object.entries(entities).flatMap(([name, fields]) => [
      ...entityFaults(name, fields, events),
      ...fieldSetFaults(`entity ${name}`, fields, known),
    ]),
    ...Object.entries(events).flatMap(([name, fields]) => [
      ...nameFaults('event', name),
      ...fieldSetFaults(`event ${name}`, fields, known),
    ]),
  ]
}

function entityFaults(name: string, attributes: unknown, events: object): string[] {
  const isShadowing = isRecord(attributes) && Object.hasOwn(attributes, name)
  return [
    ...nameFaults('entity', name),
    // An entity's own event carries its key under the entity's name.
    ...(RECORD_FIELDS.includes(name) ? [`entity ${name}: every record has a field of that name; choose another`] : []),
    ...(isShadowing ? [`entity ${name}: an attribute cannot have the entity's own name`] : []),
    ...(Object.hasOwn(events, name) ? [`${name}: an entity and an event cannot share a name`] : []),
  ]
}

function nameFaults(what: string, name: string): string[] {
  return NAME.test(name)
    ? []
    : [`${what} ${JSON.stringify(name)}: expected a letter, then letters, digits or _, at most 64`]
}

function fieldSetFaults(owner: string, fields: unknown, entities: readonly string[]): string[] {
  if (!isRecord(fields)) return [`${owner}: expected an object of fields, got ${shown(fields)}`]
  return Object.entries(fields).flatMap(([name, field]) => [
    ...nameFaults(`${owner}: field`, name),
    ...(RECORD_FIELDS.includes(name)
      ? [`${owner}.${name}: ${name} is a field that every record has; choose another name`]
      : []),
    ...fieldFaults(`${owner}.${name}`, field, entities),
  ])
}

function fieldFaults(where: string, field: unknown, entities: readonly string[]): string[] {
  if (!isRecord(field) || !FIELD_KINDS.some((kind) => kind === field.kind)) {
    return [`${where}: expected a field such as number() or ref('user'), got ${shown(field)}`]
  }
  const { kind, entity } = field
  return [
    ...unknownKeys(where, field, ['kind', 'isOptional', 'min', 'max', 'entity', 'optional']),
    ...(kind === 'reference' && !entities.some((known) => known === entity)
      ? [`${where}: refers to unknown entity ${typeof entity === 'string' ? entity : shown(entity)}`]
      : []),
    ...rangeFaults(where, field),
  ]
}

function rangeFaults(where: string, { min, max }: { min?: unknown; max?: unknown }): string[] {
  const faults = Object.entries({ min, max })
    .filter(([, end]) => end !== undefined && !Number.isFinite(end))
    .map(([name, end]) => `${where}: ${name}: expected a finite number, got ${shown(end)}`)
  if (faults.length > 0 || min === undefined || max === undefined || Number(min) <= Number(max)) return faults
  return [`${where}: min ${min} is above max ${max}`]
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
