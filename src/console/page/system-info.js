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
 */

/** The events of the built-in applications by their objective, for a server that does not tell its own. */
const KNOWN_EVENTS = {
  rating: { rating: ['user', 'video', 'stars'], hide: ['user', 'video'] },
  watch: {
    impression: ['user', 'video', 'position', 'decision'],
    watch: ['user', 'video', 'seconds', 'decision'],
    hide: ['user', 'video'],
    block: ['user', 'creator'],
  },
}

/**
 * @param {any} body
 * @returns {SystemInfo}
 */
export function readSystem(body) {
  const champion = body?.champion ?? body?.model
  const version = champion?.version ?? champion
  const objective = body?.problem?.objective ?? body?.objective
  return {
    name: String(body?.name ?? ''),
    task: String(body?.task ?? body?.problem?.task ?? 'ranking'),
    subject: String(body?.subject ?? 'user'),
    item: String(body?.item ?? 'video'),
    model: version === undefined || version === null ? null : String(version),
    offset: body?.health?.offset,
    events: readEvents(
      body?.events ?? body?.schema?.events ?? (objective === 'rating' ? KNOWN_EVENTS.rating : KNOWN_EVENTS.watch),
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

/**
 * @param {any} events - an object by name, or a list of `{name, fields}`
 * @returns {Record<string, EventFields>}
 */
function readEvents(events) {
  const entries = Array.isArray(events)
    ? events.map((event) => [event?.name ?? event, event?.fields])
    : Object.entries(events)
  return Object.fromEntries(entries.map(([name, fields]) => [String(name), readFields(fields?.fields ?? fields)]))
}

/**
 * @param {any} fields - names, `{name, ...}` objects, or an object by name
 * @returns {EventFields}
 */
function readFields(fields) {
  if (!Array.isArray(fields)) return { ...fields }
  return Object.fromEntries(
    fields.map((field) => (typeof field === 'string' ? [field, {}] : [String(field?.name), field])),
  )
}
