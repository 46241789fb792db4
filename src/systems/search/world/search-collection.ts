import { DAY_MS } from '../../../foundation/index.ts'
import type { SearchWorld } from './search-world.ts'

/** A test collection as `sluice bench search` reads it, a line each. */
export interface SearchCollectionLines {
  /** JSON: id, title, description, brand, category, colour, code and price of what is on sale at the end. */
  documents(): Generator<string>
  /** `query<TAB>text` under a header: what people typed first, slips and all, each text once. */
  queries(): Generator<string>
  /** TREC: query, 0, product, grade from 1 to 3. */
  judgements(): Generator<string>
}

/**
 * The first `count` different queries of a world that something answers at its end, with every product graded. What was
 * typed twice by people who meant different things stands for the first of them.
 *
 * @remarks O(queries * products) for the judgements.
 */
export function searchCollection(world: SearchWorld, count: number): SearchCollectionLines {
  const { startMs, days } = world.options
  const endMs = startMs + days * DAY_MS
  const asked = new Map<string, Map<string, number>>()
  for (const session of world.sessions()) {
    const text = session.queries[0]!
    if (asked.size === count) break
    if (asked.has(text)) continue
    const grades = world.grades(session, endMs)
    if (grades.size > 0) asked.set(text, grades)
  }
  const queries = [...asked]
  return {
    *documents() {
      const gone = new Set<unknown>()
      const records = [...world.catalogue()].filter(({ type }) => type === 'product')
      for (const { product, removed } of records) if (removed === true) gone.add(product)
      for (const { product, title, description, brand, category, colour, code, price, removed } of records) {
        if (removed === true || gone.has(product)) continue
        yield JSON.stringify({ id: product, title, description, brand, category, colour, code, price })
      }
    },
    *queries() {
      yield 'query\ttext'
      for (const [number, [text]] of queries.entries()) yield `q${number}\t${text}`
    },
    *judgements() {
      for (const [number, [, grades]] of queries.entries()) {
        for (const [product, grade] of grades) yield `q${number} 0 ${product} ${grade}`
      }
    },
  }
}
