import type { SearchSystem } from '../../application/index.ts'
import type { EventLog, EventRecord } from '../../data/index.ts'
import type { SearchLog } from '../../evaluation/index.ts'
import { satisfies } from '../../problem/index.ts'

/** Searches that are looked at, at most: the newest. */
const MOST_SEARCHES = 500_000
/** Records that are read between two turns of others: some milliseconds. */
const RECORDS_A_TURN = 5_000

/** A search, and what came of it. */
interface Logged {
  readonly text: string
  readonly results: number
  readonly tookMs: number
  clicks: number
}

/**
 * The searches of a log since a moment with how many documents were chosen in each: of those events that a ranking
 * learns as its label, or of the problem's objective without one, by the decision that they name.
 *
 * @param sinceMs - by the time of the events, in milliseconds since the Unix epoch
 * @remarks O(log), in turns with other work; the newest 500,000 searches.
 */
export async function readSearchLog(
  log: Pick<EventLog, 'read'>,
  { queries, ranking, problem }: Pick<SearchSystem, 'queries' | 'ranking' | 'problem'>,
  sinceMs = Number.NEGATIVE_INFINITY,
): Promise<SearchLog> {
  const { event, where } = ranking?.label ?? { event: problem.objective, where: undefined }
  const group = ranking?.examples.kind === 'exposures' ? ranking.examples.group : queries.decision
  const searches = new Map<string, Logged>()
  const look = (record: EventRecord): void => {
    if (record.type === queries.event) {
      if (record.at < sinceMs) return
      if (searches.size === MOST_SEARCHES) searches.delete(searches.keys().next().value ?? '')
      searches.set(String(record[queries.decision]), loggedOf(record, queries))
    } else if (record.type === event && satisfies(record, where)) {
      const search = searches.get(String(record[group]))
      if (search) search.clicks++
    }
  }
  let read = 0
  for (const { records } of log.read()) {
    for (const record of records) look(record)
    read += records.length
    if (read < RECORDS_A_TURN) continue
    read = 0
    await new Promise((resolve) => setImmediate(resolve))
  }
  const all = [...searches.values()]
  return {
    texts: all.map(({ text }) => text),
    results: Float64Array.from(all, ({ results }) => results),
    tookMs: Float64Array.from(all, ({ tookMs }) => tookMs),
    clicks: Float64Array.from(all, ({ clicks }) => clicks),
  }
}

function loggedOf(record: EventRecord, { text, results, tookMs }: SearchSystem['queries']): Logged {
  const number = (field: string | undefined): number => {
    const value = field === undefined ? undefined : record[field]
    return typeof value === 'number' ? value : Number.NaN
  }
  return { text: String(record[text]), results: number(results), tookMs: number(tookMs), clicks: 0 }
}
