import { ByteWriter, SluiceError } from '../foundation/index.ts'
import { openModelFile, writeModelFile } from './model-file.ts'

const KIND = 'query-classes'
const VERSION = 1
/**
 * Clicks that a query must have before its own count as much as what its words say. This and the next were chosen by the
 * probability of each next click in generated shops of seeds 11 and 12.
 */
const QUERY_PRIOR = 3
/** Clicks that a word must have before its own count as much as what is clicked in general. */
const WORD_PRIOR = 10
/** Clicks of a class that nobody has clicked yet. */
const CLASS_PRIOR = 0.5

/** How likely a query is about a class. */
export interface QueryClass {
  readonly name: string
  readonly probability: number
}

/** What was clicked after one word, or one query. */
interface Clicks {
  total: number
  readonly byClass: Map<number, number>
}

/**
 * What queries are about, learnt from what was clicked after them: the class of a clicked thing, such as a product's
 * category. A query that many clicked after is told by its own clicks; one that is rare or new by its words, each of
 * which says how much more often than usual a class is clicked after it; and one whose words nobody used by what is
 * clicked in general:
 *
 *   p(c | query) = (n(query, c) + 3 q(c)) / (n(query) + 3),  q(c) ~ p(c) * product over words of p(c | word) / p(c),
 *   p(c | word) = (n(word, c) + 10 p(c)) / (n(word) + 10)
 *
 * Counts are added and taken away one by one, so it can be asked as of any moment of a log, and forgets a click wholly.
 * The same words in another order are another query. Weights that are whole numbers, or sums of halves, keep it
 * independent of the order of clicks; other weights (such as inverse propensities) do up to rounding.
 *
 * Memory: some 100 bytes a pair of word or query and class.
 */
export class QueryClasses {
  readonly #classes = new Map<string, number>()
  readonly #names: string[] = []
  /** The place of each class in the order of names; made anew when there are more. */
  #ranks = new Int32Array()
  readonly #all: Clicks = noClicks()
  readonly #words = new Map<string, Clicks>()
  readonly #queries = new Map<string, Clicks>()

  /** All clicks, by weight. */
  get clicks(): number {
    return this.#all.total
  }

  /** Classes that were clicked, by name. */
  get classes(): readonly string[] {
    return this.#inOrder([...this.#all.byClass.keys()]).map((number) => this.#names[number]!)
  }

