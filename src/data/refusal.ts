import type { ErrorCode } from '../foundation/index.ts'

/** Why one input was not taken; an expected outcome, so a value and not a throw. */
export class Refusal {
  readonly code: ErrorCode
  /** *What: expected, got, what to do.* */
  readonly message: string

  constructor(code: ErrorCode, message: string) {
    this.code = code
    this.message = message
  }
}

/** A value as it can stand in a message: JSON, cut at 60 letters; never throws. */
export function shortText(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return cut(JSON.stringify(value.slice(0, 80)))
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value !== null && typeof value === 'object') return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
