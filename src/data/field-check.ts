import type { FieldSpec } from '../problem/index.ts'
import { Refusal, shortText } from './refusal.ts'

/** Most characters (UTF-16 code units) of an id, a reference or an identifier. */
export const MAX_ID_LENGTH = 256

/** The value to store, or why it is refused. `null` and `undefined` never come here. */
export type FieldCheck = (value: unknown) => unknown

/** The check of one declared field; compiled once, run for every event. */
export function compileFieldCheck(name: string, spec: FieldSpec): FieldCheck {
  switch (spec.kind) {
    case 'text':
    case 'category':
      return (value) => (typeof value === 'string' ? value : wrongType(name, 'a string', value))
    case 'categories':
      return (value) => checkStrings(name, value)
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : wrongType(name, 'true or false', value))
    case 'reference':
    case 'identifier':
      return (value) => checkKey(name, value)
    case 'number':
      return (value) =>
        Number.isFinite(value)
          ? inRange(name, spec, value as number)
          : wrongType(name, 'a finite number', value, 'send it without quotes')
    case 'integer':
      return (value) =>
        Number.isSafeInteger(value)
          ? inRange(name, spec, value as number)
          : wrongType(name, 'a whole number', value, 'send it without quotes or fraction')
    case 'timestamp':
      return (value) =>
        Number.isSafeInteger(value)
          ? inRange(name, spec, value as number)
          : wrongType(name, 'whole milliseconds since 1970', value)
  }
}

/** An id, a reference or an identifier: 1 to {@link MAX_ID_LENGTH} characters. */
export function checkKey(name: string, value: unknown): string | Refusal {
  if (typeof value !== 'string') return wrongType(name, 'a string', value, 'send numbers as text')
  if (value.length === 0) return wrongType(name, `1 to ${MAX_ID_LENGTH} characters`, value)
  if (value.length <= MAX_ID_LENGTH) return value
  return new Refusal(
    'ID_TOO_LONG',
    `${name}: expected at most ${MAX_ID_LENGTH} characters, got ${value.length}; send a shorter id, such as a hash of it`,
  )
}

export function wrongType(name: string, expected: string, value: unknown, advice?: string): Refusal {
  const message = `${name}: expected ${expected}, got ${shortText(value)}`
  return new Refusal('WRONG_TYPE', advice === undefined ? message : `${message}; ${advice}`)
}

function checkStrings(name: string, value: unknown): readonly string[] | Refusal {
  if (!Array.isArray(value)) return wrongType(name, 'a list of strings', value)
  for (let index = 0; index < value.length; index++) {
    if (typeof value[index] !== 'string') return wrongType(`${name}[${index}]`, 'a string', value[index])
  }
  // A copy: what the caller does to its list later must not reach the log.
  return value.slice()
}

function inRange(name: string, { min, max }: FieldSpec, value: number): number | Refusal {
  if ((min === undefined || value >= min) && (max === undefined || value <= max)) return value + 0 // -0 becomes 0, as in JSON
  const range =
    min === undefined ? `at most ${max}` : max === undefined ? `at least ${min}` : `a value from ${min} to ${max}`
  return new Refusal('OUT_OF_RANGE', `${name}: expected ${range}, got ${value}`)
}
