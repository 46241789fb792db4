import { get } from './api.js'
import { showCases, startReviewing } from './case-queue.js'
import { byId, element } from './element.js'
import { showFacts } from './facts.js'
import { clearNotice } from './notices.js'
import { showDone, showLists, showRules, showWatch } from './policy-panels.js'
import { offerQuestion } from './score-form.js'
import { watchServer } from './server-watch.js'
import { readSystem } from './system-info.js'
import { fail, showEmpty } from './what-went-wrong.js'

/** @import { SystemInfo } from './system-info.js' */

/** How often the page looks at what others do. */
const LOOK_MS = 10_000

/** @type {SystemInfo | undefined} */
let system
/** @type {ReturnType<typeof setTimeout> | undefined} */
let next

byId('system').addEventListener('change', (/** @type {Event} */ event) => {
  if (event.target instanceof HTMLSelectElement) open(event.target.value)
})
startReviewing(() => system, look)
watchServer(start)
start()

/** From the list of systems to the first that scores; again whenever the server has come back. */
async function start() {
  try {
    const { systems = [] } = await get('/v1/systems')
    clearNotice('systems')
    const wanted = new URLSearchParams(location.search).get('system')
    const scoring = systems.filter((/** @type {any} */ one) => one.task === 'classification')
    const first = scoring.find((/** @type {any} */ one) => one.name === wanted) ?? scoring[0]
    byId('system').replaceChildren(
      ...systems.map((/** @type {any} */ { name, task }) =>
        element('option', { value: name, selected: name === first?.name, 'data-task': task }, name),
      ),
    )
    byId('system').disabled = systems.length < 2
    if (first) await open(first.name)
    else showEmpty('This server has no system that scores.', 'The console shows the pages of other systems.')
  } catch (error) {
    fail('systems', error, start)
  }
}

/** @param {string} name */
async function open(name) {
  const option = byId('system').selectedOptions[0]
  if (option?.dataset.task !== 'classification') {
    location.assign(`./?${new URLSearchParams({ system: name })}`)
    return
  }
  history.replaceState(null, '', `?${new URLSearchParams({ system: name })}`)
  try {
    system = readSystem({ name, ...(await get(`/v1/systems/${encodeURIComponent(name)}`)) })
    clearNotice('system')
    offerQuestion(system, look)
    await look()
  } catch (error) {
    fail('system', error, () => open(name))
  }
}

/** Shows what is there now: cases, rules, lists, and what was noticed. */
async function look() {
  clearTimeout(next)
  if (!system) return
  const { name, subject } = system
  const path = `/v1/systems/${encodeURIComponent(name)}`
  try {
    const [about, cases, rules, lists] = await Promise.all([
      get(path),
      get(`${path}/cases?limit=20`),
      get(`${path}/rules`),
      get(`${path}/lists?limit=10`),
    ])
    clearNotice('look')
    const { model, offset } = readSystem({ name, ...about })
    showFacts({ model, offset })
    showCases(cases, subject)
    showDone(rules, about.report)
    showWatch(name, about.report)
    showRules(rules)
    showLists(lists)
  } catch (error) {
    fail('look', error, look)
  }
  next = setTimeout(look, LOOK_MS)
}
