import { element } from './element.js'
import { titleOf } from './ranked-page.js'
import { spacedName } from './words.js'

/** @import { Result } from './search-request.js' */

/** Letters of a text that are shown. */
const EXCERPT = 240
const TEXTS = ['description', 'text', 'body', 'summary']

/**
 * @param {HTMLElement} list
 * @param {readonly Result[]} results
 * @param {(result: Result) => void} explain
 */
export function showResults(list, results, explain) {
  list.replaceChildren(...results.map((result) => row(result, explain)))
}

/**
 * @param {Result} result
 * @param {(result: Result) => void} explain
 */
function row(result, explain) {
  const { id, position, attributes, score, pin, isSponsored } = result
  const title = titleOf(attributes, id)
  return element(
    'li',
    { class: 'result', 'data-id': id, value: position },
    element('span', { class: 'position' }, element('span', { class: 'visually-hidden' }, 'Position '), `${position}`),
    element(
      'div',
      { class: 'result-body' },
      element(
        'h3',
        { title: id },
        title,
        pin !== undefined && element('span', { class: 'badge', title: `By the pin ${pin}` }, 'pinned'),
        isSponsored && element('span', { class: 'badge' }, 'sponsored'),
      ),
      excerpt(attributes),
      facts(attributes),
    ),
    element(
      'div',
      { class: 'result-side' },
      element('span', { class: 'score', title: 'Its score' }, score.toFixed(3)),
      moved(result),
      element(
        'button',
        { type: 'button', class: 'quiet', 'aria-label': `Why this? ${title}`, click: () => explain(result) },
        'Why this?',
      ),
    ),
  )
}

/** @param {import('./entities.js').Attributes} attributes */
function excerpt(attributes) {
  const text = TEXTS.map((name) => attributes[name]).find((value) => typeof value === 'string' && value !== '')
  if (!text) return false
  return element('p', { class: 'excerpt' }, text.length > EXCERPT ? `${text.slice(0, EXCERPT)}\u2026` : text)
}

/** @param {import('./entities.js').Attributes} attributes */
function facts(attributes) {
  const shown = Object.entries(attributes).flatMap(([name, value]) => {
    if (name === 'id' || name === 'title' || name === 'name' || TEXTS.includes(name)) return []
    const words = wordsOf(value, name)
    return words === undefined
      ? []
      : [element('span', {}, element('span', { class: 'muted' }, `${spacedName(name)} `), words)]
  })
  return shown.length > 0 && element('p', { class: 'facts-line' }, shown)
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {string | undefined}
 */
function wordsOf(value, name) {
  if (Array.isArray(value)) return value.map(String).join(', ')
  if (typeof value === 'number' && /At$/.test(name)) return new Date(value).toISOString().slice(0, 10)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** @param {Result} result */
function moved({ movedFrom, position, because }) {
  if (movedFrom === undefined || movedFrom === position) return false
  const isUp = movedFrom > position
  const by = because.length > 0 ? because.map(({ rule }) => rule).join(', ') : 'the ranker'
  const words = `Rank ${movedFrom} by its text; ${by} put it at ${position}`
  return element(
    'span',
    { class: `rank-move ${isUp ? 'up' : 'down'}`, title: words },
    element('span', { 'aria-hidden': 'true' }, `${isUp ? '\u25b2' : '\u25bc'} ${movedFrom} \u2192 ${position}`),
    element('span', { class: 'visually-hidden' }, words),
  )
}
