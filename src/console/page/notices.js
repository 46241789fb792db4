import { byId, element } from './element.js'

/**
 * Shows what is wrong at the top of the page, in place of what the same subject had there before.
 *
 * @param {string} subject - such as `server` or `page`
 * @param {string} text
 * @param {{ kind?: 'bad' | 'warn', retry?: () => void }} [options]
 */
export function showNotice(subject, text, { kind = 'bad', retry } = {}) {
  const again = retry && element('button', { type: 'button', class: 'quiet', click: retry }, 'Try again')
  const notice = element('div', { class: `notice ${kind}`, 'data-subject': subject }, element('p', {}, text), again)
  const before = find(subject)
  if (before?.firstChild?.textContent === text) return
  if (before) before.replaceWith(notice)
  else byId('notices').append(notice)
}

/** @param {...string} subjects */
export function clearNotice(...subjects) {
  for (const subject of subjects) find(subject)?.remove()
}

/** @param {string} subject */
function find(subject) {
  return byId('notices').querySelector(`[data-subject="${subject}"]`)
}
