import type { EventRecord } from '../../../data/index.ts'
import { DAY_MS } from '../../../foundation/index.ts'
import { createSearchWorld, findApplication, generateSearchEvents } from '../../../systems/index.ts'
import { type SearchTrainingResult, trainSearchSystem } from '../../../training/index.ts'
import type { Demo, DemoOptions, ServedDemo } from '../demo.ts'
import { askSearches } from './ask-searches.ts'
import { type MeasuredSearches, searchDemoText } from './search-report.ts'
import { worthOfSearch } from './search-worth.ts'

/** The system that the demo is about. */
const SYSTEM = 'shop'
const DAYS = 21
/** Days at the end whose searches are not imported: they are what the system is tried on. */
const TRIED_DAYS = 2
const PLACES = 10

/** A shop's search: queries of people who say one thing in different words, and whose tastes the engine does not know. */
export function searchDemo({
  seed,
  people,
  products,
  days = DAYS,
}: DemoOptions): Demo<SearchTrainingResult, MeasuredSearches> {
  const world = createSearchWorld({ seed, users: people, products, days: days + TRIED_DAYS })
  const endMs = world.options.startMs + days * DAY_MS
  let legacyPages: ReadonlyMap<number, readonly string[]> = new Map()
  return {
    application: findApplication('search'),
    system: SYSTEM,
    size: { people, products, days },
    endMs,
    learn: trainSearchSystem,
    events() {
      const all = [...generateSearchEvents(world)]
      const first = all.findIndex(({ at }) => at >= endMs)
      legacyPages = firstPages(all.slice(first))
      return first < 0 ? all : all.slice(0, first)
    },
    async measure({ engine, address, seed: asked }) {
      const sessions = [...world.sessions({ fromMs: endMs })]
      const about = { sessions, legacyPages, atMs: endMs, seed: asked }
      return {
        worth: await worthOfSearch(engine, SYSTEM, world, about),
        ...(await askSearches(address, SYSTEM, sessions)),
        plantedPropensities: Array.from({ length: PLACES }, (_, place) => world.examinationProbability(place + 1)),
      }
    },
    text: searchDemoText,
    commands,
  }
}

/** What was shown in answer to the first query of each session, by the session's number. */
function firstPages(records: readonly EventRecord[]): ReadonlyMap<number, readonly string[]> {
  const pages = new Map<number, string[]>()
  for (const { type, decision, product } of records) {
    const [, session, attempt] = String(decision).split('-')
    if (attempt !== '0' || (type !== 'impression' && type !== 'query')) continue
    const page = pages.get(Number(session)) ?? []
    pages.set(Number(session), page)
    if (type === 'impression') page.push(String(product))
  }
  return pages
}

/** What can be tried with curl: a search, why, and completions. */
function commands({ address }: ServedDemo): string {
  const body = JSON.stringify({ query: 'wterproof hiking boots', user: 'u1', limit: 5 })
  return [
    'Try:',
    `  curl -s ${address}/v1/systems/${SYSTEM}/search -H 'content-type: application/json' -d '${body}'`,
    `  curl -s '${address}/v1/decisions/<decision of the answer>?explain=true'`,
    `  curl -s '${address}/v1/systems/${SYSTEM}/suggest?query=hik'`,
  ].join('\n')
}
