import { isRecord, shown, unknownKeys } from './faults.ts'
import type { FieldKind, FieldSpec } from './field.ts'
import type { Schema } from './schema.ts'
import type { EventName, ValueOf } from './schema-types.ts'

/**
 * A test of one field: a range of numbers (ends included), or a list of allowed values. An absent field fails it; a
 * list of categories passes when one of them is allowed.
 */
export type FieldTest =
  | { readonly min?: number; readonly max?: number }
  | { readonly oneOf: readonly (string | number | boolean)[] }

/** A condition on an event, as plain data so that it can be hashed, shown and checked: every field test must hold. */
export type Condition = Readonly<Record<string, FieldTest>>

/** A {@link Condition} on the fields of one event of a schema. */
export type ConditionOn<S extends Schema, E extends EventName<S>> = {
  readonly [F in keyof S['events'][E]]?: ValueOf<S['events'][E][F]> extends number
    ? { readonly min?: number; readonly max?: number } | { readonly oneOf: readonly number[] }
    : { readonly oneOf: readonly SingleValue<ValueOf<S['events'][E][F]>>[] }
}

type SingleValue<Value> = Value extends readonly (infer Single)[] ? Single : Value

/** Whether the fields satisfy the condition; no condition is always satisfied. */
export function satisfies(fields: Readonly<Record<string, unknown>>, condition: Condition | undefined): boolean {
  if (condition === undefined) return true
  for (const name in condition) {
    if (!passes(fields[name], condition[name]!)) return false
  }
  return true
}

function passes(value: unknown, test: FieldTest): boolean {
  if ('oneOf' in test) {
    return Array.isArray(value) ? value.some((one) => test.oneOf.includes(one)) : test.oneOf.includes(value as string)
  }
  if (typeof value !== 'number') return false
  return value >= (test.min ?? Number.NEGATIVE_INFINITY) && value <= (test.max ?? Number.POSITIVE_INFINITY)
}

/** {@link satisfies} for one condition and many events: what the condition says is looked at once. */
export function compileCondition(condition: Condition): (fields: Readonly<Record<string, unknown>>) => boolean {
  const tests = Object.entries(condition).map(([name, test]) => compileTest(name, test))
  const [first, ...others] = tests
  if (first === undefined) return () => true
  if (others.length === 0) return first
  return (fields) => tests.every((passesOne) => passesOne(fields))
}

function compileTest(name: string, test: FieldTest): (fields: Readonly<Record<string, unknown>>) => boolean {
  if ('oneOf' in test) return (fields) => passes(fields[name], test)
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = test
  return (fields) => {
    const value = fields[name]
    return typeof value === 'number' && value >= min && value <= max
  }
}

const NUMERIC: readonly FieldKind[] = ['integer', 'number', 'timestamp']

/** What is wrong with a condition on these fields, in words; empty when nothing is. Never throws on what it is given. */
export function conditionFaults(condition: unknown, fields: Readonly<Record<string, FieldSpec>>): string[] {
  if (condition === undefined) return []
  if (!isRecord(condition))
    return [`where: expected tests by field, such as { seconds: { min: 30 } }, got ${shown(condition)}`]
  return Object.entries(condition).flatMap(([name, test]) => {
    const spec = Object.hasOwn(fields, name) ? fields[name] : undefined
    return spec ? testFaults(`where.${name}`, test, spec) : [`where: unknown field ${name}`]
  })
}

function testFaults(where: string, test: unknown, { kind }: FieldSpec): string[] {
  if (!isRecord(test) || Object.keys(test).length === 0) {
    return [`${where}: expected min, max or oneOf, such as { min: 30 }, got ${shown(test)}`]
  }
  const unknown = unknownKeys(where, test, ['min', 'max', 'oneOf'])
  if (unknown.length > 0) return unknown
  if (!('oneOf' in test)) return rangeFaults(where, test, kind)
  return Object.keys(test).length === 1
    ? oneOfFaults(where, test.oneOf, kind)
    : [`${where}: expected a range or oneOf, got both`]
}

function rangeFaults(where: string, { min, max }: { min?: unknown; max?: unknown }, kind: FieldKind): string[] {
  if (!NUMERIC.includes(kind)) return [`${where}: a range needs a number, the field is a ${kind}`]
  const ends = Object.entries({ min, max }).filter(([, end]) => end !== undefined)
  if (ends.length === 0) return [`${where}: expected min or max, got neither`]
  const faults = ends
    .filter(([, end]) => !Number.isFinite(end))
    .map(([name, end]) => `${where}.${name}: expected a finite number, got ${shown(end)}`)
  if (faults.length > 0 || ends.length < 2 || Number(min) <= Number(max)) return faults
  return [`${where}: min ${min} is above max ${max}, so nothing passes`]
}

function oneOfFaults(where: string, values: unknown, kind: FieldKind): string[] {
  if (!Array.isArray(values) || values.length === 0) {
    return [`${where}.oneOf: expected a list of at least one value, got ${shown(values)}`]
  }
  const expected = NUMERIC.includes(kind) ? 'number' : kind === 'boolean' ? 'boolean' : 'string'
  return values
    .filter((value) => typeof value !== expected || Number.isNaN(value))
    .map((value) => `${where}.oneOf: expected a ${expected}, as the field is a ${kind}, got ${shown(value)}`)
}
