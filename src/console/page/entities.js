import { get } from './api.js'

/** @typedef {Record<string, any>} Attributes */

/** Ids that the server takes in one request. */
const BATCH = 100
/** Offered for choice. */
const LISTED = 200

/** @type {Map<string, Attributes>} */
const known = new Map()

/**
 * The attributes of some entities: those that are not known yet are asked for. What cannot be had is left out, so that
 * a page shows ids rather than nothing.
 *
 * @param {string} entity
 * @param {readonly string[]} ids
 * @returns {Promise<ReadonlyMap<string, Attributes>>} by id
 */
export async function attributesOf(entity, ids) {
  const missing = [...new Set(ids)].filter((id) => !known.has(keyOf(entity, id)))
  const batches = Array.from({ length: Math.ceil(missing.length / BATCH) }, (_, index) =>
    missing.slice(index * BATCH, (index + 1) * BATCH),
  )
  await Promise.allSettled(batches.map((batch) => fetchThese(entity, batch)))
  const found = new Map()
  for (const id of ids) {
    const attributes = known.get(keyOf(entity, id))
    if (attributes) found.set(id, attributes)
  }
  return found
}

/**
 * The first entities of a kind.
 *
 * @param {string} entity
 * @returns {Promise<Attributes[]>}
 */
export async function listEntities(entity) {
  return remember(entity, await get(`${pathOf(entity)}?limit=${LISTED}`))
}

/**
 * @param {string} entity
 * @param {readonly string[]} ids
 */
async function fetchThese(entity, ids) {
  const search = new URLSearchParams(ids.map((id) => ['id', id]))
  remember(entity, await get(`${pathOf(entity)}?${search}`))
}

/**
 * @param {string} entity
 * @param {any} body
 * @returns {Attributes[]}
 */
function remember(entity, body) {
  const items = Array.isArray(body?.items) ? body.items : []
  for (const item of items) known.set(keyOf(entity, item.id), item)
  return items
}

/** @param {string} entity */
function pathOf(entity) {
  return `/v1/entities/${encodeURIComponent(entity)}`
}

/**
 * @param {string} entity
 * @param {string} id
 */
function keyOf(entity, id) {
  return `${entity}/${id}`
}
