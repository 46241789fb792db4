import { element } from './element.js'
import { plainNumber, spacedName } from './words.js'

/** @import { Filters } from './search-request.js' */

/**
 * Shows the facets of an answer: what can be chosen of each field, and how many documents would be left.
 *
 * @param {HTMLElement} place
 * @param {Record<string, any>} facets - by field
 * @param {Filters} filters - what is chosen
 * @param {(field: string, filter: unknown) => void} choose - undefined takes the filter of a field away
 */
export function showFacets(place, facets, filters, choose) {
  const focused = place.contains(document.activeElement) ? document.activeElement?.id : undefined
  const panels = Object.entries(facets).map(([field, facet]) => panel(field, facet, filters[field], choose))
  place.replaceChildren(...panels.filter((one) => one !== undefined))
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
}

/**
 * @param {string} field
 * @param {any} facet
 * @param {any} chosen
 * @param {(field: string, filter: unknown) => void} choose
 */
function panel(field, facet, chosen, choose) {
  const content = Array.isArray(facet?.values)
    ? values(field, facet, chosen, choose)
    : Array.isArray(facet?.ranges)
      ? years(field, facet, chosen, choose)
      : facet?.least === undefined && chosen === undefined
        ? undefined
        : bounds(field, facet, chosen, choose)
  if (!content) return undefined
  const clear =
    chosen !== undefined &&
    element(
      'button',
      {
        type: 'button',
        class: 'quiet',
        'aria-label': `Clear ${spacedName(field)}`,
        click: () => choose(field, undefined),
      },
      'Clear',
    )
  return element(
    'fieldset',
    { class: 'panel facet', 'data-field': field },
    element('legend', {}, spacedName(field)),
    content,
    clear,
  )
}

/**
 * @param {string} field
 * @param {any} facet
 * @param {any} chosen
 * @param {(field: string, filter: unknown) => void} choose
 */
function values(field, { values, others }, chosen = [], choose) {
  const wanted = new Set((Array.isArray(chosen) ? chosen : [chosen]).map(String))
  if (values.length === 0) return undefined
  const rest = others?.values > 0 && element('p', { class: 'muted' }, `${others.values} more, in ${others.count}`)
  const boxes = values.map((/** @type {any} */ one, /** @type {number} */ place) => {
    const toggle = (/** @type {Event} */ event) => {
      if (/** @type {HTMLInputElement} */ (event.target).checked) wanted.add(one.value)
      else wanted.delete(one.value)
      choose(field, wanted.size > 0 ? [...wanted] : undefined)
    }
    return choice('checkbox', `facet-${field}-${place}`, one.value, one.count, wanted.has(one.value), toggle)
  })
  return element('div', { class: 'choices-list' }, boxes, rest)
}

/**
 * @param {string} field
 * @param {any} facet
 * @param {any} chosen
 * @param {(field: string, filter: unknown) => void} choose
 */
function years(field, { ranges }, chosen, choose) {
  const filled = ranges.filter((/** @type {any} */ range) => range.count > 0)
  if (filled.length === 0) return undefined
  return element(
    'div',
    { class: 'choices-list' },
    filled.map(({ min, below, count }, /** @type {number} */ place) => {
      const year = String(new Date(min).getUTCFullYear())
      const pick = () => choose(field, { min, below })
      return choice('radio', `facet-${field}-${place}`, year, count, chosen?.min === min, pick)
    }),
  )
}

/**
 * @param {string} type
 * @param {string} id
 * @param {string} name
 * @param {number} count
 * @param {boolean} isChosen
 * @param {(event: Event) => void} change
 */
function choice(type, id, name, count, isChosen, change) {
  const box = element('input', { type, id, name: id, checked: isChosen, change })
  return element(
    'label',
    { class: 'choice', for: id },
    box,
    element('span', { class: 'choice-name' }, name),
    element('span', { class: 'count' }, count.toLocaleString('en')),
  )
}

/**
 * @param {string} field
 * @param {any} facet
 * @param {any} chosen
 * @param {(field: string, filter: unknown) => void} choose
 */
function bounds(field, { least, greatest }, chosen = {}, choose) {
  const end = (/** @type {'min' | 'max'} */ name, /** @type {number | undefined} */ hint) => {
    const change = (/** @type {Event} */ event) => {
      const { value } = /** @type {HTMLInputElement} */ (event.target)
      const { [name]: _before, ...other } = chosen
      const next = value === '' ? other : { ...other, [name]: Number(value) }
      choose(field, Object.keys(next).length > 0 ? next : undefined)
    }
    const id = `facet-${field}-${name}`
    const placeholder = hint === undefined ? '' : plainNumber(hint)
    const input = element('input', { id, type: 'number', step: 'any', value: chosen[name], placeholder, change })
    return element('label', { class: 'field', for: id }, name === 'min' ? 'from' : 'to', input)
  }
  return element('div', { class: 'bounds' }, end('min', least), end('max', greatest))
}
