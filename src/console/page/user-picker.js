import { byId, element } from './element.js'
import { attributesOf, listEntities } from './entities.js'

/** @import { Attributes } from './entities.js' */
/** @import { SystemInfo } from './system-info.js' */

/** @type {readonly Attributes[]} */
let known = []

/** @param {(user: string) => void} pick */
export function startUserPicker(pick) {
  const input = byId('user')
  byId('user-form').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    const user = input.value.trim()
    if (user !== '') pick(user)
  })
  // The moment of the click is all the chance that this needs.
  byId('random-user').addEventListener('click', (/** @type {MouseEvent} */ event) => {
    const others = known.filter(({ id }) => id !== input.value)
    const user = others[Math.floor(event.timeStamp * 1_000) % Math.max(1, others.length)]
    if (user) pick(user.id)
  })
}

/**
 * Offers the users of a system; any other name can be typed, too.
 *
 * @param {SystemInfo} system
 * @returns {Promise<readonly Attributes[]>} some of them; none when there are none
 */
export async function offerUsers(system) {
  byId('user-label').textContent = system.subject.charAt(0).toUpperCase() + system.subject.slice(1)
  byId('random-user').textContent = `Random ${system.subject}`
  known = await listEntities(system.subject)
  byId('users').replaceChildren(
    ...known.map((user) => element('option', { value: user.id, label: `${user.id} \u00b7 ${describe(user)}` })),
  )
  byId('user').disabled = false
  byId('user-form').querySelector('[type=submit]').disabled = false
  byId('random-user').disabled = known.length === 0
  return known
}

/**
 * Says who is asking.
 *
 * @param {SystemInfo} system
 * @param {string} user
 */
export async function showUser(system, user) {
  byId('user').value = user
  const attributes = (await attributesOf(system.subject, [user])).get(user)
  if (byId('user').value !== user) return
  byId('about-user').textContent = attributes ? describe(attributes) : `A stranger: nothing is known of ${user} yet.`
}

/** @param {Attributes} attributes */
function describe(attributes) {
  return Object.entries(attributes)
    .filter(([name, value]) => name !== 'id' && (typeof value === 'string' || typeof value === 'number'))
    .map(([name, value]) => (name === 'birthYear' ? `born ${value}` : `${value}`))
    .join(' \u00b7 ')
}
