export const FIELD_KINDS = [
  'text',
  'category',
  'categories',
  'integer',
  'number',
  'boolean',
  'timestamp',
  'reference',
  'identifier',
] as const

/** What a field can hold. `category` is one of few values, `categories` a list of them, `text` is free. */
export type FieldKind = (typeof FIELD_KINDS)[number]

/** The declaration of one field, as plain data. */
export interface FieldSpec {
  readonly kind: FieldKind
  readonly isOptional: boolean
  /** Smallest and largest value, included; numbers, integers and timestamps only. */
  readonly min?: number
  readonly max?: number
  /** The entity that a reference points to. */
  readonly entity?: string
}

/** A field under construction; `Kind`, `Entity` and `IsOptional` let the compiler follow it. */
export interface Field<
  Kind extends FieldKind = FieldKind,
  IsOptional extends boolean = boolean,
  Entity extends string = string,
> extends FieldSpec {
  readonly kind: Kind
  readonly isOptional: IsOptional
  readonly entity?: Entity
  /** The same field, which may be absent. */
  optional(): Field<Kind, true, Entity>
}

interface Range {
  min?: number
  max?: number
}

function field<Kind extends FieldKind, Entity extends string = string>(
  kind: Kind,
  extra: Range & { entity?: Entity } = {},
): Field<Kind, false, Entity> {
  const spec = { kind, ...extra }
  return {
    ...spec,
    isOptional: false,
    optional: () => ({
      ...spec,
      isOptional: true,
      optional() {
        return this
      },
    }),
  }
}

/** Free text, such as a title. */
export const text = () => field('text')
/** One of few values, such as a country; any string. */
export const category = () => field('category')
/** A list of categories, such as genres. */
export const categories = () => field('categories')
/** A whole number within +-2^53. */
export const integer = (range: Range = {}) => field('integer', range)
/** A finite number. */
export const number = (range: Range = {}) => field('number', range)
/** True or false. */
export const boolean = () => field('boolean')
/** Milliseconds since the Unix epoch. */
export const timestamp = () => field('timestamp')
/** The key of an entity that the schema declares. */
export const ref = <Entity extends string>(entity: Entity) => field('reference', { entity })
/** A name that points outside the schema, such as the decision an impression belongs to. */
export const id = () => field('identifier')
