import { actionBadge } from './decision-card.js'
import { byId, element } from './element.js'
import { percent, plural, spacedName } from './words.js'

const ACTIONS = ['allow', 'step-up', 'review', 'block']
/** Features that are named though they did not pass their limits. */
const SHIFTS = 3
const ALARMS = 3

/**
 * How often each action was taken, by the log.
 *
 * @param {any} rules - an answer of `GET .../rules`
 * @param {any} report - of the monitor; undefined where nothing watches
 */
export function showDone({ counts = [] }, report) {
  const decided = ACTIONS.map((action) =>
    counts.reduce((/** @type {number} */ sum, /** @type {any} */ each) => sum + each.decided[action], 0),
  )
  const all = decided.reduce((sum, count) => sum + count, 0)
  const time = report?.latencyMs?.total
  byId('done').replaceChildren(
    element(
      'dl',
      { class: 'tally' },
      ACTIONS.map((action, place) =>
        element(
          'div',
          {},
          element('dt', {}, actionBadge(action)),
          element(
            'dd',
            {},
            `${decided[place].toLocaleString('en')}${all > 0 ? ` (${percent(decided[place] / all)})` : ''}`,
          ),
        ),
      ),
    ),
    time ? element('p', { class: 'muted' }, `${time.p50} ms at the median, ${time.p99} ms at p99`) : '',
  )
}

/**
 * Changes of tactics and features that shifted.
 *
 * @param {string} name
 * @param {any} report
 */
export function showWatch(name, report) {
  const [changes, shifts] = [report?.changes?.[name], report?.shifts?.[name]]
  const alarms = [...(changes?.alarms ?? []).map(changeWords), ...(shifts?.alarms ?? []).map(shiftWords)]
  alarms.sort((a, b) => b.at - a.at)
  byId('watch').replaceChildren(
    ...alarms
      .slice(0, ALARMS)
      .map(({ at, text }) => element('p', { class: 'notice' }, `${new Date(at).toLocaleString('en')}: ${text}`)),
    element('p', { class: 'muted' }, `Tactics: ${phaseWords(changes)}`),
    element('p', { class: 'muted' }, `Features: ${shiftState(shifts)}`),
    shifts?.isKnown ? shiftList(shifts.columns.slice(0, SHIFTS)) : '',
  )
}

/** @param {any} alarm */
function changeWords({ at, moved = [] }) {
  return { at, text: moved[0]?.words ?? 'tactics changed' }
}

/** @param {any} alarm */
function shiftWords({ at, words }) {
  return { at, text: words }
}

/** @param {any} changes */
function phaseWords(changes) {
  if (!changes) return 'not watched.'
  if (changes.behind > 0) return `the watch reads ${plural(changes.behind, 'record')} that it missed.`
  if (changes.phase === 'watching') return 'watched, against three weeks of what was usual.'
  return 'the watch learns what is usual, six weeks long.'
}

/** @param {any} shifts */
function shiftState(shifts) {
  if (!shifts) return 'nothing to compare yet; it takes a version that was trained with a profile, and a decision.'
  if (!shifts.isKnown) return 'compared once a whole day and 1,000 events were seen.'
  return `the last 24 hours beside those that ${shifts.version} was judged on.`
}

/** @param {readonly any[]} columns */
function shiftList(columns) {
  const lines = columns.map(({ feature, shift, limit }) =>
    element('li', {}, `${spacedName(feature)} ${shift.toFixed(2)}${limit === null ? '' : ` of ${limit.toFixed(2)}`}`),
  )
  return element('ul', { class: 'because muted' }, lines)
}

/** @param {any} rules */
export function showRules({ live, declared, versions = [] }) {
  const current = versions.find((/** @type {any} */ { version }) => version === live)
  const others = versions.filter((/** @type {any} */ { version, state }) => version !== live && state !== 'retired')
  byId('rules').replaceChildren(
    element('p', {}, current ? `Version ${live} decides.` : 'The rules of the application decide.'),
    element(
      'details',
      {},
      element('summary', {}, 'Their text'),
      element('pre', { class: 'rules-text', tabindex: 0 }, (current?.rules ?? declared).trim() || 'none'),
    ),
    others.length > 0
      ? element(
          'ul',
          { class: 'because' },
          others.map((/** @type {any} */ { version, state, share, note }) =>
            element(
              'li',
              {},
              `version ${version}: `,
              element('span', { class: 'chip' }, state === 'percentage' ? `${percent(share)} of subjects` : state),
              note ? ` ${note}` : '',
            ),
          ),
        )
      : '',
  )
}

/** @param {any} lists */
export function showLists({ size, entries }) {
  const more = size - entries.length
  byId('lists').replaceChildren(
    size === 0
      ? element('p', { class: 'muted' }, 'Nobody stands on them.')
      : element('p', {}, `${size.toLocaleString('en')} ${size === 1 ? 'entry' : 'entries'}`),
    element(
      'ul',
      { class: 'because' },
      entries.map((/** @type {any} */ { list, entity, key, reason, expiresAt }) =>
        element(
          'li',
          {},
          actionBadge(list),
          ` ${entity} ${key}: ${reason}`,
          expiresAt !== undefined &&
            element('span', { class: 'muted' }, ` until ${new Date(expiresAt).toLocaleString('en')}`),
        ),
      ),
    ),
    more > 0 ? element('p', { class: 'muted' }, `and ${more.toLocaleString('en')} more`) : '',
  )
}