  /**
   * Adds a click; with a weight below 0 takes one away that was added.
   *
   * @param words - of the query, in order, as the analysis of the index has them
   * @throws SluiceError `NOT_FINITE` at a weight that is no number
   */
  add(words: readonly string[], name: string, weight = 1): void {
    if (!Number.isFinite(weight)) {
      throw new SluiceError('NOT_FINITE', `query classes: expected a finite weight, got ${weight}; leave the click out`)
    }
    const known = this.#classes.get(name)
    const number = known ?? this.#names.length
    if (known === undefined) {
      this.#classes.set(name, number)
      this.#names.push(name)
    }
    count(this.#all, number, weight)
    for (const word of new Set(words)) countIn(this.#words, word, number, weight)
    countIn(this.#queries, words.join(' '), number, weight)
  }

  /** How likely a query is about a class; for one that nobody clicked, what is left to such. O(words * their classes). */
  probability(words: readonly string[], name: string): number {
    const number = this.#classes.get(name)
    return this.#read(words).probability(number ?? -1)
  }

  /** The classes a query is most likely about, best first; equal ones by name. */
  likeliest(words: readonly string[], limit: number): QueryClass[] {
    const reading = this.#read(words)
    const all = this.#inOrder([...this.#all.byClass.keys()])
    const probabilities = Float64Array.from(all, (number) => reading.probability(number))
    const best = Array.from(all.keys()).sort((a, b) => probabilities[b]! - probabilities[a]! || a - b)
    return best
      .slice(0, limit)
      .map((place) => ({ name: this.#names[all[place]!]!, probability: probabilities[place]! }))
  }

  /** Says {@link probability} of one query for many classes: the words are read once. */
  about(words: readonly string[]): (name: string) => number {
    const reading = this.#read(words)
    return (name) => reading.probability(this.#classes.get(name) ?? -1)
  }

  save(): Uint8Array {
    const payload = new ByteWriter().json({
      names: this.#names,
      all: plain(this.#all),
      words: Array.from(this.#words, ([word, clicks]) => [word, plain(clicks)]),
      queries: Array.from(this.#queries, ([query, clicks]) => [query, plain(clicks)]),
    })
    return writeModelFile(KIND, VERSION, payload.finish())
  }

  /** @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH`, see {@link openModelFile} */
  static load(bytes: Uint8Array): QueryClasses {
    const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
    const stored = payload.json() as StoredClasses
    const model = new QueryClasses()
    for (const name of stored.names) model.#classes.set(name, model.#names.push(name) - 1)
    fill(model.#all, stored.all)
    for (const [word, clicks] of stored.words) model.#words.set(word, fill(noClicks(), clicks))
    for (const [query, clicks] of stored.queries) model.#queries.set(query, fill(noClicks(), clicks))
    return model
  }

  #read(words: readonly string[]) {
    const own = this.#queries.get(words.join(' '))
    const said = [...new Set(words)].flatMap((word) => this.#words.get(word) ?? [])
    // A class that no word was clicked with has the same factor for all such classes.
    const unsaid = said.reduce((product, { total }) => (product * WORD_PRIOR) / (total + WORD_PRIOR), 1)
    const weights = new Map<number, number>()
    let restShare = 1
    let sum = 0
    // In the order of their names, so that the sum hangs on what was clicked alone.
    const met = new Set<number>()
    for (const { byClass } of said) for (const number of byClass.keys()) met.add(number)
    for (const number of this.#inOrder([...met])) {
      const share = this.#share(number)
      const weight = said.reduce((product, clicks) => product * liftOf(clicks, number, share), share)
      weights.set(number, weight)
      restShare -= share
      sum += weight
    }
    sum += Math.max(0, restShare) * unsaid
    return {
      probability: (number: number): number => {
        const byWords = (weights.get(number) ?? this.#share(number) * unsaid) / sum
        return ((own?.byClass.get(number) ?? 0) + QUERY_PRIOR * byWords) / ((own?.total ?? 0) + QUERY_PRIOR)
      },
    }
  }

  /** Sorts numbers of classes by their names. */
  #inOrder(numbers: number[]): number[] {
    if (this.#ranks.length < this.#names.length) {
      const names = this.#names
      const order = Int32Array.from(names.keys()).sort((a, b) => (names[a]! < names[b]! ? -1 : 1))
      this.#ranks = new Int32Array(names.length)
      for (let rank = 0; rank < order.length; rank++) this.#ranks[order[rank]!] = rank
    }
    const ranks = this.#ranks
    return numbers.sort((a, b) => ranks[a]! - ranks[b]!)
  }

  /** What is clicked in general; all classes that nobody clicked share one place beside the others. */
  #share(number: number): number {
    const total = this.#all.total + CLASS_PRIOR * (this.#all.byClass.size + 1)
    return ((this.#all.byClass.get(number) ?? 0) + CLASS_PRIOR) / total
  }
}

/** How much more often than in general a class is clicked after a word. */
function liftOf({ total, byClass }: Clicks, number: number, share: number): number {
  return ((byClass.get(number) ?? 0) / share + WORD_PRIOR) / (total + WORD_PRIOR)
}

type StoredClicks = readonly (readonly [number: number, weight: number])[]
interface StoredClasses {
  readonly names: readonly string[]
  readonly all: StoredClicks
  readonly words: readonly (readonly [string, StoredClicks])[]
  readonly queries: readonly (readonly [string, StoredClicks])[]
}

function noClicks(): Clicks {
  return { total: 0, byClass: new Map() }
}

function count(clicks: Clicks, number: number, weight: number): void {
  clicks.total += weight
  const left = (clicks.byClass.get(number) ?? 0) + weight
  if (left > 0) clicks.byClass.set(number, left)
  else clicks.byClass.delete(number)
}

function countIn(table: Map<string, Clicks>, key: string, number: number, weight: number): void {
  const clicks = table.get(key) ?? noClicks()
  table.set(key, clicks)
  count(clicks, number, weight)
  if (clicks.byClass.size === 0) table.delete(key)
}

function plain({ byClass }: Clicks): StoredClicks {
  return [...byClass]
}

function fill(clicks: Clicks, stored: StoredClicks): Clicks {
  for (const [number, weight] of stored) count(clicks, number, weight)
  return clicks
}
