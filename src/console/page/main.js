import { actionsOf, eventsOf } from './actions.js'
import { note } from './activity-log.js'
import { get, post } from './api.js'
import { pageChanges } from './changes.js'
import { nowMs } from './clock.js'
import { byId, element } from './element.js'
import { showFacts } from './facts.js'
import { showFunnel } from './funnel-strip.js'
import { clearNotice, showNotice } from './notices.js'
import { showPageList } from './page-list.js'
import { rankPage, titleOf } from './ranked-page.js'
import { watchServer } from './server-watch.js'
import { readSystem } from './system-info.js'
import { offerUsers, showUser, startUserPicker } from './user-picker.js'
import { showWatchChoice, watchSeconds } from './watch-choice.js'
import { fail, showEmpty } from './what-went-wrong.js'
import { offerWhyNot, startWhyNot } from './why-not.js'
import { openWhy } from './why-panel.js'
import { duration, milliseconds, plural } from './words.js'

/** @import { Action } from './actions.js' */
/** @import { PageItem, ShownPage } from './ranked-page.js' */
/** @import { SystemInfo } from './system-info.js' */

/** @type {SystemInfo | undefined} */
let system
/** @type {ShownPage | undefined} */
let page
/** Where systems of other tasks have their pages. */
const PAGES = new Map([
  ['search', 'search.html'],
  ['classification', 'scoring.html'],
])
/** @type {Map<string, string | undefined>} - names of systems that have a page of their own */
let elsewhere = new Map()
/** Of the last request for a page: an older one must not overwrite what a newer one has shown. */
let asking = new AbortController()
/** Whose page was asked for last. */
let wanted = ''
/** Whether an action is on its way: one at a time, so that the log tells one story. */
let isActing = false

startUserPicker(openUser)
startWhyNot(() => page)
byId('system').addEventListener('change', (/** @type {Event} */ event) => {
  if (event.target instanceof HTMLSelectElement) openSystem(event.target.value)
})
watchServer(start)
start()

/** From the list of systems to the first page; again whenever the server has come back. */
async function start() {
  try {
    const { systems = [] } = await get('/v1/systems')
    clearNotice('systems')
    const wanted = new URLSearchParams(location.search).get('system')
    const shown = systems.filter(({ task = 'ranking' }) => PAGES.has(task) || task === 'ranking')
    const isRanking = (/** @type {any} */ { task = 'ranking' }) => task === 'ranking'
    const first = shown.find((/** @type {any} */ one) => one.name === wanted) ?? shown.find(isRanking) ?? shown[0]
    elsewhere = new Map(shown.flatMap(({ name, task }) => (PAGES.has(task) ? [[name, PAGES.get(task)]] : [])))
    showSystems(shown, first?.name)
    if (first) await openSystem(first.name)
    else showEmpty('This server has no system.', 'The console shows the pages of systems that rank, score or search.')
  } catch (error) {
    fail('systems', error, start)
  }
}

/**
 * @param {readonly { name: string }[]} systems
 * @param {string | undefined} chosen
 */
function showSystems(systems, chosen) {
  const select = byId('system')
  select.replaceChildren(
    ...systems.map(({ name }) => element('option', { value: name, selected: name === chosen }, name)),
  )
  select.disabled = systems.length < 2
}

/** @param {string} name */
async function openSystem(name) {
  if (elsewhere.has(name)) {
    location.assign(`./${elsewhere.get(name)}?${new URLSearchParams({ system: name })}`)
    return
  }
  try {
    const opened = readSystem({ name, ...(await get(`/v1/systems/${encodeURIComponent(name)}`)) })
    clearNotice('system', 'page')
    if (system?.name !== name) page = undefined
    system = opened
    showFacts({ model: opened.model, offset: opened.offset })
    showWatchChoice(
      byId('choices'),
      actionsOf(opened).some(({ kind }) => kind === 'watch'),
    )
    const users = await offerUsers(opened)
    const user = page?.user ?? new URLSearchParams(location.search).get('user') ?? users[0]?.id
    if (user) await openUser(user)
    else
      showEmpty(
        `No ${opened.subject} yet.`,
        'Send events or import some. Or type any name above: a stranger gets a page too.',
      )
  } catch (error) {
    fail('system', error, () => openSystem(name))
  }
}

/** @param {string} user */
async function openUser(user) {
  if (!system) return
  wanted = user
  history.replaceState(null, '', `?${new URLSearchParams({ system: system.name, user })}`)
  showUser(system, user)
  const isSame = page?.user === user
  const shown = await showNextPage(user, isSame ? page : undefined)
  if (shown) note(`${user}: a page of ${plural(shown.items.length, 'item')} in ${milliseconds(shown.tookMs)}`)
}

