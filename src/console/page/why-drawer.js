import { byId, element } from './element.js'

/**
 * Opens the drawer of reasons, and fills it once they are there.
 *
 * @param {string} title
 * @param {() => Promise<(Node | string | false)[]>} read
 */
export async function openDrawer(title, read) {
  const dialog = byId('why')
  const body = element(
    'div',
    { class: 'why-body', 'aria-live': 'polite' },
    element('p', { class: 'muted' }, 'Asking\u2026'),
  )
  const close = element('button', { type: 'button', class: 'quiet', click: () => dialog.close() }, 'Close')
  dialog.replaceChildren(
    element('div', { class: 'drawer-head' }, element('h2', { id: 'why-title' }, title), close),
    body,
  )
  dialog.onclick = (/** @type {MouseEvent} */ event) => event.target === dialog && dialog.close()
  dialog.showModal()
  try {
    body.replaceChildren(...(await read()).filter((part) => part !== false))
  } catch (error) {
    body.replaceChildren(element('p', { class: 'notice bad', role: 'alert' }, wordsOfError(error)))
  }
}

/** @param {unknown} error */
function wordsOfError(error) {
  return error instanceof Error ? error.message : String(error)
}
