import { type Duration, durationMs, SluiceError } from '../../foundation/index.ts'
import { QueryCrowd } from './query-crowd.ts'
import { QueryTrie } from './query-trie.ts'
import { isOneSlipApart, normalPrefix, normalQuery, rememberedStems, wordList } from './query-words.ts'
import { typedPlaces } from './typed-places.ts'

const [MOST_SUGGESTED, LARGEST_LIMIT] = [10, 100]
/** Of a person, as many queries are looked at, those that were new to them last. */
const MOST_OWN_QUERIES = 1_000
const SHORTEST_HALF_LIFE_MS = 60_000
/** How much more often, in powers of two, a query is asked than another that is taken for a slip of it. */
const SLIP_ODDS = 3
const SHORTEST_SLIP = 5
/** So many more are looked at, since some turn out to be slips of others. */
const MORE_FOR_SLIPS = 5

export interface SuggestionOptions {
  /** When what people ask has lost half of its weight, from a minute on; `14d` when absent. */
  readonly halfLife?: Duration | undefined
  /** So many different people must have asked a query before it is suggested to others, at least 1; 3 when absent. */
  readonly minimumPeople?: number | undefined
  /** Words, and words in a row, in any of their forms; a query that has one is never suggested. */
  readonly blocked?: readonly string[] | undefined
  /** Queries that may be suggested however few people asked them, and whatever words they have. */
  readonly safe?: readonly string[] | undefined
  /** Whether nothing but `safe` is suggested to others; false when absent. */
  readonly safeOnly?: boolean | undefined
}

/** A query as the log has it. */
export interface AskedQuery {
  readonly text: string
  /** Who asked; nobody is counted when absent. */
  readonly person?: string | undefined
  /** Milliseconds since 1970. */
  readonly at: number
  /** What it found, if that is known; what found nothing last time is not suggested. */
  readonly results?: number | undefined
}

export interface SuggestionRequest {
  /** What has been typed so far; nothing is allowed. */
  readonly typed: string
  /** Whose own queries come first. */
  readonly person?: string | undefined
  /** Milliseconds since 1970: the moment that `people` is of. */
  readonly at: number
  /** At most so many, from 1 to 100; 10 when absent. */
  readonly limit?: number | undefined
  /** At most so many of the person's own; 3 when absent. */
  readonly own?: number | undefined
  /** Says of a query whether it finds anything now; asked of those that would be shown, at most 10 times the limit. */
  readonly finds?: ((query: string) => boolean) | undefined
}

export interface Suggestion {
  readonly text: string
  /** `own`: this person asked it; `people`: others did. */
  readonly source: 'own' | 'people'
  /** How many people it is worth at the moment, each fading with the half-life since they asked last; 0 for `own`. */
  readonly people: number
  /** Whether what is typed was taken for a slip. */
  readonly corrected: boolean
}

/**
 * Completes what is typed by what people asked before: first what this person asked, latest first, then what most people
 * did of late. A person counts once a query, and fades since they asked last. Queries are one when they differ in case,
 * accents, quotes and spaces, and only one is shown of those with the same word stems; of two that are a slip apart the
 * far more popular one. A query is shown to others only when enough people asked it, when it has no blocked word, and
 * when it found something the last time.
 *
 * It is filled from the log in its order and says the same however often it was asked.
 */
export class QuerySuggestions {
  readonly #trie = new QueryTrie()
  readonly #crowd: QueryCrowd
  readonly #stemsOf = rememberedStems()
  readonly #minimumPeople: number
  readonly #safeOnly: boolean
  readonly #isBlocked: (query: string) => boolean
  readonly #safe: ReadonlySet<string>
  /** By query: what it found last, -1 when nobody said, and whether its words allow it. */
  readonly #results: number[] = []
  readonly #isFit: boolean[] = []
  readonly #isSafe: boolean[] = []
  /** Queries that were asked since anybody was last told something. */
  readonly #unweighed = new Set<number>()

  /** @throws SluiceError `INVALID_ARGUMENT` at a half-life below a minute, or when nobody is enough people */
  constructor(options: SuggestionOptions = {}) {
    const { halfLife = '14d', minimumPeople = 3, blocked = [], safe = [], safeOnly = false } = options
    const halfLifeMs = durationMs(halfLife)
    if (halfLifeMs < SHORTEST_HALF_LIFE_MS) throw invalid('halfLife', 'a minute or more', halfLife)
    requireWhole('minimumPeople', minimumPeople, 1, 1e9)
    this.#crowd = new QueryCrowd(halfLifeMs)
    this.#minimumPeople = minimumPeople
    this.#isBlocked = wordList(blocked)
    this.#safe = new Set(safe.flatMap((text) => normalQuery(text) ?? []))
    this.#safeOnly = safeOnly
  }

  /** How many different queries are known. */
  get size(): number {
    return this.#trie.size
  }

  /** Adds a query of the log. One that is empty or of more than 80 letters is left out. O(length). */
  add({ text, person, at, results }: AskedQuery): void {
    const normal = normalQuery(text)
    if (normal === undefined) return
    const known = this.#trie.find(normal)
    // What nobody asked has nobody to forget it with.
    if (known < 0 && person === undefined) return
    const query = known < 0 ? this.#newQuery(normal) : known
    if (results !== undefined) this.#results[query] = results
    if (person !== undefined) this.#crowd.ask(person, query, at)
    this.#unweighed.add(query)
  }

