import { byId, element } from './element.js'
import { clearNotice, showNotice } from './notices.js'
import { noticeGone } from './server-watch.js'

/**
 * Shows that there is nothing to show, and what to do.
 *
 * @param {string} title
 * @param {string} advice
 */
export function showEmpty(title, advice) {
  const empty = byId('empty')
  empty.replaceChildren(element('strong', {}, title), element('p', {}, advice))
  empty.hidden = false
}

/**
 * Says in words what went wrong; when the server is gone, that is said once for all.
 *
 * @param {string} subject
 * @param {unknown} error
 * @param {() => void} retry
 */
export function fail(subject, error, retry) {
  if (noticeGone(error)) return
  showNotice(subject, error instanceof Error ? error.message : String(error), {
    retry: () => {
      clearNotice(subject)
      retry()
    },
  })
}
