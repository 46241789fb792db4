/** Every stable error code; `docs/errors.md` describes each one, and a test compares the two both ways. */
export const ERROR_CODES = [
  // wrong use
  'INVALID_ARGUMENT',
  'INVALID_APPLICATION',
  'APPLICATION_NOT_FOUND',
  'SHAPE_MISMATCH',
  'NOT_FINITE',
  'UNSUPPORTED_RUNTIME',
  'PACKAGE_MISSING',
  // events
  'MALFORMED_JSON',
  'MALFORMED_ROW',
  'UNKNOWN_EVENT_TYPE',
  'UNKNOWN_FIELD',
  'MISSING_FIELD',
  'WRONG_TYPE',
  'OUT_OF_RANGE',
  'ID_TOO_LONG',
  'TIMESTAMP_IN_SECONDS',
  'TIMESTAMP_IN_FUTURE',
  'EVENT_TOO_LARGE',
  'RESERVED_NAME',
  // the data directory
  'DIRECTORY_LOCKED',
  'DIRECTORY_FOREIGN',
  'DIRECTORY_CORRUPT',
  'DIRECTORY_MISSING',
  'SCHEMA_INCOMPATIBLE',
  'DISK_FULL',
  'FILE_NOT_FOUND',
  'FILE_UNREADABLE',
  // models
  'NO_TRAINING_DATA',
  'LOG_REWRITTEN',
  'ONE_CLASS_ONLY',
  'NO_MODEL',
  'MODEL_MISMATCH',
  'MODEL_CORRUPT',
  'GATE_FAILED',
  // policy
  'INVALID_RULES',
  'UNKNOWN_RULE_SET',
  'UNKNOWN_CASE',
  'ILLEGAL_MOVE',
  'GUARD_REFUSED',
  'LEASE_NOT_HELD',
  // serving
  'UNKNOWN_SYSTEM',
  'UNKNOWN_DECISION',
  'OFFSET_NOT_REACHED',
  'WRONG_TASK',
  'LIMIT_EXCEEDED',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'OVERLOADED',
  'SHUTTING_DOWN',
  'INTERNAL',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * The one error that Sluice throws at bad input from outside.
 *
 * The message has the form *what: expected, got, what to do*. `details` carries machine-readable facts, such as the
 * list of all faults of a definition. An impossible state is an assertion (`assert`), never a `SluiceError`.
 */
export class SluiceError extends Error {
  override readonly name = 'SluiceError'
  readonly code: ErrorCode
  readonly details: unknown

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details
  }
}

/** Whether `error` is a {@link SluiceError}, of one given code when `code` is passed. */
export function isSluiceError(error: unknown, code?: ErrorCode): error is SluiceError {
  return error instanceof SluiceError && (code === undefined || error.code === code)
}

/** States what cannot be otherwise; a failure is a fault of Sluice, not of its input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}