/**
 * Asks for a page and shows it.
 *
 * @param {string} user
 * @param {ShownPage | undefined} before - to mark what is different
 * @param {number} [atLeastOffset]
 * @returns {Promise<ShownPage | undefined>} undefined when another page was wanted meanwhile, or on an error
 */
async function showNextPage(user, before, atLeastOffset) {
  if (!system) return undefined
  asking.abort()
  asking = new AbortController()
  const { signal } = asking
  byId('items').setAttribute('aria-busy', 'true')
  try {
    const next = await rankPage(system, user, { atLeastOffset, signal })
    clearNotice('page', 'event')
    show(next, before)
    return next
  } catch (error) {
    if (signal.aborted) return undefined
    if (page?.user !== user) showNothing()
    fail('page', error, () => openUser(user))
    return undefined
  } finally {
    if (!signal.aborted) byId('items').removeAttribute('aria-busy')
  }
}

/**
 * @param {ShownPage} next
 * @param {ShownPage | undefined} before
 */
function show(next, before) {
  if (!system) return
  page = next
  const actions = actionsOf(system)
  const changes = before && pageChanges(before.items, next.items)
  showPageList(byId('items'), next, {
    actions,
    changes,
    act: (item, action, amount) => act(next, item, action, amount),
    explain: (item) => openWhy(next, item),
  })
  byId('page-title').textContent = `The page of ${next.user}`
  showFacts({ model: next.model, offset: next.asOf })
  showState(next)
  showFunnel(byId('funnel'), next.funnel, next.items.length)
  const gone = new Set(changes?.gone)
  offerWhyNot(system, next, before?.items.filter(({ id }) => gone.has(id)) ?? [])
}

/** Takes the page of somebody else away. */
function showNothing() {
  page = undefined
  byId('items').replaceChildren()
  byId('funnel').hidden = true
}

/** @param {ShownPage} shown */
function showState({ model, degraded, items }) {
  byId('empty').hidden = true
  const reasons = degraded.filter((reason) => !(model === null && reason.startsWith('ranker')))
  if (model === null) {
    const advice = 'Items come in the order of their sources. Run \u2018sluice train\u2019 to learn one.'
    showNotice('model', `No model ranks yet. ${advice}`, { kind: 'warn' })
  } else clearNotice('model')
  if (reasons.length > 0) showNotice('degraded', `Missing from this page: ${reasons.join('; ')}.`, { kind: 'warn' })
  else clearNotice('degraded')
  if (items.length === 0) {
    showEmpty(
      'Nothing to show yet.',
      'The catalogue is empty, or everything in it is filtered. Send events or import some.',
    )
  }
}

/**
 * Sends what the user did, and shows what becomes of the page.
 *
 * @param {ShownPage} from
 * @param {PageItem} item
 * @param {Action} action
 * @param {number} [stars]
 */
async function act(from, item, action, stars) {
  if (!system || page !== from || isActing) return
  isActing = true
  byId('items').setAttribute('aria-busy', 'true')
  try {
    const amount = action.kind === 'watch' ? watchSeconds() : stars
    const events = eventsOf({ system, page: from, item, action, amount, atMs: nowMs() })
    const sent = await post('/v1/events', { events })
    const refused = Array.isArray(sent.rejected) ? sent.rejected : []
    for (const { code, message } of refused) note(`refused: ${message} (${code})`, 'bad')
    from.actions++
    from.isSeenSent ||= refused.length === 0
    clearNotice('event')
    if (refused.some((/** @type {any} */ one) => one.index === events.length - 1)) return
    const next = wanted === from.user ? await showNextPage(from.user, from, sent.offset) : undefined
    const did = `${action.past} ${objectOf(item, action, amount)} \u2192 offset ${sent.offset}`
    note(next ? `${did} \u2192 ${effectOf(from, next)}` : did, 'good')
  } catch (error) {
    note(`not sent: ${error instanceof Error ? error.message : String(error)}`, 'bad')
    fail('event', error, () => act(from, item, action, stars))
  } finally {
    isActing = false
    byId('items').removeAttribute('aria-busy')
  }
}

/**
 * @param {PageItem} item
 * @param {Action} action
 * @param {number | undefined} amount
 */
function objectOf(item, { kind }, amount) {
  if (kind === 'block') return `creator ${item.attributes.creator}`
  const title = `\u2018${titleOf(item.attributes, item.id)}\u2019`
  if (kind === 'watch') return `${title} for ${duration(amount ?? 0)}`
  return kind === 'stars' ? `${title} ${plural(amount ?? 0, 'star')}` : title
}

/**
 * @param {ShownPage} before
 * @param {ShownPage} after
 */
function effectOf(before, after) {
  const { added, moved } = pageChanges(before.items, after.items)
  const changed = `${added.size + moved.size} of ${plural(after.items.length, 'item')} changed`
  return `next page in ${milliseconds(after.tookMs)}; ${changed} (${added.size} new, ${moved.size} moved)`
}
