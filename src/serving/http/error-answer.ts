import { type ErrorCode, isSluiceError } from '../../foundation/index.ts'

/** What a client is told about a failure. */
export interface ErrorAnswer {
  readonly status: number
  readonly body: { readonly error: { readonly code: ErrorCode; readonly message: string; readonly details?: unknown } }
  /** Whether the failure is the server's own, so that it has to be logged. */
  readonly isFault: boolean
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  INVALID_ARGUMENT: 400,
  MALFORMED_JSON: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  UNKNOWN_SYSTEM: 404,
  UNKNOWN_DECISION: 404,
  UNKNOWN_CASE: 404,
  UNKNOWN_RULE_SET: 404,
  WRONG_TASK: 409,
  OFFSET_NOT_REACHED: 409,
  ILLEGAL_MOVE: 409,
  GUARD_REFUSED: 409,
  LEASE_NOT_HELD: 409,
  NO_MODEL: 409,
  MODEL_MISMATCH: 409,
  LIMIT_EXCEEDED: 413,
  EVENT_TOO_LARGE: 413,
  OUT_OF_RANGE: 422,
  ID_TOO_LONG: 422,
  INVALID_RULES: 422,
  MISSING_FIELD: 422,
  RESERVED_NAME: 422,
  TIMESTAMP_IN_FUTURE: 422,
  TIMESTAMP_IN_SECONDS: 422,
  UNKNOWN_EVENT_TYPE: 422,
  UNKNOWN_FIELD: 422,
  WRONG_TYPE: 422,
  DISK_FULL: 503,
  OVERLOADED: 503,
  SHUTTING_DOWN: 503,
}

/** What Fastify's own refusals are called here. */
const FRAMEWORK_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'LIMIT_EXCEEDED',
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_NOT_FOUND: 'NOT_FOUND',
}

/** Seconds after which a request that met a 503 may come again. */
export const RETRY_AFTER_SECONDS = 1

/**
 * The answer to a failure. A fault of the server says nothing of what happened inside.
 *
 * @param requestId - under which a fault is logged
 */
export function errorAnswer(error: unknown, requestId: string): ErrorAnswer {
  if (isSluiceError(error)) {
    const status = STATUS[error.code]
    if (status === undefined) return faultAnswer(requestId)
    const { code, message, details } = error
    return answer(status, code, code === 'DISK_FULL' ? DISK_FULL : message, details)
  }
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string }
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return faultAnswer(requestId)
  return answer(statusCode, FRAMEWORK_CODES[code ?? ''] ?? 'INVALID_ARGUMENT', `request: ${message}`)
}

/** The log's own message names a path of the machine. */
const DISK_FULL = 'disk: expected room for the write, got a refusal; nothing of the request was kept; send it again'

function faultAnswer(requestId: string): ErrorAnswer {
  const message = `server: expected to answer, got a fault of its own; its log has it as request ${requestId}`
  return { ...answer(500, 'INTERNAL', message), isFault: true }
}

function answer(status: number, code: ErrorCode, message: string, details?: unknown): ErrorAnswer {
  return { status, body: { error: { code, message, ...(details === undefined ? {} : { details }) } }, isFault: false }
}
