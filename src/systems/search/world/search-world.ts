import type { EventRecord } from '../../../data/index.ts'
import { SluiceError } from '../../../foundation/index.ts'
import { createBrands } from './brands.ts'
import { createDemand } from './demand.ts'
import type { HiddenShop } from './hidden-shop.ts'
import { type ResolvedSearchOptions, resolveSearchOptions, type SearchWorldOptions } from './options.ts'
import { createPeople } from './people.ts'
import { PRODUCT_TYPES } from './product-types.ts'
import { createProducts } from './products.ts'
import { catalogueRecords } from './records.ts'
import { respondToPage, type SearchResponse } from './response.ts'
import { planSessions, type SearchSession } from './sessions.ts'
import { clickProbability, examinationProbability, type Grade, gradeOf } from './truth.ts'

/**
 * A small shop whose people have hidden tastes and say one thing in different words, for demonstrations, tests and
 * benchmarks. It writes the events that a client would send. What truly answers a search, what each person would like,
 * and how much less is seen further down a page stands beside the events and in none of them.
 */
export interface SearchWorld {
  readonly options: ResolvedSearchOptions
  /** People and products by the moment they appear, and products when they are sold out, up to `untilMs` (excluded). */
  catalogue(untilMs?: number): Generator<EventRecord>
  /** Who comes to look for something within [fromMs, untilMs), in the order of time; the same for every search. */
  sessions(range?: { readonly fromMs?: number; readonly untilMs?: number }): Generator<SearchSession>
  /**
   * What comes of a page; `attempt` counts the queries of the session from 0. A page of a session and an attempt is
   * answered alike whatever else was shown.
   *
   * @throws SluiceError `INVALID_ARGUMENT` at a product that does not exist
   */
  respond(
    session: SearchSession,
    attempt: { readonly attempt: number; readonly at: number },
    page: { readonly products: readonly string[]; readonly results: number },
    decision: string,
  ): SearchResponse
  /** How far a product answers what is looked for: 3 wholly to 0 not at all. Personal taste does not count. */
  grade(session: Pick<SearchSession, 'intent'>, product: string, atMs: number): Grade
  /** Grades above 0 of all products for what is looked for, by product. */
  grades(session: Pick<SearchSession, 'intent'>, atMs: number): Map<string, Grade>
  /** Probability that this person clicks a product that they look at. */
  clickProbability(session: Pick<SearchSession, 'intent' | 'person'>, product: string, atMs: number): number
  /** Probability that a position is looked at; 1 is the first. */
  examinationProbability(position: number): number
}

/**
 * Creates a world; the same options give the same world on every machine.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when an option is out of its range
 */
export function createSearchWorld(given: SearchWorldOptions): SearchWorld {
  const shop = createShop(resolveSearchOptions(given))
  const { options, products } = shop
  const sessions = planSessions(shop)
  return {
    options,
    *catalogue(untilMs = Number.POSITIVE_INFINITY) {
      for (const record of catalogueRecords(shop)) {
        if (record.at >= untilMs) return
        yield record
      }
    },
    *sessions({ fromMs = 0, untilMs = Number.POSITIVE_INFINITY } = {}) {
      for (const session of sessions) {
        if (session.at >= untilMs) return
        if (session.at >= fromMs) yield session
      }
    },
    respond(session, attempt, page, decision) {
      const shown = page.products.map((product) => requireProduct(shop, product))
      return respondToPage(shop, session, attempt, { ...page, products: shown }, decision)
    },
    grade({ intent }, product, atMs) {
      const number = requireProduct(shop, product)
      return gradeOf(intent, number, products[number]!, atMs)
    },
    grades({ intent }, atMs) {
      const graded = products.map((product, number) => [`p${number}`, gradeOf(intent, number, product, atMs)] as const)
      return new Map(graded.filter(([, grade]) => grade > 0))
    },
    clickProbability({ person, intent }, product, atMs) {
      return clickProbability(shop, person, intent, requireProduct(shop, product), atMs)
    },
    examinationProbability: (position) => examinationProbability(options, position),
  }
}

function createShop(options: ResolvedSearchOptions): HiddenShop {
  const brands = createBrands(options)
  const products = createProducts(options, brands)
  const productsOfType = PRODUCT_TYPES.map((): number[] => [])
  for (const [number, { type }] of products.entries()) productsOfType[type]!.push(number)
  const demand = createDemand(options, products, productsOfType)
  return { options, brands, products, people: createPeople(options, brands), productsOfType, demand }
}

function requireProduct({ products }: HiddenShop, id: string): number {
  const number = /^p\d+$/.test(id) ? Number(id.slice(1)) : -1
  if (products[number]) return number
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `search world: expected a product from p0 to p${products.length - 1}, got ${id}`,
  )
}
