import { post } from './api.js'
import { nowMs } from './clock.js'
import { decisionCard } from './decision-card.js'
import { byId, element } from './element.js'
import { clearNotice } from './notices.js'
import { fail } from './what-went-wrong.js'

/** @import { SystemInfo } from './system-info.js' */

/** Questions of this page; with the time they make the ids of events. */
let asked = 0

/**
 * Offers a field for each field of the event that is scored.
 *
 * @param {SystemInfo} system
 * @param {() => void} whenScored
 */
export function offerQuestion(system, whenScored) {
  const form = byId('ask')
  const fields = Object.entries(system.events[system.item] ?? {})
  form.replaceChildren(
    ...fields.map(([name, field]) => inputOf(name, field)),
    element('button', { type: 'submit', class: 'primary' }, `Score this ${system.item}`),
  )
  byId('ask-title').textContent = `Score one ${system.item}`
  byId('answer').replaceChildren()
  form.onsubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    ask(system, fields, whenScored)
  }
}

/**
 * @param {string} name
 * @param {any} field
 */
function inputOf(name, { kind, isOptional, optional = isOptional }) {
  const id = `field-${name}`
  const isNumber = kind === 'number' || kind === 'integer' || kind === 'timestamp'
  const input = element('input', {
    id,
    name,
    maxlength: 256,
    spellcheck: 'false',
    required: !optional,
    ...(isNumber ? { type: 'number', step: 'any' } : {}),
    ...(optional ? { placeholder: 'not known' } : {}),
  })
  return element('label', { class: 'field grow', for: id }, name, input)
}

/**
 * @param {SystemInfo} system
 * @param {readonly [string, any][]} fields
 * @param {() => void} whenScored
 */
async function ask(system, fields, whenScored) {
  const at = nowMs()
  const event = { id: `console-${at.toString(36)}-${(asked++).toString(36)}`, at }
  const given = fields.flatMap(([name, { kind }]) => {
    const text = byId(`field-${name}`).value.trim()
    if (text === '') return []
    if (kind === 'boolean') return [[name, text === 'true']]
    return [[name, kind === 'number' || kind === 'integer' || kind === 'timestamp' ? Number(text) : text]]
  })
  try {
    const answer = await post(`/v1/systems/${encodeURIComponent(system.name)}/score`, {
      event: { ...event, ...Object.fromEntries(given) },
    })
    clearNotice('score')
    byId('answer').replaceChildren(decisionCard(answer))
    whenScored()
  } catch (error) {
    fail('score', error, () => ask(system, fields, whenScored))
  }
}
