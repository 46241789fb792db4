import { element } from './element.js'
import { readDecision, titleOf } from './ranked-page.js'
import { openDrawer } from './why-drawer.js'
import { percent, plainNumber, plural, signed, spacedName } from './words.js'

/** @import { PageItem, ShownPage } from './ranked-page.js' */

/** Contributions shown before the rest are asked for. */
const TOP = 10
/** How far the parts may be from the score. */
const TOLERANCE = 1e-9

/**
 * Opens the reasons for an item's place.
 *
 * @param {ShownPage} page
 * @param {PageItem} item
 */
export async function openWhy(page, item) {
  await openDrawer(`Why \u2018${titleOf(item.attributes, item.id)}\u2019?`, async () => {
    const explained = await readDecision(page.decision, { explain: true })
    const reasons = explained.items?.find((/** @type {any} */ one) => one.id === item.id)
    return reasonsOf(item, reasons, explained.reproduced)
  })
}

/**
 * @param {PageItem} item
 * @param {any} reasons
 * @param {boolean | undefined} reproduced
 */
function reasonsOf(item, reasons, reproduced) {
  if (!reasons) return [element('p', {}, 'The server gives no reasons for this item.')]
  const score = Array.isArray(reasons.contributions)
    ? scoreParts(reasons)
    : [element('p', { class: 'notice' }, 'No model ranked this page, so there is no score to take apart.')]
  return [
    ...section('Where it was found', foundBy(item)),
    ...section('Its score', score),
    ...section('Its place', moves(item, reasons.moves)),
    reproduced === false &&
      element(
        'p',
        { class: 'notice' },
        'The page could not be made again to the byte; these are the reasons as of now.',
      ),
    reproduced === true &&
      element(
        'p',
        { class: 'muted' },
        'These reasons come from the page made again: the same bytes as when it was shown.',
      ),
  ].filter((part) => part !== false)
}

/**
 * @param {string} title
 * @param {readonly (Node | false)[]} content
 */
function section(title, content) {
  return [element('h3', {}, title), ...content.filter((part) => part !== false)]
}

/** @param {PageItem} item */
function foundBy({ sources, because }) {
  return [
    element(
      'ul',
      { class: 'chips' },
      sources.map((source, index) => element('li', { class: index === 0 ? 'chip first' : 'chip' }, source)),
    ),
    because && element('p', {}, `Because of \u2018${because.title}\u2019.`),
  ].map((part) => part ?? false)
}

/**
 * What a ranker made of an item, as a table and a check of its sum.
 *
 * @param {any} reasons - with `score`, `baseline`, `contributions`
 */
export function scoreParts({ score, probability, baseline, contributions }) {
  const effective = contributions.filter((/** @type {any} */ part) => part.contribution !== 0)
  const rest = effective.slice(TOP)
  const sumOf = (/** @type {any[]} */ parts) => parts.reduce((total, part) => total + part.contribution, 0)
  const total = (baseline ?? 0) + sumOf(contributions)
  const shown = effective.slice(0, TOP).map((/** @type {any} */ part) => part.contribution)
  const largest = Math.max(1e-12, Math.abs(sumOf(rest)), ...shown.map(Math.abs))
  const body = element('tbody')
  const row = (/** @type {any} */ part) =>
    partRow(spacedName(part.feature), plainNumber(part.value), part.contribution, largest)
  const restRow = partRow(`${plural(rest.length, 'other feature')}`, '', sumOf(rest), largest)
  body.append(
    partRow('baseline', '', baseline ?? 0),
    ...effective.slice(0, TOP).map(row),
    ...(rest.length > 0 ? [restRow] : []),
  )
  const more = element(
    'button',
    {
      type: 'button',
      class: 'quiet',
      click: () => {
        restRow.replaceWith(...rest.map(row))
        more.remove()
      },
    },
    `Show ${plural(rest.length, 'other feature')}`,
  )
  const isSum = Math.abs(total - score) <= TOLERANCE
  return [
    probability !== undefined &&
      element('p', {}, `Score ${signed(score)} in log-odds: a probability of ${percent(probability)}.`),
    element('table', { class: 'parts' }, tableHead(), body, element('tfoot', {}, partRow('score', '', total))),
    rest.length > 0 && more,
    element(
      'p',
      { class: isSum ? 'check good' : 'check bad' },
      isSum
        ? `\u2713 baseline and contributions sum to the score, ${signed(score)}`
        : `\u2717 baseline and contributions sum to ${signed(total)}, but the score is ${signed(score)}`,
    ),
  ]
}

function tableHead() {
  const column = (/** @type {string} */ name) => element('th', { scope: 'col' }, name)
  return element('thead', {}, element('tr', {}, column('feature'), column('value'), column('effect')))
}

/**
 * @param {string} name
 * @param {string} value
 * @param {number} contribution
 * @param {number} [largest] - the contribution that fills half the track; without it there is no bar
 */
function partRow(name, value, contribution, largest) {
  const bar = element('span', { class: contribution < 0 ? 'bar-fill minus' : 'bar-fill plus' })
  if (largest !== undefined) bar.style.inlineSize = `${(Math.abs(contribution) / largest) * 50}%`
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    element('td', { class: 'value' }, value),
    element(
      'td',
      { class: 'effect' },
      element('span', { class: largest === undefined ? 'no-track' : 'signed-track', 'aria-hidden': 'true' }, bar),
      element('span', { class: 'figure' }, signed(contribution)),
    ),
  )
}

/**
 * @param {PageItem} item
 * @param {readonly { rule: string, places: number }[] | undefined} moves
 */
function moves({ movedFrom, position, isSponsored }, moves = []) {
  const places = movedFrom === undefined ? '' : `Rank ${movedFrom} by score, position ${position} on the page.`
  const steps = moves.map(({ rule, places }) => {
    const way = places === 0 ? 'no change' : `${plural(Math.abs(places), 'place')} ${places > 0 ? 'up' : 'down'}`
    return element('li', {}, element('code', {}, rule), ` ${way}`)
  })
  return [
    element('p', {}, places),
    isSponsored && element('p', {}, 'It is sponsored: it stands in a slot of its own.'),
    steps.length > 0
      ? element('ul', { class: 'moves' }, steps)
      : element('p', { class: 'muted' }, 'No page rule moved it.'),
  ]
}
