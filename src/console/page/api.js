import { apiKey, askForKey } from './api-key.js'

const TIMEOUT_MS = 20_000

/** A request that got no answer, or not the one it was made for; the message is for people. */
export class ApiFault extends Error {
  /**
   * @param {string} message
   * @param {{ code: string, status?: number }} what - `code` is the server's, or UNREACHABLE, TIMEOUT, NOT_JSON
   */
  constructor(message, { code, status = 0 }) {
    super(message)
    this.name = 'ApiFault'
    this.code = code
    this.status = status
  }
}

/**
 * @param {string} path
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<any>}
 * @throws {ApiFault}
 */
export function get(path, options = {}) {
  return ask(path, { method: 'GET' }, options)
}

/**
 * @param {string} path
 * @param {unknown} body
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<any>}
 * @throws {ApiFault}
 */
export function post(path, body, options = {}) {
  const headers = { 'content-type': 'application/json' }
  return ask(path, { method: 'POST', headers, body: JSON.stringify(body) }, options)
}

/**
 * @param {string} path
 * @param {RequestInit} init
 * @param {{ signal?: AbortSignal }} options
 * @returns {Promise<any>}
 */
async function ask(path, init, options) {
  const key = apiKey()
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const headers = { accept: 'application/json', ...init.headers, ...authorization }
  const response = await send(path, { ...init, headers, signal: options.signal ?? null })
  if (response.status === 401 && (await askForKey(key))) return ask(path, init, options)
  const body = await readJson(response)
  if (response.ok && body !== undefined) return body
  throw faultOf(response, body)
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function send(path, init) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  try {
    return await fetch(path, { ...init, signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout })
  } catch (error) {
    if (init.signal?.aborted) throw error
    if (timeout.aborted) {
      throw new ApiFault(`The server did not answer within ${TIMEOUT_MS / 1000} s.`, { code: 'TIMEOUT' })
    }
    throw new ApiFault(`The server at ${location.host} does not answer.`, { code: 'UNREACHABLE' })
  }
}

/** @param {Response} response */
async function readJson(response) {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

/**
 * @param {Response} response
 * @param {any} body
 */
function faultOf(response, body) {
  const { status } = response
  if (body === undefined && response.ok) {
    return new ApiFault('The server answered with something that is not JSON.', { code: 'NOT_JSON', status })
  }
  const said = body?.error?.message ?? (Array.isArray(body?.reasons) ? body.reasons.join('; ') : undefined)
  const words = typeof said === 'string' ? said : `The server answered with status ${status}.`
  const wait = Number(response.headers.get('retry-after'))
  const message = wait > 0 ? `${words} (try again in ${wait} s)` : words
  return new ApiFault(message, { code: String(body?.error?.code ?? status), status })
}
