import { byId } from './element.js'

const STORED = 'sluice-api-key'

/** @type {Promise<boolean> | undefined} */
let asking

/** The key to send, if there is one. */
export function apiKey() {
  return sessionStorage.getItem(STORED) ?? undefined
}

/**
 * Asks for a key, once however many requests were refused at the same time.
 *
 * @param {string | undefined} refused - the key that the server did not take
 * @returns {Promise<boolean>} whether there is now another key to try
 */
export function askForKey(refused) {
  if (apiKey() !== refused) return Promise.resolve(true)
  asking ??= openDialog(refused).finally(() => {
    asking = undefined
  })
  return asking
}

/**
 * @param {string | undefined} refused
 * @returns {Promise<boolean>}
 */
function openDialog(refused) {
  const dialog = byId('key')
  const input = byId('key-value')
  byId('key-reason').textContent = refused === undefined ? '' : 'It did not take the key it was given.'
  input.value = ''
  dialog.returnValue = ''
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        const isGiven = dialog.returnValue === 'use' && input.value !== ''
        if (isGiven) sessionStorage.setItem(STORED, input.value)
        input.value = ''
        resolve(isGiven)
      },
      { once: true },
    )
  })
}
