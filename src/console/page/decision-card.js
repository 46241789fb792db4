import { get } from './api.js'
import { element } from './element.js'
import { openDrawer } from './why-drawer.js'
import { scoreParts } from './why-panel.js'
import { percent } from './words.js'

/**
 * What was decided, and why, in words.
 *
 * @param {any} decision - an answer of `POST .../score`
 */
export function decisionCard({ decision, action, probability, reasons = [], degraded = [] }) {
  const asking = reasons.filter((/** @type {any} */ { source }) => source !== 'feature')
  const moving = reasons.filter((/** @type {any} */ { source }) => source === 'feature')
  return element(
    'article',
    { class: 'decision' },
    element(
      'p',
      { class: 'verdict' },
      actionBadge(action),
      element('span', {}, probability === null ? 'no model' : `${percent(probability)} likely`),
      element('button', { type: 'button', class: 'quiet', click: () => openDecision(decision) }, 'Why?'),
    ),
    degraded.length > 0 && element('p', { class: 'notice' }, `Missing from this answer: ${degraded.join('; ')}.`),
    asking.length > 0 && element('ul', { class: 'because' }, asking.map(askingLine)),
    moving.length > 0 &&
      element(
        'ul',
        { class: 'because muted' },
        moving.map((/** @type {any} */ { because }) => element('li', {}, because)),
      ),
  )
}

/** @param {string} action */
export function actionBadge(action) {
  return element('strong', { class: `action ${action}` }, action)
}

/** @param {any} reason */
function askingLine({ source, name, action, because }) {
  const who = source === 'model' ? 'the model' : `${source} ${name}`
  return element('li', {}, action && actionBadge(action), ` ${who}: ${because}`)
}

/**
 * Opens all that moved a decision.
 *
 * @param {string} id
 */
export async function openDecision(id) {
  await openDrawer('Why this decision?', async () => {
    return partsOf(await get(`/v1/decisions/${encodeURIComponent(id)}?explain=true`))
  })
}

/** @param {any} told */
function partsOf({ id, at, action, probability, reasons = [], keys = {}, rules, model, explanation, reproduced }) {
  const asking = reasons.filter((/** @type {any} */ { source }) => source !== 'feature')
  const facts = Object.entries({
    ...keys,
    asked: new Date(at).toLocaleString('en'),
    model: model ?? 'none',
    rules: rules.version === 0 ? 'as declared' : `version ${rules.version}`,
    decision: id,
  })
  return [
    element(
      'p',
      { class: 'verdict' },
      actionBadge(action),
      probability === null ? '' : `${percent(probability)} likely`,
    ),
    element(
      'dl',
      { class: 'facts-list' },
      facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, String(value)))),
    ),
    element('h3', {}, 'What asked for it'),
    asking.length > 0
      ? element('ul', { class: 'because' }, asking.map(askingLine))
      : element('p', { class: 'muted' }, 'No list, rule or threshold: it is the mildest action.'),
    element('h3', {}, 'Its score'),
    ...(explanation
      ? scoreParts({ ...explanation, probability })
      : [element('p', { class: 'notice' }, 'No model scored it, so there is no score to take apart.')]),
    reproduced === true &&
      element('p', { class: 'muted' }, 'These reasons come from the decision made again: the same bytes as then.'),
  ].filter((part) => part !== false)
}
