import type { Socket } from 'node:net'
import type { ErrorCode } from '../../foundation/index.ts'

/** Answers what is no HTTP, in the shape of every other error, and closes the connection. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, code, problem] = problemOf(error.code)
  const body = JSON.stringify({ error: { code, message: `request: expected HTTP/1.1, got ${problem}` } })
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function problemOf(code: string | undefined): [status: string, code: ErrorCode, problem: string] {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return ['431 Request Header Fields Too Large', 'LIMIT_EXCEEDED', 'headers that are too large']
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['408 Request Timeout', 'INVALID_ARGUMENT', 'half a request in 30 s']
  return ['400 Bad Request', 'INVALID_ARGUMENT', 'something else']
}
