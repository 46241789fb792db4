import type { SearchSession } from '../../../systems/index.ts'
import { withProgress } from '../../output.ts'
import { askServer } from '../ask-server.ts'
import { type Latency, latencyOf } from '../latency.ts'

interface Answer {
  readonly found: number
  readonly corrections: readonly { readonly written: string; readonly meant: string }[]
  readonly intent?: UnderstoodQuery['intent']
  readonly items: readonly { readonly id: string }[]
}

interface Suggestions {
  readonly suggestions: readonly { readonly text: string; readonly corrected: boolean }[]
}

/** One search with a word that was taken for another. */
export interface UnderstoodQuery {
  readonly query: string
  readonly corrections: Answer['corrections']
  /** The categories that it likeliest means, as earlier clicks told. */
  readonly intent: readonly { readonly name: string; readonly probability: number }[]
}

/** What was asked over HTTP. */
export interface AskedSearches {
  readonly searchLatency: Latency
  /** Of completions, after each letter that is typed from the third on. */
  readonly suggestLatency: Latency
  /** The first query with a slip; absent when there was none. */
  readonly understood?: UnderstoodQuery
  /** What is offered after four letters of the query that most people asked. */
  readonly suggested: { readonly typed: string; readonly suggestions: readonly string[] }
}

const SEARCHES = 500
const TYPED = 100
const SHORTEST_TYPED = 3

/** Asks a server what people type, one after the other, and takes the time of each until its body is read. */
export async function askSearches(
  address: string,
  system: string,
  sessions: readonly SearchSession[],
): Promise<AskedSearches> {
  const asked = sessions.slice(0, SEARCHES)
  const times: number[] = []
  let understood: UnderstoodQuery | undefined
  await withProgress('asking over HTTP', async (update) => {
    for (const [place, { queries, user }] of asked.entries()) {
      const query = queries[0]!
      const started = performance.now()
      const answer = await askServer<Answer>(address, `/v1/systems/${system}/search`, { query, user, limit: 20 })
      times.push(performance.now() - started)
      if (answer.corrections.length > 0) {
        understood ??= { query, corrections: answer.corrections, intent: answer.intent ?? [] }
      }
      update(place, asked.length)
    }
  })
  const suggest = (typed: string) =>
    askServer<Suggestions>(address, `/v1/systems/${system}/suggest?${new URLSearchParams({ query: typed })}`)
  // The first answer reads the log.
  await suggest('a')
  const typing: number[] = []
  for (const { queries } of asked.slice(0, TYPED)) {
    for (let letters = SHORTEST_TYPED; letters < queries[0]!.length; letters++) {
      const started = performance.now()
      await suggest(queries[0]!.slice(0, letters))
      typing.push(performance.now() - started)
    }
  }
  const typed = (await suggest('')).suggestions[0]?.text.slice(0, 4) ?? ''
  const suggestions = (await suggest(typed)).suggestions.map(({ text }) => text)
  return {
    searchLatency: latencyOf(times),
    suggestLatency: latencyOf(typing),
    ...(understood ? { understood } : {}),
    suggested: { typed, suggestions },
  }
}
