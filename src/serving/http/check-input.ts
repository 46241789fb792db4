import type { TSchema } from '@sinclair/typebox'
import { TypeCompiler, type ValueError, ValueErrorType } from '@sinclair/typebox/compiler'
import { Value } from '@sinclair/typebox/value'
import { type ErrorCode, SluiceError } from '../../foundation/index.ts'

type Checked = { value: unknown } | { error: Error }

/**
 * Compiles the check of one part of a request. A body is taken as it came, so that `"5"` is no number; the texts of a
 * URL become what the schema says.
 */
export function compileInputCheck(schema: TSchema, part: string | undefined): (input: unknown) => Checked {
  const check = TypeCompiler.Compile(schema)
  return (input) => {
    const value = part === 'body' ? input : Value.Convert(schema, input)
    if (check.Check(value)) return { value }
    return { error: inputError(part ?? 'request', [...check.Errors(value)]) }
  }
}

const LIMITS: readonly ValueErrorType[] = [ValueErrorType.ArrayMaxItems, ValueErrorType.ObjectMaxProperties]
const RANGES: readonly ValueErrorType[] = [
  ValueErrorType.IntegerMinimum,
  ValueErrorType.IntegerMaximum,
  ValueErrorType.StringMinLength,
  ValueErrorType.ArrayMinItems,
]

/** One error that names the first fault and lists all. */
function inputError(part: string, faults: readonly ValueError[]): SluiceError {
  const first = faults[0]
  const details = faults.slice(0, 20).map(sentence)
  const message = `${part}: ${first ? sentence(first) : 'expected another shape'}; see /openapi.json`
  return new SluiceError(first ? codeOf(first) : 'INVALID_ARGUMENT', message, { details })
}

function codeOf({ type }: ValueError): ErrorCode {
  if (type === ValueErrorType.StringMaxLength) return 'ID_TOO_LONG'
  if (LIMITS.includes(type)) return 'LIMIT_EXCEEDED'
  return RANGES.includes(type) ? 'OUT_OF_RANGE' : 'INVALID_ARGUMENT'
}

function sentence({ path, message, type, value }: ValueError): string {
  const where = path.slice(1).replaceAll('/', '.').slice(0, 80)
  const what = message.replace(/^E/, 'e')
  if (type === ValueErrorType.ObjectAdditionalProperties) return `${where}: expected no such field, got one`
  if (type === ValueErrorType.ObjectRequiredProperty) return `${where}: expected a value, got none`
  return `${where === '' ? 'value' : where}: ${what}, got ${shortly(value)}`
}

function shortly(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value !== null && typeof value === 'object') return 'an object'
  if (typeof value !== 'string') return String(value)
  return value.length > 40 ? `a text of ${value.length} characters` : JSON.stringify(value)
}
