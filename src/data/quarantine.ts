import { isUtf8 } from 'node:buffer'
import type { ErrorCode } from '../foundation/index.ts'

/** Most bytes of an original that are kept. */
export const QUARANTINE_TEXT_BYTES = 65_536

/** One input that was not taken, kept so that nothing is lost. */
export interface QuarantinedInput {
  /** Running number, from 1. */
  readonly number: number
  /** When it was received, in milliseconds since the Unix epoch. */
  readonly receivedAt: number
  readonly code: ErrorCode
  readonly message: string
  /** What was received: its text, or base64 when it was not UTF-8. */
  readonly original: string
  readonly encoding: 'utf8' | 'base64'
  /** Whether `original` was cut at {@link QUARANTINE_TEXT_BYTES}. */
  readonly isTruncated: boolean
  /** Where it came from, such as a file's name. */
  readonly source?: string
  /** Line in that file, from 1. */
  readonly line?: number
}

/** An input that was refused, on its way to the quarantine. */
export interface RefusedInput {
  readonly code: ErrorCode
  readonly message: string
  readonly original: string | Uint8Array
  readonly line?: number
}

/** What the quarantine stores of a refused input. */
export function quarantined(
  refused: RefusedInput,
  receivedAt: number,
  source: string | undefined,
): Omit<QuarantinedInput, 'number'> {
  const { code, message, line } = refused
  return {
    receivedAt,
    code,
    message,
    ...keptOriginal(refused.original),
    ...(source === undefined ? {} : { source }),
    ...(line === undefined ? {} : { line }),
  }
}

/** The text of a value that was received as an object; never throws. */
export function originalText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}

function keptOriginal(original: string | Uint8Array): Pick<QuarantinedInput, 'original' | 'encoding' | 'isTruncated'> {
  // A UTF-16 unit needs at least one byte, so a longer string is cut before it is encoded.
  const whole = Buffer.from(typeof original === 'string' ? original.slice(0, QUARANTINE_TEXT_BYTES + 1) : original)
  const isTruncated = whole.length > QUARANTINE_TEXT_BYTES
  const kept = whole.subarray(0, QUARANTINE_TEXT_BYTES)
  const encoding = typeof original === 'string' || isUtf8(original) ? 'utf8' : 'base64'
  return { original: kept.toString(encoding), encoding, isTruncated }
}