  /**
   * What may be meant by what is typed, best first.
   *
   * @throws SluiceError `INVALID_ARGUMENT` at a limit that is no whole number from 1 to 100
   */
  suggest(request: SuggestionRequest): Suggestion[] {
    const { typed, person, at, limit = MOST_SUGGESTED, own = 3, finds = () => true } = request
    requireWhole('limit', limit, 1, LARGEST_LIMIT)
    requireWhole('own', own, 0, LARGEST_LIMIT)
    this.#weighAll()
    const prefix = normalPrefix(typed)
    const shown = new Map<string, Suggestion>()
    if (person !== undefined) {
      for (const text of this.#ownQueries(person, prefix)) {
        if (shown.size >= Math.min(own, limit)) break
        const stems = this.#stemsOf(text)
        if (shown.has(stems) || !finds(text)) continue
        shown.set(stems, { text, source: 'own', people: 0, corrected: false })
      }
    }
    for (const { number, text, stems, cost } of this.#ofPeople(prefix, limit, new Set(shown.keys()), finds)) {
      if (shown.size >= limit) break
      const people = this.#crowd.worthAt(number, at)
      shown.set(stems, { text, source: 'people', people, corrected: cost > 0 })
    }
    return [...shown.values()]
  }

  /**
   * Forgets a person: what they asked counts no more, and what nobody else asked is not known any more. What a query
   * that others asked too found last stays, whoever asked last.
   *
   * @returns how many queries they had asked
   */
  forget(person: string): number {
    const queries = this.#crowd.forget(person)
    for (const query of queries) {
      if (this.#crowd.people(query) === 0) {
        this.#trie.remove(query)
        this.#unweighed.delete(query)
      } else this.#unweighed.add(query)
    }
    return queries.length
  }

  #newQuery(normal: string): number {
    const query = this.#trie.add(normal)
    this.#results[query] = -1
    this.#isSafe[query] = this.#safe.has(normal)
    this.#isFit[query] = this.#isSafe[query] || !this.#isBlocked(normal)
    return query
  }

  #weighAll(): void {
    for (const query of this.#unweighed) this.#weigh(query)
    this.#unweighed.clear()
  }

  #weigh(query: number): void {
    const isMany = this.#crowd.people(query) >= this.#minimumPeople && !this.#safeOnly
    const isShown = (isMany || this.#isSafe[query]) && this.#mayBeShown(query)
    this.#trie.setWeight(query, isShown ? this.#crowd.weight(query) : Number.NEGATIVE_INFINITY)
  }

  #mayBeShown(query: number): boolean {
    return this.#isFit[query]! && this.#results[query] !== 0
  }

  /** A person's own queries that begin as typed, the one that was asked last first. */
  #ownQueries(person: string, prefix: string): string[] {
    const found: { text: string; at: number }[] = []
    let looked = 0
    for (const { query, at } of this.#crowd.queriesOf(person)) {
      if (++looked > MOST_OWN_QUERIES) break
      if (!this.#mayBeShown(query)) continue
      const text = this.#trie.text(query)
      if (text.startsWith(prefix) && text !== prefix) found.push({ text, at })
    }
    return found.sort((a, b) => b.at - a.at || (a.text < b.text ? -1 : 1)).map(({ text }) => text)
  }

  /** What others asked, best first, one of every stems, without what is a slip of something far more popular. */
  #ofPeople(prefix: string, limit: number, stemsShown: Set<string>, finds: (query: string) => boolean): Completion[] {
    const look = (atEnd: boolean): { found: Completion[]; looks: number } => {
      const found: Completion[] = []
      let looks = 0
      for (const { number, text, cost } of this.#trie.heaviest(typedPlaces(this.#trie, prefix, { atEnd }))) {
        if (++looks > 10 * limit || found.length === limit + MORE_FOR_SLIPS) break
        const stems = this.#stemsOf(text)
        // What is typed already needs no completion.
        if (text === prefix.trimEnd() || stemsShown.has(stems) || !finds(text)) continue
        stemsShown.add(stems)
        found.push({ number, text, stems, weight: this.#trie.weight(number), cost })
      }
      return { found, looks }
    }
    // Only when nothing at all goes on as typed, the last letter itself is in doubt.
    const first = look(false)
    const { found } = first.looks === 0 ? look(true) : first
    return found.filter(({ text, weight }) => {
      if (text.length < SHORTEST_SLIP) return true
      return !found.some((other) => other.weight - weight >= SLIP_ODDS && isOneSlipApart(other.text, text))
    })
  }
}

/** A query that others asked. */
interface Completion {
  readonly number: number
  readonly text: string
  readonly stems: string
  readonly weight: number
  readonly cost: number
}

function requireWhole(name: string, value: number, low: number, high: number): void {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return
  throw invalid(name, `a whole number from ${low} to ${high}`, String(value))
}

function invalid(name: string, expected: string, got: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `suggestions: ${name}: expected ${expected}, got ${got}`)
}
