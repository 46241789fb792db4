import { type Condition, conditionFaults, type Schema } from '../../problem/index.ts'

const NAME_KINDS: readonly string[] = ['reference', 'category', 'identifier']
const NUMBER_KINDS: readonly string[] = ['integer', 'number']

/** Faults of an event name and of a condition on it. */
export function eventFaults(schema: Schema, event: string, where?: Condition): string[] {
  const fields = Object.hasOwn(schema.events, event) ? schema.events[event] : undefined
  if (!fields) return [`unknown event ${event}; the schema has ${Object.keys(schema.events).join(', ')}`]
  return conditionFaults(where, fields)
}

/**
 * Faults of a key path such as `user` or `video.creator` on an event. It starts at a reference: a request names
 * entities, so that an event's own category could be written and never be read.
 */
export function keyPathFaults(
  schema: Schema,
  event: string,
  path: string,
  attributeKinds: readonly string[],
): string[] {
  const fields = schema.events[event]
  if (!fields) return []
  const [name = '', attribute] = path.split('.')
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (field?.kind !== 'reference') {
    const usable = Object.keys(fields).filter((key) => fields[key]?.kind === 'reference')
    return [`${event} has no reference ${name}; it has ${usable.join(', ') || 'none'}`]
  }
  return attribute === undefined ? [] : attributeFaults(schema, `${field.entity}.${attribute}`, attributeKinds)
}

/** Faults of an attribute path such as `video.genres`. */
export function attributeFaults(schema: Schema, path: string, kinds: readonly string[]): string[] {
  const [entity = '', name = ''] = path.split('.')
  const attributes = Object.hasOwn(schema.entities, entity) ? schema.entities[entity] : undefined
  if (!attributes) return [`unknown entity ${entity}; the schema has ${Object.keys(schema.entities).join(', ')}`]
  const spec = Object.hasOwn(attributes, name) ? attributes[name] : undefined
  if (!spec) return [`unknown attribute ${path}; ${entity} has ${Object.keys(attributes).join(', ') || 'none'}`]
  return kinds.includes(spec.kind) ? [] : [`${path}: expected one of ${kinds.join(', ')}, the schema says ${spec.kind}`]
}

/** Faults of a field whose different values are counted. */
export function nameFaults(schema: Schema, event: string, field: string): string[] {
  const fields = schema.events[event]
  if (!fields) return []
  const spec = Object.hasOwn(fields, field) ? fields[field] : undefined
  return spec && NAME_KINDS.includes(spec.kind)
    ? []
    : [`${event}.${field}: expected a reference, category or identifier field, got ${spec?.kind ?? 'none'}`]
}

/** Faults of a numeric field that is summed. */
export function valueFaults(schema: Schema, event: string, field: string): string[] {
  const fields = schema.events[event]
  if (!fields) return []
  const spec = Object.hasOwn(fields, field) ? fields[field] : undefined
  return spec && NUMBER_KINDS.includes(spec.kind)
    ? []
    : [`${event}.${field}: expected a number field, got ${spec?.kind ?? 'none'}`]
}
