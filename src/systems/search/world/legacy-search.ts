import type { EventRecord } from '../../../data/index.ts'
import { DAY_MS, hashInteger } from '../../../foundation/index.ts'
import type { SearchPage } from './response.ts'

const TITLE_WEIGHT = 2
const POPULARITY_WEIGHT = 0.35
/** How much the daily reshuffle moves a product; so one query shows other products, or other orders, on other days. */
const NOISE = 1.2
const MOST_WORDS = 100

/** Chooses pages from nothing but the records that it was shown, in the order of the log. */
export interface SearchPolicy {
  /** Begins the names of its decisions. */
  readonly name: string
  observe(record: EventRecord): void
  page(query: string, atMs: number): SearchPage
}

/**
 * The search that a shop has before it learns: words as they are written but for a last `s`, in titles and less in
 * descriptions, rare words more; how often a product was clicked; and some noise that is another one every day. A
 * product must have half of the words that the shop knows. It knows no synonyms, no slips, no prefixes and no prices.
 */
export function legacySearch({ seed, pageSize }: { seed: number; pageSize: number }): SearchPolicy {
  const isListed: boolean[] = []
  const clicks: number[] = []
  /** By word, products that have it: twice the number, and one more when it is in the title. */
  const postings = new Map<string, number[]>()
  let size = 0
  let scores = new Float64Array(1024)
  let matches = new Uint8Array(1024)

  function list(product: number, { title, description, code }: EventRecord): void {
    isListed[product] = true
    size++
    if (product >= scores.length) {
      scores = new Float64Array(2 * product)
      matches = new Uint8Array(2 * product)
    }
    const inTitle = wordsOf(`${title} ${code}`)
    for (const word of new Set([...inTitle, ...wordsOf(String(description ?? ''))])) {
      const known = postings.get(word) ?? []
      if (known.length === 0) postings.set(word, known)
      known.push(2 * product + Number(inTitle.has(word)))
    }
  }

  /** Adds up the scores of products that have any of the words; returns them once each. */
  function match(words: readonly string[]): number[] {
    const found: number[] = []
    for (const word of words) {
      const having = postings.get(word)!
      const weight = Math.log(1 + size / having.length)
      for (const posting of having) {
        const product = posting >> 1
        if (!isListed[product]) continue
        if (matches[product] === 0) found.push(product)
        scores[product]! += weight * (posting & 1 ? TITLE_WEIGHT : 1)
        matches[product]!++
      }
    }
    return found
  }

  return {
    name: 'legacy',
    observe(record) {
      const product = Number(String(record.product).slice(1))
      if (record.type === 'click') clicks[product] = (clicks[product] ?? 0) + 1
      if (record.type !== 'product') return
      if (record.removed === true) isListed[product] = false
      else list(product, record)
    },
    page(query, atMs) {
      const words = [...wordsOf(query)].filter((word) => postings.has(word)).slice(0, MOST_WORDS)
      const key = hashInteger(Math.floor(atMs / DAY_MS), seed)
      const best: { product: number; score: number }[] = []
      let results = 0
      for (const product of match(words)) {
        const luck = (hashInteger(product, key) >>> 0) / 2 ** 32
        const score = scores[product]! + POPULARITY_WEIGHT * Math.log1p(clicks[product] ?? 0) + NOISE * luck
        const isFound = 2 * matches[product]! >= words.length
        scores[product] = 0
        matches[product] = 0
        if (!isFound) continue
        results++
        if (best.length === pageSize && score <= best.at(-1)!.score) continue
        const place = best.findIndex((other) => other.score < score)
        best.splice(place < 0 ? best.length : place, 0, { product, score })
        if (best.length > pageSize) best.pop()
      }
      return { products: best.map(({ product }) => product), results }
    },
  }
}

function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? []
  return new Set(words.map((word) => (word.length > 3 ? word.replace(/s$/, '') : word)))
}
