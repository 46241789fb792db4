import { post } from './api.js'
import { nowMs } from './clock.js'
import { actionBadge, openDecision } from './decision-card.js'
import { byId, element } from './element.js'
import { clearNotice } from './notices.js'
import { fail } from './what-went-wrong.js'
import { duration, percent, plainNumber, plural } from './words.js'

/** @import { SystemInfo } from './system-info.js' */

const VERDICTS = /** @type {const} */ ([
  ['fraud', 'Fraud'],
  ['legitimate', 'Legitimate'],
  ['unsure', 'Unsure'],
])
/** Alerts of a case that are shown, the newest. */
const MOST_ALERTS = 10

/** @type {() => SystemInfo | undefined} */
let systemOf = () => undefined
let whenDone = () => {}
/** @type {any} - the case that the reviewer has */
let held

/**
 * Lets somebody take cases and judge them.
 *
 * @param {() => SystemInfo | undefined} system
 * @param {() => void} done - called when the queue has changed
 */
export function startReviewing(system, done) {
  systemOf = system
  whenDone = done
  byId('take').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    act('claim', { reviewer: reviewer() }, ({ case: taken }) => {
      tell(taken ? `You have a case of ${plural(taken.alerts.length, 'alert')}.` : 'Nothing waits for you.')
      hold(taken ?? undefined)
    })
  })
}

/**
 * Shows what waits.
 *
 * @param {any} queue - an answer of `GET .../cases`
 * @param {string} subject - such as `card`
 */
export function showCases({ backlog, cases, agreement }, subject) {
  for (const control of byId('take').elements) control.disabled = false
  const waiting = backlog.open + backlog.escalated + backlog.check
  const second = agreement.kappa === null ? '' : `, second looks agree with a kappa of ${agreement.kappa.toFixed(2)}`
  byId('backlog').textContent =
    waiting === 0 ? 'Nothing waits.' : `${plural(waiting, 'case')}, ${money(backlog.loss)} at stake${second}`
  byId('cases').replaceChildren(...cases.map((/** @type {any} */ each) => caseLine(each, subject)))
}

/**
 * @param {any} each
 * @param {string} subject
 */
function caseLine({ subject: key, stage, alerts, loss, openedAt, lease }, subject) {
  const waits = duration(Math.max(0, nowMs() - openedAt) / 1000)
  const newest = alerts.at(-1)
  return element(
    'li',
    { class: 'case' },
    element(
      'p',
      { class: 'case-head' },
      element('strong', {}, `${subject} ${key}`),
      element('span', {}, `${money(loss)} at stake`),
      element('span', { class: 'muted' }, `${plural(alerts.length, 'alert')}, waits ${waits}`),
      stage !== 'open' && element('span', { class: 'chip' }, stage),
      lease && element('span', { class: 'chip' }, `with ${lease.reviewer}`),
    ),
    newest?.reasons?.[0] && element('p', { class: 'muted' }, newest.reasons[0]),
  )
}

/** @param {any} taken */
function hold(taken) {
  held = taken
  if (!taken) {
    byId('held').replaceChildren()
    return
  }
  const { subject, alerts, opinions } = taken
  const note = element('input', { id: 'note', maxlength: 2000, placeholder: 'what you saw' })
  byId('held').replaceChildren(
    element(
      'article',
      { class: 'held' },
      element('h3', {}, `${systemOf()?.subject ?? ''} ${subject}`),
      ...opinions.map((/** @type {any} */ one) =>
        element('p', { class: 'muted' }, `${one.reviewer} said ${one.verdict}${one.note ? `: ${one.note}` : ''}`),
      ),
      element('ol', { class: 'alerts' }, alerts.slice(-MOST_ALERTS).reverse().map(alertLine)),
      element('label', { class: 'field', for: 'note' }, 'Note', note),
      element(
        'div',
        { class: 'row' },
        VERDICTS.map(([verdict, text]) =>
          element('button', { type: 'button', class: `verdict-${verdict}`, click: () => judge(verdict) }, text),
        ),
        element('button', { type: 'button', class: 'quiet', click: giveBack }, 'Give it back'),
      ),
    ),
  )
}

/**
 * @param {any} alert
 * @param {number} place - the newest alert is at 0, and tells all of its reasons
 */
function alertLine({ decision, action, probability, amount, reasons, at }, place) {
  const told = place === 0 ? reasons : reasons.slice(0, 1)
  const said = probability === undefined || probability === null ? 'no model' : percent(probability)
  return element(
    'li',
    {},
    element(
      'p',
      { class: 'case-head' },
      actionBadge(action),
      element('span', {}, `${money(amount)}, ${said}`),
      element('span', { class: 'muted' }, new Date(at).toLocaleString('en')),
      element('button', { type: 'button', class: 'quiet', click: () => openDecision(decision) }, 'Why?'),
    ),
    element(
      'ul',
      { class: 'because muted' },
      told.map((/** @type {string} */ reason) => element('li', {}, reason)),
    ),
  )
}

/** @param {'fraud' | 'legitimate' | 'unsure'} verdict */
function judge(verdict) {
  const note = byId('note').value.trim()
  const body = { reviewer: reviewer(), verdict, seen: held.alerts.length, ...(note === '' ? {} : { note }) }
  act(`${encodeURIComponent(held.id)}/verdict`, body, ({ isDecided, labels }) => {
    const after = isDecided ? plural(labels.length, 'label') : 'somebody else looks at it, too'
    tell(`${held.subject}: ${verdict}; ${after}.`)
    hold(undefined)
  })
}

function giveBack() {
  act(`${encodeURIComponent(held.id)}/release`, { reviewer: reviewer() }, () => {
    tell(`${held.subject} is back in the queue.`)
    hold(undefined)
  })
}

/**
 * @param {string} path
 * @param {object} body
 * @param {(answer: any) => void} then
 */
async function act(path, body, then) {
  const name = systemOf()?.name ?? ''
  try {
    then(await post(`/v1/systems/${encodeURIComponent(name)}/cases/${path}`, body))
    clearNotice('case')
  } catch (error) {
    fail('case', error, () => act(path, body, then))
  }
  whenDone()
}

function reviewer() {
  return byId('reviewer').value.trim()
}

/** @param {string} text */
function tell(text) {
  byId('latest').textContent = text
}

/** @param {number} amount */
function money(amount) {
  return Math.abs(amount) >= 1e6
    ? plainNumber(amount)
    : amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
}
