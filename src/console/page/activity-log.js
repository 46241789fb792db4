import { byId, element } from './element.js'

const KEPT = 50

/**
 * Notes what happened, newest first, and tells it to those who cannot see it.
 *
 * @param {string} text
 * @param {'good' | 'bad' | ''} [kind]
 */
export function note(text, kind = '') {
  const log = byId('log')
  log.prepend(element('li', { class: kind }, text))
  while (log.children.length > KEPT) log.lastChild?.remove()
  const latest = byId('latest')
  latest.textContent = text
  latest.className = `latest ${kind}`
}
