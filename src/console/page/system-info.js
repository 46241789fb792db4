// What `GET /v1/systems/:name` says, whatever of it is there.

/**
 * @typedef {Record<string, { entity?: string | undefined }>} EventFields - by name of the field
 */

/**
 * @typedef {object} SystemInfo
 * @property {string} name
 * @property {string} task
 * @property {string} subject - the entity that asks, such as `user`
 * @property {string} item - the entity that is shown, such as `video`
 * @property {string | null} model - the version that ranks; null when there is none yet
 * @property {number | undefined} offset - the last that the state has seen
 * @property {Record<string, EventFields>} events - by name
 * @property {Record<string, string>} fields - of a system that searches: the kind of each field of its index
 */

/**
 * @param {any} body
 * @returns {SystemInfo}
 */
export function readSystem(body) {
  const champion = body?.champion ?? body?.model
  const version = champion?.version ?? champion
  return {
    name: String(body?.name ?? ''),
    task: String(body?.task ?? body?.problem?.task ?? 'ranking'),
    subject: String(body?.subject ?? 'user'),
    item: String(body?.item ?? 'video'),
    model: version === undefined || version === null ? null : String(version),
    offset: body?.health?.offset,
    events: body?.events ?? {},
    fields: Object.fromEntries(
      Object.entries(body?.fields ?? {}).map(([name, field]) => [name, String(field?.kind ?? field)]),
    ),
  }
}

/**
 * The field of an event that holds the key of an entity.
 *
 * @param {EventFields | undefined} fields
 * @param {string} entity
 * @returns {string | undefined}
 */
export function fieldOf(fields, entity) {
  if (!fields) return undefined
  const referring = Object.keys(fields).find((name) => fields[name]?.entity === entity)
  return referring ?? (Object.hasOwn(fields, entity) ? entity : undefined)
}
