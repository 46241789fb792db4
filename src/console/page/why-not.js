import { byId, element } from './element.js'
import { listEntities } from './entities.js'
import { readDecision, titleOf } from './ranked-page.js'

/** @import { Attributes } from './entities.js' */
/** @import { PageItem, ShownPage } from './ranked-page.js' */
/** @import { SystemInfo } from './system-info.js' */

/** @type {Map<string, Promise<readonly Attributes[]>>} */
const catalogues = new Map()

const STAGES = ['catalogue', 'filter', 'retrieval', 'reranking', 'on the page']

/**
 * Answers why an item is not on the page.
 *
 * @param {() => ShownPage | undefined} current
 */
export function startWhyNot(current) {
  const input = byId('why-not')
  byId('why-not-form').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    const page = current()
    if (page && input.value.trim() !== '') ask(page, input.value.trim())
  })
}

/**
 * Lets people ask about a page that has just been shown, and forgets the answer about the one before.
 *
 * @param {SystemInfo} system
 * @param {ShownPage} page
 * @param {readonly PageItem[]} gone - items of the page before that are no longer there, which are offered first
 */
export async function offerWhyNot(system, page, gone) {
  byId('why-not').disabled = false
  byId('why-not-form').querySelector('button').disabled = false
  byId('why-not-label').textContent = `The id of a ${system.item} that is not on this page`
  byId('why-not-answer').replaceChildren()
  const catalogue = catalogues.get(system.item) ?? listEntities(system.item).catch(() => [])
  catalogues.set(system.item, catalogue)
  const shown = new Set([...page.items, ...gone].map(({ id }) => id))
  const others = (await catalogue).filter(({ id }) => !shown.has(id)).map((item) => ({ id: item.id, attributes: item }))
  byId('absent-items').replaceChildren(
    ...[...gone, ...others].map(({ id, attributes }) =>
      element('option', { value: id, label: `${id} \u00b7 ${titleOf(attributes, id)}` }),
    ),
  )
}

/**
 * @param {ShownPage} page
 * @param {string} id
 */
async function ask(page, id) {
  const answer = byId('why-not-answer')
  answer.replaceChildren(element('p', { class: 'muted' }, 'Asking\u2026'))
  try {
    const { whyNot } = await readDecision(page.decision, { whyNot: id })
    answer.replaceChildren(
      ...(whyNot ? reason(whyNot) : [element('p', { class: 'notice' }, 'The server gives no reason.')]),
    )
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    answer.replaceChildren(element('p', { class: 'notice bad' }, words))
  }
}

/** @param {{ item: string, stage: string, rule: string, message: string }} whyNot */
function reason({ item, stage, rule, message }) {
  const at = STAGES.indexOf(stage)
  const steps = STAGES.map((name, index) => {
    const state = at < 0 || index > at ? 'ahead' : index < at || name === 'on the page' ? 'passed' : 'stopped'
    return element('li', { class: state, 'aria-current': index === at ? 'step' : undefined }, name)
  })
  return [
    element('ol', { class: 'stages', 'aria-label': 'Stages' }, steps),
    element('p', {}, element('strong', {}, item), `: ${message}`),
    element('p', { class: 'muted' }, 'Stage ', element('code', {}, stage), ', rule ', element('code', {}, rule)),
  ]
}
