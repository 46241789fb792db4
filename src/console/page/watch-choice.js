import { element } from './element.js'
import { duration } from './words.js'

const CHOICES = [5, 30, 120, 600]
const DEFAULT = 120

let seconds = DEFAULT

/** How long a click on an item counts as a watch. */
export function watchSeconds() {
  return seconds
}

/**
 * Shows the choice of how long a watch lasts, where there are watches.
 *
 * @param {HTMLElement} container
 * @param {boolean} isNeeded
 */
export function showWatchChoice(container, isNeeded) {
  if (!isNeeded) {
    container.replaceChildren()
    return
  }
  container.replaceChildren(
    element('fieldset', { class: 'segments' }, element('legend', {}, 'A click is a watch of'), CHOICES.map(choice)),
  )
}

/** @param {number} value */
function choice(value) {
  const input = element('input', {
    type: 'radio',
    name: 'watch-seconds',
    value,
    checked: value === seconds,
    change: () => {
      seconds = value
    },
  })
  return element('label', {}, input, element('span', {}, duration(value)))
}
