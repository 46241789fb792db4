import { get } from './api.js'
import { byId, element } from './element.js'
import { showFacets } from './facet-list.js'
import { showFacts } from './facts.js'
import { clearNotice, showNotice } from './notices.js'
import { askSearch } from './search-request.js'
import { showResults } from './search-results.js'
import { openSearchWhy } from './search-why.js'
import { watchServer } from './server-watch.js'
import { startSuggestions } from './suggest-box.js'
import { readSystem } from './system-info.js'
import { fail, showEmpty } from './what-went-wrong.js'
import { milliseconds, plural } from './words.js'

/** @import { Answer, Search } from './search-request.js' */
/** @import { SystemInfo } from './system-info.js' */

const PAGE = 20
const MOST = 100

/** @type {SystemInfo | undefined} */
let system
/** @type {Search} */
let search = { query: '', user: '', filters: {}, limit: PAGE }
/** Of the last search: an older one must not overwrite what a newer one has shown. */
let asking = new AbortController()

const suggestions = startSuggestions(
  () => system && { system: system.name, subject: system.subject, user: byId('user').value.trim() },
  (query) => run({ ...typed(), query }),
)
byId('search-form').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
  event.preventDefault()
  const query = suggestions.chosen() ?? byId('query').value
  byId('query').value = query
  suggestions.close()
  run({ ...typed(), query })
})
byId('system').addEventListener('change', (/** @type {Event} */ event) => {
  if (event.target instanceof HTMLSelectElement) open(event.target.value)
})
byId('more').addEventListener('click', () => run({ ...search, limit: Math.min(MOST, search.limit + PAGE) }))
watchServer(start)
start()

/** A new search with what stands in the form. */
function typed() {
  return { query: byId('query').value, user: byId('user').value.trim(), filters: search.filters, limit: PAGE }
}

/** From the list of systems to the first search; again whenever the server has come back. */
async function start() {
  try {
    const { systems = [] } = await get('/v1/systems')
    clearNotice('systems')
    const asked = new URLSearchParams(location.search)
    const searching = systems.filter((/** @type {any} */ one) => one.task === 'search')
    const first = searching.find((/** @type {any} */ one) => one.name === asked.get('system')) ?? searching[0]
    byId('system').replaceChildren(
      ...systems.map((/** @type {any} */ { name, task }) =>
        element('option', { value: name, selected: name === first?.name, 'data-task': task }, name),
      ),
    )
    byId('system').disabled = byId('system').children.length < 2
    if (first) await open(first.name)
    else showEmpty('This server has no system that searches.', 'The console shows the pages of other systems.')
  } catch (error) {
    fail('systems', error, start)
  }
}

/** @param {string} name */
async function open(name) {
  const option = byId('system').selectedOptions[0]
  if (option?.dataset.task !== 'search') {
    location.assign(`./?${new URLSearchParams({ system: name })}`)
    return
  }
  try {
    const opened = readSystem({ name, ...(await get(`/v1/systems/${encodeURIComponent(name)}`)) })
    clearNotice('system', 'search')
    system = opened
    showFacts({ model: opened.model, offset: opened.offset })
    byId('user-label').textContent = opened.subject.charAt(0).toUpperCase() + opened.subject.slice(1)
    for (const control of byId('search-form').elements) control.disabled = false
    search = readAddress()
    byId('query').value = search.query
    byId('user').value = search.user
    byId('query').focus()
    await run(search)
  } catch (error) {
    fail('system', error, () => open(name))
  }
}

/** The search that the address of the page names. */
function readAddress() {
  const asked = new URLSearchParams(location.search)
  let filters = {}
  try {
    filters = JSON.parse(asked.get('filters') ?? '{}')
  } catch {
    showNotice('address', 'The filters in the address cannot be read; they are left out.', { kind: 'warn' })
  }
  return { query: asked.get('query') ?? '', user: asked.get('user') ?? '', filters, limit: PAGE }
}

/** @param {Search} next */
async function run(next) {
  if (!system) return
  search = next
  const { query, user, filters } = next
  const address = {
    system: system.name,
    query,
    user,
    ...(isEmpty(filters) ? {} : { filters: JSON.stringify(filters) }),
  }
  history.replaceState(null, '', `?${new URLSearchParams(address)}`)
  asking.abort()
  asking = new AbortController()
  const { signal } = asking
  byId('results').setAttribute('aria-busy', 'true')
  try {
    const answer = await askSearch(system, next, signal)
    clearNotice('search')
    show(answer)
  } catch (error) {
    if (!signal.aborted) fail('search', error, () => run(next))
  } finally {
    if (!signal.aborted) byId('results').removeAttribute('aria-busy')
  }
}

/** @param {Answer} answer */
function show(answer) {
  const { results, total, model, asOf, degraded, tookMs } = answer
  showFacts({ model, offset: asOf })
  showResults(byId('results'), results, (result) => openSearchWhy(answer, result))
  showFacets(byId('facets'), answer.facets, search.filters, (field, filter) => {
    const { [field]: _before, ...others } = search.filters
    run({ ...search, filters: filter === undefined ? others : { ...others, [field]: filter }, limit: PAGE })
  })
  const found = total ?? results.length
  const isWhole = total !== undefined || results.length < search.limit
  byId('latest').textContent = `${isWhole ? '' : 'at least '}${plural(found, 'result')} in ${milliseconds(tookMs)}`
  byId('more').hidden = results.length < search.limit || search.limit >= MOST || found <= results.length
  showMeant(answer)
  const left = answer.givenUp.map(({ rule, asked, got }) => `${rule} (${got} of ${asked})`)
  const reasons = [...degraded.filter((reason) => !(model === null && reason.startsWith('ranker'))), ...left]
  if (reasons.length > 0) showNotice('degraded', `Missing from this page: ${reasons.join('; ')}.`, { kind: 'warn' })
  else clearNotice('degraded')
  byId('empty').hidden = true
  if (results.length > 0) return
  if (search.query.trim() === '' && isEmpty(search.filters)) showEmpty('Nothing asked yet.', 'Type some words above.')
  else showEmpty('Nothing was found.', 'Try other words, or take a filter away.')
}

/** @param {Answer} answer */
function showMeant({ didYouMean, corrections }) {
  const place = byId('meant')
  if (didYouMean !== undefined && didYouMean !== search.query) {
    const take = () => {
      byId('query').value = didYouMean
      run({ ...search, query: didYouMean, limit: PAGE })
    }
    place.replaceChildren(
      'Did you mean ',
      element('button', { type: 'button', class: 'link', click: take }, didYouMean),
      '?',
    )
  } else {
    place.textContent = corrections.map(({ written, meant }) => `${written} was read as ${meant}`).join('; ')
  }
}

/** @param {object} filters */
function isEmpty(filters) {
  return Object.keys(filters).length === 0
}
