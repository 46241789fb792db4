import { element } from './element.js'
import { readDecision, titleOf } from './ranked-page.js'
import { openDrawer } from './why-drawer.js'
import { scoreParts } from './why-panel.js'

/** @import { Answer, Result } from './search-request.js' */

/** How far the parts may be from the score. */
const TOLERANCE = 1e-6

/**
 * Opens the reasons for a result's place: the words that its text score is the sum of, and what the ranker made of it.
 *
 * @param {Answer} answer
 * @param {Result} result
 */
export async function openSearchWhy(answer, result) {
  await openDrawer(`Why \u2018${titleOf(result.attributes, result.id)}\u2019?`, async () => {
    const explained = await readDecision(answer.decision, { explain: true })
    const reasons = explained.items?.find((/** @type {any} */ one) => one.id === result.id)
    return reasonsOf(result, reasons)
  })
}

/**
 * @param {Result} result
 * @param {any} reasons
 * @returns {Node[]}
 */
function reasonsOf(result, reasons) {
  if (!reasons) return [element('p', {}, 'The server gives no reasons for this result.')]
  const place =
    result.movedFrom === undefined
      ? []
      : [element('p', {}, `Rank ${result.movedFrom} by its text, position ${result.position} on the page.`)]
  const rules = rulesOf(result)
  const ranked = Array.isArray(reasons.contributions)
    ? [element('h3', {}, 'What the ranker made of it'), ...scoreParts(reasons).filter((part) => part !== false)]
    : [element('p', { class: 'muted' }, 'No model ranked this page: results come in the order of their text.')]
  return [element('h3', {}, 'Its text'), ...textParts(reasons), ...ranked, ...rules, ...place]
}

/**
 * What the rules of the page and pins did.
 *
 * @param {Result} result
 * @returns {Node[]}
 */
function rulesOf({ because, pin }) {
  if (because.length === 0) return []
  const words = because.map(({ rule, places }) => {
    const name = rule === 'pin' && pin !== undefined ? `the pin ${pin}` : rule
    const way = places > 0 ? `up ${places}` : places < 0 ? `down ${-places}` : 'where it was'
    return element('li', {}, `${name}: ${way}`)
  })
  return [element('h3', {}, 'Rules of the page'), element('ul', { class: 'page-rules' }, words)]
}

/**
 * @param {any} reasons - with `text`, `parts` and perhaps `pin`
 * @returns {Node[]}
 */
function textParts({ text, parts, pin }) {
  if (!Array.isArray(parts)) return [element('p', {}, 'The server does not say which words it was found by.')]
  if (parts.length === 0) {
    return [element('p', {}, `It was found by its ${pin === undefined ? 'filters' : 'pin'} alone.`)]
  }
  const sum = parts.reduce((total, part) => total + part.score, 0)
  const column = (/** @type {string} */ name) => element('th', { scope: 'col' }, name)
  const rows = [...parts]
    .sort((a, b) => b.score - a.score)
    .map((part) =>
      element(
        'tr',
        {},
        element(
          'th',
          { scope: 'row' },
          part.term,
          part.written && element('span', { class: 'muted' }, ` for ${part.written}${part.by ? ` (${part.by})` : ''}`),
        ),
        element('td', { class: 'amount' }, part.weight.toFixed(3)),
        element('td', { class: 'amount' }, part.impact.toFixed(3)),
        element('td', { class: 'amount' }, part.score.toFixed(4)),
      ),
    )
  const isSum = Math.abs(sum - text) <= TOLERANCE
  const foot = element(
    'tr',
    {},
    element('th', { scope: 'row', colspan: 3 }, 'text score'),
    element('td', { class: 'amount' }, sum.toFixed(4)),
  )
  const words = isSum
    ? `\u2713 the parts sum to the score of its text, ${text.toFixed(4)}`
    : `\u2717 the parts sum to ${sum.toFixed(4)}, but the score of its text is ${text.toFixed(4)}`
  return [
    element(
      'table',
      { class: 'text-parts' },
      element('thead', {}, element('tr', {}, column('word'), column('says'), column('how much'), column('score'))),
      element('tbody', {}, rows),
      element('tfoot', {}, foot),
    ),
    element('p', { class: isSum ? 'check good' : 'check bad' }, words),
  ]
}
