import { nowMs } from './clock.js'
import { element } from './element.js'
import { titleOf } from './ranked-page.js'
import { age, duration, percent } from './words.js'

/** @import { Action } from './actions.js' */
/** @import { PageChanges } from './changes.js' */
/** @import { PageItem, ShownPage } from './ranked-page.js' */

/**
 * @typedef {object} PageListOptions
 * @property {readonly Action[]} actions - what the system allows
 * @property {PageChanges | undefined} changes - since the page before
 * @property {(item: PageItem, action: Action, amount?: number) => void} act
 * @property {(item: PageItem) => void} explain
 */

const STARS = [1, 2, 3, 4, 5]
const HUES = 12

/**
 * Shows a page as cards in their positions.
 *
 * @param {HTMLElement} list
 * @param {ShownPage} page
 * @param {PageListOptions} options
 */
export function showPageList(list, page, options) {
  const focused = list.contains(document.activeElement) ? document.activeElement?.closest('li') : undefined
  const focusedIndex = focused ? [...list.children].indexOf(focused) : -1
  list.replaceChildren(...page.items.map((item) => card(item, options)))
  const next = focusedIndex < 0 ? undefined : list.children[Math.min(focusedIndex, list.children.length - 1)]
  next?.querySelector('button')?.focus({ preventScroll: true })
}

/**
 * @param {PageItem} item
 * @param {PageListOptions} options
 */
function card(item, options) {
  const { changes } = options
  const was = changes?.moved.get(item.id)
  const isNew = changes?.added.has(item.id) ?? false
  const state = isNew ? ' is-new' : was === undefined ? '' : ' is-moved'
  return element(
    'li',
    { class: `card${state}`, 'data-id': item.id, value: item.position },
    element(
      'div',
      { class: 'card-top' },
      element(
        'span',
        { class: 'position' },
        element('span', { class: 'visually-hidden' }, 'Position '),
        `${item.position}`,
      ),
      item.isSponsored && element('span', { class: 'badge sponsored' }, 'sponsored'),
      isNew && element('span', { class: 'badge new' }, 'new'),
      was !== undefined && element('span', { class: 'badge moved' }, `was ${was}`),
    ),
    heading(item, options),
    facts(item),
    genres(item),
    sources(item),
    element('div', { class: 'card-foot' }, chance(item), rankMove(item)),
    buttons(item, options),
  )
}

/**
 * @param {PageItem} item
 * @param {PageListOptions} options
 */
function heading(item, { actions, act }) {
  const title = titleOf(item.attributes, item.id)
  const main = actions[0]
  const isButton = main?.kind === 'watch' || main?.kind === 'choose'
  const verb = main?.kind === 'watch' ? 'Watch' : 'Choose'
  const hidden = element('span', { class: 'visually-hidden' }, `${verb} `)
  const name = isButton
    ? element('button', { type: 'button', class: 'title', title: item.id, click: () => act(item, main) }, hidden, title)
    : element('span', { class: 'title', title: item.id }, title)
  return element('h3', {}, name)
}

/** @param {PageItem} item */
function facts({ attributes }) {
  const { creator, publishedAt, durationSeconds, language } = attributes
  const parts = [
    typeof creator === 'string' && creator,
    typeof publishedAt === 'number' && age(publishedAt, nowMs()),
    typeof durationSeconds === 'number' && duration(durationSeconds),
    typeof language === 'string' && language,
  ].filter((part) => part !== false)
  return parts.length > 0 && element('p', { class: 'facts-line' }, parts.join(' \u00b7 '))
}

/** @param {PageItem} item */
function genres({ attributes }) {
  const names = Array.isArray(attributes.genres) ? attributes.genres.map(String) : []
  return (
    names.length > 0 &&
    element(
      'ul',
      { class: 'chips genres', 'aria-label': 'Genres' },
      names.map((name) => element('li', { class: `chip hue-${hue(name)}` }, name)),
    )
  )
}

/** @param {PageItem} item */
function sources({ sources, because }) {
  const [first, ...others] = sources
  if (first === undefined) return false
  const cause = because && element('span', { class: 'because' }, ` because of \u2018${because.title}\u2019`)
  return element(
    'p',
    { class: 'source' },
    element('span', { class: 'visually-hidden' }, 'Found by '),
    element('span', { class: 'source-name' }, first),
    cause,
    others.length > 0 && element('span', { class: 'muted', title: others.join(', ') }, ` +${others.length} more`),
  )
}

/** @param {PageItem} item */
function chance({ probability }) {
  if (probability === undefined || probability === null) return element('span', { class: 'muted' }, 'not scored')
  const fill = element('span', { class: 'fill' })
  fill.style.inlineSize = `${Math.min(100, Math.max(0, probability * 100))}%`
  return element(
    'span',
    { class: 'chance', title: 'The probability that the ranker gives it' },
    element('span', { class: 'track', 'aria-hidden': 'true' }, fill),
    element('span', { class: 'visually-hidden' }, 'Probability '),
    percent(probability),
  )
}

/** @param {PageItem} item */
function rankMove({ movedFrom, position }) {
  if (movedFrom === undefined || movedFrom === position) return false
  const isUp = movedFrom > position
  const words = `Rank ${movedFrom} by score; the page rules put it at ${position}`
  return element(
    'span',
    { class: `rank-move ${isUp ? 'up' : 'down'}`, title: words },
    element('span', { 'aria-hidden': 'true' }, `${isUp ? '\u25b2' : '\u25bc'} ${movedFrom} \u2192 ${position}`),
    element('span', { class: 'visually-hidden' }, words),
  )
}

/**
 * @param {PageItem} item
 * @param {PageListOptions} options
 */
function buttons(item, { actions, act, explain }) {
  const title = titleOf(item.attributes, item.id)
  const stars = actions.find(({ kind }) => kind === 'stars')
  const hide = actions.find(({ kind }) => kind === 'hide')
  const block = typeof item.attributes.creator === 'string' && actions.find(({ kind }) => kind === 'block')
  return element(
    'div',
    { class: 'card-actions' },
    stars && starButtons(item, stars, act),
    button('Why this?', `Why this? ${title}`, () => explain(item)),
    hide && button('Not interested', `Not interested in ${title}`, () => act(item, hide)),
    block && button('Block creator', `Block creator ${item.attributes.creator}`, () => act(item, block)),
  )
}

/**
 * @param {PageItem} item
 * @param {Action} action
 * @param {PageListOptions['act']} act
 */
function starButtons(item, action, act) {
  const title = titleOf(item.attributes, item.id)
  return element(
    'div',
    { class: 'stars', role: 'group', 'aria-label': `Rate ${title}` },
    STARS.map((count) => {
      const label = `${count} ${count === 1 ? 'star' : 'stars'}`
      return element(
        'button',
        { type: 'button', class: 'star', 'aria-label': label, title: label, click: () => act(item, action, count) },
        '\u2605',
      )
    }),
  )
}

/**
 * @param {string} text
 * @param {string} label - begins with the text, so that people can say what they see
 * @param {() => void} click
 */
function button(text, label, click) {
  return element('button', { type: 'button', class: 'quiet', 'aria-label': label, click }, text)
}

/**
 * One of a few colours, always the same for a name.
 *
 * @param {string} name
 */
function hue(name) {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973
  return sum % HUES
}
