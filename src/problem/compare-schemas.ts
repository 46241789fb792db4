import type { FieldSpec } from './field.ts'

type FieldSpecs = Readonly<Record<string, FieldSpec>>

/** A schema as plain data, as it is stored; every `Schema` is one. */
export interface SchemaData {
  readonly entities: Readonly<Record<string, FieldSpecs>>
  readonly events: Readonly<Record<string, FieldSpecs>>
}

/**
 * Why records written under one schema cannot be read under another; empty when they can. New events, new entities,
 * new optional fields, wider ranges and fields that became optional are no fault. Attributes of entities are always
 * optional in records, so that a new one is none either.
 *
 * @returns one sentence a fault, in the order of `before`, each naming the event or entity and its field
 * @remarks O(fields)
 */
export function compareSchemas(before: SchemaData, after: SchemaData): string[] {
  return [
    ...compareSets('entity', before.entities, after.entities),
    ...compareSets('event', before.events, after.events),
  ]
}

type FieldSets = Readonly<Record<string, FieldSpecs>>

function compareSets(what: 'entity' | 'event', before: FieldSets, after: FieldSets): string[] {
  return Object.entries(before).flatMap(([name, fields]) => {
    const owner = `${what} ${name}`
    const now = ownValue(after, name)
    if (now === undefined) return [`${owner}: it is missing now; records of it are stored`]
    const isAlwaysOptional = what === 'entity'
    return [
      ...Object.entries(fields).flatMap(([field, spec]) =>
        compareField(`${owner}.${field}`, spec, ownValue(now, field), isAlwaysOptional),
      ),
      ...(isAlwaysOptional ? [] : newRequiredFields(owner, fields, now)),
    ]
  })
}

function compareField(
  where: string,
  before: FieldSpec,
  after: FieldSpec | undefined,
  isAlwaysOptional: boolean,
): string[] {
  if (after === undefined) return [`${where}: it is missing now; stored records have it`]
  const isSameKind = after.kind === before.kind
  return [
    ...(isSameKind ? [] : [`${where}: it was of kind ${before.kind}, now ${after.kind}`]),
    ...(!isSameKind || after.entity === before.entity
      ? []
      : [`${where}: it referred to ${before.entity}, now to ${after.entity}`]),
    ...(before.isOptional && !after.isOptional && !isAlwaysOptional
      ? [`${where}: it was optional and is required now; stored records may lack it`]
      : []),
    ...(isSameKind ? compareRanges(where, before, after) : []),
  ]
}

function compareRanges(where: string, before: FieldSpec, after: FieldSpec): string[] {
  const faults: string[] = []
  if ((after.min ?? Number.NEGATIVE_INFINITY) > (before.min ?? Number.NEGATIVE_INFINITY)) {
    faults.push(`${where}: its min rose from ${before.min ?? 'none'} to ${after.min}`)
  }
  if ((after.max ?? Number.POSITIVE_INFINITY) < (before.max ?? Number.POSITIVE_INFINITY)) {
    faults.push(`${where}: its max fell from ${before.max ?? 'none'} to ${after.max}`)
  }
  return faults
}

function newRequiredFields(owner: string, before: FieldSpecs, after: FieldSpecs): string[] {
  return Object.entries(after)
    .filter(([name, { isOptional }]) => !isOptional && !Object.hasOwn(before, name))
    .map(([name]) => `${owner}.${name}: it is new and required; stored records lack it, so make it optional`)
}

/** A declared name may be one that every object has, such as `constructor`. */
function ownValue<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
