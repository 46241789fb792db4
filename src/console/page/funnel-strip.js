import { element } from './element.js'
import { plural } from './words.js'

/**
 * How a page was made: what each source found, what filters took away, what was left.
 *
 * @param {HTMLElement} strip
 * @param {any} funnel - of the decision; the strip is hidden without one
 * @param {number} shown - items on the page
 */
export function showFunnel(strip, funnel, shown) {
  strip.hidden = typeof funnel !== 'object' || funnel === null
  if (strip.hidden) return
  const stages = [
    stage('found', sum(funnel.found), parts(funnel.found, 'no source found anything')),
    stage('filtered', -sum(funnel.filtered), parts(funnel.filtered, 'nothing to take away')),
    stage('candidates', funnel.candidates, funnel.scored === undefined ? '' : `${funnel.scored} scored`),
    stage('page', funnel.page ?? shown, plural(funnel.page ?? shown, 'item')),
  ]
  strip.replaceChildren(element('ol', {}, stages))
}

/**
 * @param {string} name
 * @param {number | undefined} count
 * @param {string} detail
 */
function stage(name, count, detail) {
  const figure = count === undefined ? '\u2013' : (count || 0).toLocaleString('en').replace('-', '\u2212')
  return element(
    'li',
    { class: `stage ${name}` },
    element('span', { class: 'stage-name' }, name),
    element('strong', {}, figure),
    element('span', { class: 'stage-detail', title: detail }, detail),
  )
}

/** @param {Record<string, number> | undefined} counts */
function sum(counts) {
  return Object.values(counts ?? {}).reduce((total, count) => total + count, 0)
}

/**
 * @param {Record<string, number> | undefined} counts
 * @param {string} none
 */
function parts(counts, none) {
  const listed = Object.entries(counts ?? {})
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
  return listed.length === 0 ? none : listed.map(([name, count]) => `${name} ${count}`).join(' \u00b7 ')
}
