import { post } from './api.js'
import { elapsedMs } from './clock.js'
import { attributesOf } from './entities.js'

/** @import { Attributes } from './entities.js' */
/** @import { SystemInfo } from './system-info.js' */

/** @typedef {Record<string, any>} Filters - by field, as the server takes them */

/**
 * @typedef {object} Search
 * @property {string} query
 * @property {string} user - empty: a stranger
 * @property {Filters} filters
 * @property {number} limit
 */

/**
 * @typedef {object} Result
 * @property {string} id
 * @property {number} position - from 1
 * @property {number} score
 * @property {number} text - how well its text answers
 * @property {number | undefined} movedFrom - rank by text, from 1
 * @property {string | undefined} pin - the pin that it stands there by
 * @property {boolean} isSponsored
 * @property {readonly { rule: string, places: number }[]} because - what moved it
 * @property {Attributes} attributes
 */

/**
 * @typedef {object} Answer
 * @property {string} decision
 * @property {number} asOf
 * @property {string | null} model
 * @property {readonly string[]} degraded
 * @property {number | undefined} total - documents of the query in all, as far as the server says it
 * @property {readonly { written: string, meant: string }[]} corrections
 * @property {string | undefined} didYouMean
 * @property {Record<string, any>} facets - by field
 * @property {readonly Result[]} results
 * @property {readonly { rule: string, asked: number, got: number }[]} givenUp - what rules ask for and the page does not hold
 * @property {number} tookMs
 */

/** How many values of a field are offered. */
const VALUES = 8

/**
 * Searches, and asks for the attributes of what is found.
 *
 * @param {SystemInfo} system
 * @param {Search} search
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
export async function askSearch(system, { query, user, filters, limit }, signal) {
  const startedMs = elapsedMs()
  const facets = facetsOf(system)
  const body = {
    query,
    limit,
    ...(Object.keys(filters).length > 0 ? { filters } : {}),
    ...(Object.keys(facets).length > 0 ? { facets } : {}),
    ...(user === '' ? {} : { [system.subject]: user }),
  }
  const answer = await post(`/v1/systems/${encodeURIComponent(system.name)}/search`, body, { signal })
  const tookMs = elapsedMs() - startedMs
  const items = Array.isArray(answer?.items) ? answer.items : []
  const attributes = await attributesOf(
    system.item,
    items.map((/** @type {any} */ item) => String(item.id)),
  )
  signal.throwIfAborted()
  return {
    decision: String(answer.decision),
    asOf: Number(answer.asOf ?? 0),
    model: answer.model ?? null,
    degraded: Array.isArray(answer.degraded) ? answer.degraded.map(String) : [],
    total: answer.total,
    corrections: Array.isArray(answer.corrections) ? answer.corrections : [],
    didYouMean: answer.didYouMean?.text,
    facets: answer.facets ?? {},
    results: items.map((/** @type {any} */ item, /** @type {number} */ index) => ({
      id: String(item.id),
      position: item.position ?? index + 1,
      score: item.score,
      text: item.text ?? item.score,
      movedFrom: item.movedFrom,
      pin: item.pin,
      isSponsored: item.sponsored === true,
      because: Array.isArray(item.because) ? item.because : [],
      attributes: attributes.get(String(item.id)) ?? {},
    })),
    givenUp: Array.isArray(answer.givenUp) ? answer.givenUp : [],
    tookMs,
  }
}

/**
 * What is counted: of fields of names their values, of numbers the ends, of dates the years.
 *
 * @param {SystemInfo} system
 * @returns {Record<string, object>}
 */
function facetsOf({ fields }) {
  /** @type {Record<string, object>} */
  const requests = { keyword: { most: VALUES }, boolean: {}, number: {}, date: { step: 'year' } }
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, kind]) => (requests[kind] ? [[name, requests[kind]]] : [])),
  )
}
