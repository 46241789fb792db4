import { byId, element } from './element.js'

/** @type {{ health: string, isWell: boolean | undefined, model: string | null | undefined, offset: number | undefined }} */
const facts = { health: 'asking\u2026', isWell: undefined, model: undefined, offset: undefined }

/**
 * Shows in the header how the server is, which model ranks, and how far the log is.
 *
 * @param {Partial<typeof facts>} news - what is not given stays
 */
export function showFacts(news) {
  Object.assign(facts, news)
  const { health, isWell, model, offset } = facts
  const light = isWell === undefined ? 'unknown' : isWell ? 'well' : 'unwell'
  byId('facts').replaceChildren(
    ...fact('Server', element('span', { class: `light ${light}` }, health)),
    ...fact('Model', model === undefined ? '\u2013' : (model ?? 'none yet')),
    ...fact('Offset', offset === undefined ? '\u2013' : offset.toLocaleString('en')),
  )
}

/**
 * @param {string} name
 * @param {string | Node} value
 */
function fact(name, value) {
  return [element('div', {}, element('dt', {}, name), element('dd', {}, value))]
}
