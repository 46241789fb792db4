import { fieldOf } from './system-info.js'

/** @import { SystemInfo } from './system-info.js' */
/** @import { PageItem, ShownPage } from './ranked-page.js' */

/**
 * Something a user can do to an item of the page.
 *
 * @typedef {object} Action
 * @property {'watch' | 'stars' | 'choose' | 'hide' | 'block'} kind
 * @property {string} event - its name in the schema
 * @property {string} past - what the log says it did, such as `watched`
 */

/**
 * What the events of a system allow: the first is the main one.
 *
 * @param {SystemInfo} system
 * @returns {Action[]}
 */
export function actionsOf({ events, subject, item }) {
  const about = Object.entries(events).filter(
    ([, fields]) => fieldOf(fields, subject) !== undefined && fieldOf(fields, item) !== undefined,
  )
  const main = about.flatMap(([event, fields]) => {
    if (event === 'hide' || Object.hasOwn(fields, 'position')) return []
    if (Object.hasOwn(fields, 'seconds')) return [action('watch', event, 'watched')]
    if (Object.hasOwn(fields, 'stars')) return [action('stars', event, 'rated')]
    return [action('choose', event, event)]
  })
  const hide = about.some(([event]) => event === 'hide') ? [action('hide', 'hide', 'hid')] : []
  const block = Object.hasOwn(events.block ?? {}, 'creator') ? [action('block', 'block', 'blocked')] : []
  return [...main.slice(0, 1), ...hide, ...block]
}

/**
 * @param {Action['kind']} kind
 * @param {string} event
 * @param {string} past
 * @returns {Action}
 */
function action(kind, event, past) {
  return { kind, event, past }
}

/**
 * The events of one action: that the page was seen, unless that is known, and the action. Their ids follow from the
 * decision, so that sending them again changes nothing.
 *
 * @param {object} what
 * @param {SystemInfo} what.system
 * @param {ShownPage} what.page
 * @param {PageItem} what.item
 * @param {Action} what.action
 * @param {number | undefined} what.amount - seconds or stars
 * @param {number} what.atMs
 * @returns {Record<string, unknown>[]}
 */
export function eventsOf({ system, page, item, action, amount, atMs }) {
  const fields = system.events[action.event] ?? {}
  const event = {
    id: `${page.decision}:${action.event}:${item.position}:${page.actions}`,
    type: action.event,
    at: atMs,
    [fieldOf(fields, system.subject) ?? system.subject]: page.user,
    ...(action.kind === 'block'
      ? { creator: item.attributes.creator }
      : { [fieldOf(fields, system.item) ?? system.item]: item.id }),
    ...(action.kind === 'watch' ? { seconds: amount } : {}),
    ...(action.kind === 'stars' ? { stars: amount } : {}),
    ...(Object.hasOwn(fields, 'decision') ? { decision: page.decision } : {}),
  }
  return page.isSeenSent ? [event] : [...impressionsOf(system, page), event]
}

/**
 * @param {SystemInfo} system
 * @param {ShownPage} page
 */
function impressionsOf(system, page) {
  const found = Object.entries(system.events).find(
    ([, fields]) => Object.hasOwn(fields, 'position') && fieldOf(fields, system.item) !== undefined,
  )
  if (!found) return []
  const [type, fields] = found
  return page.items.map((item) => ({
    id: `${page.decision}:${type}:${item.position}`,
    type,
    at: page.shownAtMs,
    [fieldOf(fields, system.subject) ?? system.subject]: page.user,
    [fieldOf(fields, system.item) ?? system.item]: item.id,
    position: item.position,
    ...(Object.hasOwn(fields, 'decision') ? { decision: page.decision } : {}),
  }))
}
