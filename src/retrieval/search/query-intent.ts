import { BoundedMap, ByteReader, ByteWriter } from '../../foundation/index.ts'
import { type QueryClass, QueryClasses } from '../../models/index.ts'
import { type Condition, satisfies } from '../../problem/index.ts'
import { queryTerms } from './query-terms.ts'
import { filterFields, type SearchDocuments, searchAnalysis } from './search-documents.ts'

/** Queries whose clicks are still waited for: the newest. */
const OPEN_QUERIES = 100_000

/** The events that tell what queries mean. */
export interface IntentEvents {
  readonly queries: { readonly event: string; readonly text: string; readonly decision: string }
  readonly clicks: {
    readonly event: string
    readonly where?: Condition | undefined
    /** Its field with the decision of the query that it followed. */
    readonly decision: string
    /** Its field with the document. */
    readonly document: string
    /** A click that comes later after its query says nothing. */
    readonly withinMs: number
  }
}

/** A record of the log. */
type IntentRecord = Readonly<Record<string, unknown>> & { readonly type: string; readonly at: number }

/**
 * Which class of documents a query means, such as a product's category, learnt from what was clicked after queries. It is
 * a function of the records that it was given, in order: training, serving and whoever makes a search again give it the
 * log up to the offset of the search. A click says of the words as they were typed that they mean the class that its
 * document had at that moment.
 *
 * @remarks Memory: what {@link QueryClasses} takes, the class of every document, and the newest 100,000 queries.
 */
export class QueryIntent {
  readonly #documents: string
  readonly #by: string
  readonly #events: IntentEvents
  readonly #termsOf: (text: string) => string[]
  #model = new QueryClasses()
  readonly #classes = new Map<string, string>()
  readonly #asked = new BoundedMap<string, { readonly text: string; readonly at: number }>(OPEN_QUERIES)

  constructor(spec: SearchDocuments, by: string, events: IntentEvents) {
    this.#documents = spec.documents
    this.#by = by
    this.#events = events
    const own = searchAnalysis(spec)
    const filters = filterFields(spec)
    this.#termsOf = (text) => queryTerms(text, own, filters)
  }

  /** Clicks that were learnt from. */
  get clicks(): number {
    return this.#model.clicks
  }

  /** All that it has learnt, for one of the same definition. */
  save(): Uint8Array {
    const writer = new ByteWriter().bytes(this.#model.save())
    return writer
      .json([...this.#classes])
      .json([...this.#asked.entries()])
      .finish()
  }

  /** Goes on from what {@link save} gave; nothing may have been learnt yet. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
  load(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes, 'MODEL_CORRUPT')
    this.#model = QueryClasses.load(reader.bytes())
    for (const [document, name] of reader.json() as [string, string][]) this.#classes.set(document, name)
    for (const [decision, query] of reader.json() as [string, { text: string; at: number }][]) {
      this.#asked.set(decision, query)
    }
  }

  /** Takes the next record of the log; most say nothing. */
  apply(record: IntentRecord): void {
    const { queries, clicks } = this.#events
    // A kind of event may be named by more than one part.
    if (record.type === this.#documents) this.#describe(record)
    if (record.type === clicks.event) this.#learn(record)
    if (record.type === queries.event) {
      this.#asked.set(String(record[queries.decision]), { text: String(record[queries.text]), at: record.at })
    }
  }

  #describe(record: IntentRecord): void {
    const name = record[this.#by]
    if (name !== null && name !== undefined) this.#classes.set(String(record[this.#documents]), String(name))
  }

  #learn(record: IntentRecord): void {
    const { where, decision, document, withinMs } = this.#events.clicks
    const query = this.#asked.get(String(record[decision]))
    const name = this.#classes.get(String(record[document]))
    if (query === undefined || name === undefined || !satisfies(record, where)) return
    if (record.at <= query.at + withinMs) this.#model.add(this.#termsOf(query.text), name)
  }

  /** The classes that a query most likely means, best first; none before the first click. */
  likeliest(terms: readonly string[], limit: number): QueryClass[] {
    return this.#model.likeliest(terms, limit)
  }

  /**
   * Says how likely a query means the class of a document; `NaN` of one that has none.
   *
   * @param terms - of the query, in order, as it was understood
   * @returns from the id of a document to a probability
   */
  about(terms: readonly string[]): (document: string) => number {
    const probability = this.#model.about(terms)
    const known = new Map<string, number>()
    return (document) => {
      const name = this.#classes.get(document)
      if (name === undefined) return Number.NaN
      const own = known.get(name) ?? probability(name)
      known.set(name, own)
      return own
    }
  }
}
