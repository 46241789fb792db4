import { get, post } from './api.js'
import { elapsedMs, nowMs, setClock } from './clock.js'
import { attributesOf } from './entities.js'

/** @import { Attributes } from './entities.js' */
/** @import { SystemInfo } from './system-info.js' */

/**
 * @typedef {object} PageItem
 * @property {string} id
 * @property {number} position - from 1
 * @property {number | undefined} score
 * @property {number | undefined} probability
 * @property {readonly string[]} sources - the first is the one that counts
 * @property {{ id: string, title: string } | undefined} because
 * @property {boolean} isSponsored
 * @property {number | undefined} movedFrom - rank by score, from 1
 * @property {Attributes} attributes
 */

/**
 * @typedef {object} ShownPage
 * @property {string} decision
 * @property {string} user
 * @property {number} asOf
 * @property {string | null} model
 * @property {readonly string[]} degraded
 * @property {readonly PageItem[]} items
 * @property {any} funnel - undefined when the decision could not be read
 * @property {number} tookMs - from asking to the answer
 * @property {number} shownAtMs
 * @property {number} actions - how many were sent from it
 * @property {boolean} isSeenSent - whether the server knows that it was seen
 */

const ITEMS_PER_PAGE = 20

/**
 * Asks for a page, with the attributes of what is on it and the funnel that it came through.
 *
 * @param {SystemInfo} system
 * @param {string} user
 * @param {{ atLeastOffset?: number | undefined, signal: AbortSignal }} options
 * @returns {Promise<ShownPage>}
 */
export async function rankPage(system, user, { atLeastOffset, signal }) {
  const startedMs = elapsedMs()
  const body = {
    [system.subject]: user,
    limit: ITEMS_PER_PAGE,
    ...(atLeastOffset === undefined ? {} : { atLeastOffset }),
  }
  const answer = await post(`/v1/systems/${encodeURIComponent(system.name)}/rank`, body, { signal })
  const answeredMs = elapsedMs()
  const ranked = Array.isArray(answer?.items) ? answer.items : []
  const [attributes, decision] = await Promise.all([
    attributesOf(system.item, ranked.flatMap(idsOf)),
    readDecision(String(answer.decision)).catch(() => undefined),
  ])
  signal.throwIfAborted()
  if (typeof decision?.at === 'number') setClock(decision.at, answeredMs)
  return {
    decision: String(answer.decision),
    user,
    asOf: Number(answer.asOf ?? 0),
    model: answer.model ?? null,
    degraded: Array.isArray(answer.degraded) ? answer.degraded.map(String) : [],
    items: ranked.map((/** @type {any} */ item, /** @type {number} */ index) => readItem(item, index, attributes)),
    funnel: decision?.funnel,
    tookMs: answeredMs - startedMs,
    shownAtMs: nowMs(),
    actions: 0,
    isSeenSent: false,
  }
}

/**
 * A decision as the log has it, with reasons when asked for.
 *
 * @param {string} id
 * @param {{ explain?: boolean, whyNot?: string }} [options]
 * @returns {Promise<any>} the decision, with `items`, `funnel`, `reproduced` and `whyNot` as far as they are there
 */
export async function readDecision(id, { explain = false, whyNot } = {}) {
  const search = new URLSearchParams()
  if (explain) search.set('explain', 'true')
  if (whyNot !== undefined) search.set('whyNot', whyNot)
  const query = search.size > 0 ? `?${search}` : ''
  const body = await get(`/v1/decisions/${encodeURIComponent(id)}${query}`)
  const { decision, ...rest } = body
  return typeof decision === 'object' && decision !== null ? { ...decision, ...rest } : body
}

/**
 * @param {Attributes | undefined} attributes - none when the server does not know it
 * @param {string} id
 */
export function titleOf(attributes, id) {
  const title = attributes?.title ?? attributes?.name
  return typeof title === 'string' && title !== '' ? title : id
}

/**
 * The item itself and the one because of which it was found.
 *
 * @param {any} item
 * @returns {string[]}
 */
function idsOf({ id, because }) {
  return because === undefined ? [String(id)] : [String(id), String(because)]
}

/**
 * @param {any} item
 * @param {number} index
 * @param {ReadonlyMap<string, Attributes>} attributes
 * @returns {PageItem}
 */
function readItem(item, index, attributes) {
  const [id, because] = /** @type {[string, string?]} */ (idsOf(item))
  const first = item.source === undefined ? [] : [String(item.source)]
  const others = Array.isArray(item.sources) ? item.sources.map(String) : []
  return {
    id,
    position: item.position ?? index + 1,
    score: item.score,
    probability: item.probability,
    sources: [...new Set([...first, ...others])],
    because: because === undefined ? undefined : { id: because, title: titleOf(attributes.get(because), because) },
    isSponsored: item.sponsored === true,
    movedFrom: item.movedFrom,
    attributes: attributes.get(id) ?? {},
  }
}
