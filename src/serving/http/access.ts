import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { SluiceError } from '../../foundation/index.ts'

/** Whether an address reaches this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Refuses to be reachable from elsewhere without a key. @throws SluiceError `INVALID_ARGUMENT` */
export function requireGuarded(host: string, apiKey: string | undefined): void {
  if (isLoopback(host) || apiKey) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `host: expected a loopback address or an API key, got ${host} without one; give --api-key or SLUICE_API_KEY`,
  )
}

/**
 * Compiles the check of who may ask. With a key every request has to bear it. Without one the server is on loopback,
 * where a name other than the machine's own in `Host` is a web page that had its name point here.
 *
 * @throws SluiceError (the check) `UNAUTHORIZED`, `FORBIDDEN`
 */
export function compileAccess(apiKey: string | undefined): (headers: IncomingHttpHeaders) => void {
  if (!apiKey) return requireOwnName
  const expected = digest(`Bearer ${apiKey}`)
  return ({ authorization = '' }) => {
    // Digests have one length, so the comparison takes the same time whatever was sent.
    if (timingSafeEqual(digest(authorization), expected)) return
    throw new SluiceError(
      'UNAUTHORIZED',
      'authorization: expected the API key, got none or another; send Authorization: Bearer <key>',
    )
  }
}

function requireOwnName({ host = '' }: IncomingHttpHeaders): void {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  if (isLoopback(name.toLowerCase())) return
  throw new SluiceError(
    'FORBIDDEN',
    `host: expected a loopback name, got ${JSON.stringify(host.slice(0, 80))}; ask http://127.0.0.1, or serve with an API key`,
  )
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
