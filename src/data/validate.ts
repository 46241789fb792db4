import { DAY_MS } from '../foundation/index.ts'
import { RECORD_FIELDS, recordFields, type Schema } from '../problem/index.ts'
import { closestName } from './closest-name.ts'
import { checkKey, compileFieldCheck, type FieldCheck, wrongType } from './field-check.ts'
import type { EventRecord } from './record.ts'
import { Refusal, shortText } from './refusal.ts'

/** Below this an `at` is taken for seconds: 1e11 milliseconds are 3 March 1973, 1e11 seconds the year 5138. */
export const EARLIEST_AT = 1e11
/** How far an `at` may lie ahead of the clock, for clients whose clock is wrong. */
export const FUTURE_TOLERANCE_MS = DAY_MS

/**
 * Checks one input against a schema.
 *
 * @param nowMs - the time of receipt
 * @returns a fresh record (`id`, `type`, `at`, then the fields in the order of the schema, absent ones left out), or
 * the first reason to refuse it; never throws on data
 * @remarks O(fields); about a million events of six fields a second.
 */
export type Validator = (input: unknown, nowMs: number) => EventRecord | Refusal

interface FieldPlan {
  readonly name: string
  readonly isOptional: boolean
  readonly check: FieldCheck
  /** The name also exists on every object, so that only an own value counts. */
  readonly isInherited: boolean
}

/** Compiles a schema once into a {@link Validator}. */
export function compileValidator(schema: Schema): Validator {
  const types = [...Object.keys(schema.events), ...Object.keys(schema.entities)]
  const plans = new Map(types.map((type) => [type, compileFields(schema, type)]))
  return (input, nowMs) => {
    if (!isObject(input)) return wrongType('event', 'an object', input)
    const { id, type, at } = input
    if (typeof type !== 'string') return missingOr('type', type, () => wrongType('type', 'a string', type))
    const plan = plans.get(type)
    if (plan === undefined) return unknownType(type, types)
    const key = id === undefined || id === null ? missing('id') : checkKey('id', id)
    if (key instanceof Refusal) return key
    const time = checkAt(at, nowMs)
    return time instanceof Refusal ? time : readFields(input, { id: key, type, at: time }, plan)
  }
}

function compileFields(schema: Schema, type: string): FieldPlan[] {
  return Object.entries(recordFields(schema, type) ?? {}).map(([name, spec]) => ({
    name,
    isOptional: spec.isOptional,
    check: compileFieldCheck(name, spec),
    isInherited: name in Object.prototype,
  }))
}

function readFields(
  input: Record<string, unknown>,
  record: EventRecord & Record<string, unknown>,
  plan: readonly FieldPlan[],
): EventRecord | Refusal {
  let known = RECORD_FIELDS.length
  for (const field of plan) {
    const value = field.isInherited && !Object.hasOwn(input, field.name) ? undefined : input[field.name]
    if (value === undefined || value === null) {
      if (!field.isOptional) return missing(field.name)
      if (value === null) known++
      continue
    }
    const checked = field.check(value)
    if (checked instanceof Refusal) return checked
    record[field.name] = checked
    known++
  }
  return Object.keys(input).length > known ? (unknownField(input, plan) ?? record) : record
}

function checkAt(at: unknown, nowMs: number): number | Refusal {
  if (!Number.isSafeInteger(at)) {
    return missingOr('at', at, () => wrongType('at', 'whole milliseconds since 1970', at))
  }
  const time = at as number
  if (time < EARLIEST_AT) {
    const message = `at: expected milliseconds since 1970, got ${time}, which looks like seconds; multiply by 1000`
    return new Refusal('TIMESTAMP_IN_SECONDS', message)
  }
  if (time <= nowMs + FUTURE_TOLERANCE_MS) return time
  const advice = time > nowMs * 100 ? 'divide micro- or nanoseconds to milliseconds' : "check the sender's clock"
  return new Refusal(
    'TIMESTAMP_IN_FUTURE',
    `at: expected at most 24 hours after the receipt at ${nowMs}, got ${time}; ${advice}`,
  )
}

function unknownType(type: string, types: readonly string[]): Refusal {
  if (type.startsWith('$')) {
    return new Refusal(
      'RESERVED_NAME',
      `type: expected a type of the schema, got ${shortText(type)}; $ is kept for the engine's own records`,
    )
  }
  return new Refusal(
    'UNKNOWN_EVENT_TYPE',
    `type: expected one of the schema's types, got ${shortText(type)}; ${suggestion(type, types)}`,
  )
}

function unknownField(input: Record<string, unknown>, plan: readonly FieldPlan[]): Refusal | undefined {
  const names = [...RECORD_FIELDS, ...plan.map(({ name }) => name)]
  const stray = Object.keys(input).find((name) => input[name] !== undefined && !names.includes(name))
  if (stray === undefined) return undefined
  return new Refusal(
    'UNKNOWN_FIELD',
    `${shortText(stray)}: expected only fields of type ${shortText(input.type)}, got one it does not have; ${suggestion(stray, names)}`,
  )
}

function suggestion(name: string, names: readonly string[]): string {
  const closest = closestName(name, names)
  return closest === undefined ? `known are ${names.slice(0, 20).join(', ')}` : `did you mean ${closest}?`
}

function missing(name: string): Refusal {
  return new Refusal('MISSING_FIELD', `${name}: expected a value, got none; send it, or make the field optional`)
}

function missingOr(name: string, value: unknown, otherwise: () => Refusal): Refusal {
  return value === undefined || value === null ? missing(name) : otherwise()
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
