import type { FieldSpec } from './field.ts'
import type { Schema } from './schema.ts'
import type { EventName, ValueOf } from './schema-types.ts'

/** A test of one field: a range of numbers (ends included), or a list of allowed values. An absent field fails it. */
export type FieldTest =
  | { readonly min?: number; readonly max?: number }
  | { readonly oneOf: readonly (string | number | boolean)[] }

/** A condition on an event, as plain data so that it can be hashed, shown and checked: every field test must hold. */
export type Condition = Readonly<Record<string, FieldTest>>

/** A {@link Condition} on the fields of one event of a schema. */
export type ConditionOn<S extends Schema, E extends EventName<S>> = {
  readonly [F in keyof S['events'][E]]?: ValueOf<S['events'][E][F]> extends number
    ? { readonly min?: number; readonly max?: number } | { readonly oneOf: readonly number[] }
    : { readonly oneOf: readonly ValueOf<S['events'][E][F]>[] }
}

/** Whether the fields satisfy the condition; no condition is always satisfied. */
export function satisfies(fields: Readonly<Record<string, unknown>>, condition: Condition | undefined): boolean {
  if (condition === undefined) return true
  for (const name in condition) {
    if (!passes(fields[name], condition[name]!)) return false
  }
  return true
}

function passes(value: unknown, test: FieldTest): boolean {
  if ('oneOf' in test) return test.oneOf.includes(value as string)
  if (typeof value !== 'number') return false
  return value >= (test.min ?? Number.NEGATIVE_INFINITY) && value <= (test.max ?? Number.POSITIVE_INFINITY)
}

/** What is wrong with a condition on these fields, in words; empty when nothing is. */
export function conditionFaults(
  condition: Condition | undefined,
  fields: Readonly<Record<string, FieldSpec>>,
): string[] {
  return Object.entries(condition ?? {}).flatMap(([name, test]) => {
    const spec = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (!spec) return [`where: unknown field ${name}`]
    const isNumeric = ['integer', 'number', 'timestamp'].includes(spec.kind)
    if (!('oneOf' in test) && !isNumeric) return [`where.${name}: a range needs a number, the field is a ${spec.kind}`]
    return []
  })
}
