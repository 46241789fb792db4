import { ApiFault, get } from './api.js'
import { showFacts } from './facts.js'
import { clearNotice, showNotice } from './notices.js'

const WELL_MS = 15_000
const UNWELL_MS = 2_000

let isGone = false
/** @type {ReturnType<typeof setTimeout> | undefined} */
let next
let onReturn = () => {}

/**
 * Keeps an eye on the server: says when it is gone and when it is back.
 *
 * @param {() => void} whenBack
 */
export function watchServer(whenBack) {
  onReturn = whenBack
  return look()
}

/**
 * Takes note of a request without an answer, so that the return of the server is noticed soon.
 *
 * @param {unknown} error
 * @returns {boolean} whether that is what the error is
 */
export function noticeGone(error) {
  if (!(error instanceof ApiFault) || error.code !== 'UNREACHABLE') return false
  gone()
  clearTimeout(next)
  next = setTimeout(look, UNWELL_MS)
  return true
}

async function look() {
  const { health, why } = await readHealth()
  if (health === 'gone') gone()
  else showFacts({ health, isWell: health === 'ready' })
  if (health === 'not ready') showNotice('server', `The server is not ready: ${why}`, { kind: 'warn' })
  if (health === 'ready') clearNotice('server')
  if (health !== 'gone' && isGone) {
    isGone = false
    onReturn()
  }
  clearTimeout(next)
  next = setTimeout(look, health === 'ready' ? WELL_MS : UNWELL_MS)
}

function gone() {
  isGone = true
  showFacts({ health: 'gone', isWell: false })
  showNotice('server', `The server at ${location.host} does not answer. This page goes on by itself when it is back.`)
}

/** @returns {Promise<{ health: 'ready' | 'not ready' | 'gone', why: string }>} */
async function readHealth() {
  try {
    await get('/readyz')
    return { health: 'ready', why: '' }
  } catch (error) {
    const { status, message } = error instanceof ApiFault ? error : { status: 0, message: '' }
    return { health: status === 0 ? 'gone' : 'not ready', why: message }
  }
}
