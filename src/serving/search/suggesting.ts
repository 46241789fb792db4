import type { SearchSystem } from '../../application/index.ts'
import type { EventLog, EventRecord } from '../../data/index.ts'
import { QuerySuggestions, type Suggestion, type SuggestionRequest } from '../../retrieval/index.ts'

/** What suggestions need of a search system. */
type Suggested = Pick<SearchSystem, 'queries'> & { readonly suggestions: SearchSystem['suggestions'] | undefined }

/** Records that are read between two turns of others: some milliseconds. */
const RECORDS_A_TURN = 5_000

/**
 * The suggestions of one search system. They are filled from the log when they are first asked for, and before each
 * answer with what has come since: so they hold what was committed, and after an erasure are made anew.
 */
export class Suggesting {
  readonly #log: Pick<EventLog, 'read' | 'head'>
  readonly #queries: SearchSystem['queries']
  /** The field of a query's event with who asked. */
  readonly #asker: string
  readonly #known: QuerySuggestions
  #next = 1
  #following: Promise<void> | undefined

  constructor(log: Pick<EventLog, 'read' | 'head'>, system: Suggested, asker: string) {
    this.#log = log
    this.#queries = system.queries
    this.#asker = asker
    this.#known = new QuerySuggestions(system.suggestions)
  }

  /**
   * What may be meant by what is typed.
   *
   * @throws SluiceError as {@link QuerySuggestions.suggest} does
   * @remarks O(log) the first time, in turns with other work; then O(what has come since).
   */
  async suggest(request: SuggestionRequest): Promise<Suggestion[]> {
    this.#following ??= this.#follow().finally(() => {
      this.#following = undefined
    })
    await this.#following
    return this.#known.suggest(request)
  }

  async #follow(): Promise<void> {
    let read = 0
    const { head } = this.#log
    for (const { firstOffset, records } of this.#log.read(this.#next, head)) {
      for (const record of records) this.#add(record)
      this.#next = firstOffset + records.length
      read += records.length
      if (read < RECORDS_A_TURN) continue
      read = 0
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#next = head + 1
  }

  #add(record: EventRecord): void {
    const { event, text, results } = this.#queries
    if (record.type !== event) return
    const person = record[this.#asker]
    const found = results === undefined ? undefined : record[results]
    this.#known.add({
      text: String(record[text]),
      at: record.at,
      ...(typeof person === 'string' ? { person } : {}),
      ...(typeof found === 'number' ? { results: found } : {}),
    })
  }
}
