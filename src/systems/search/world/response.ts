import type { EventRecord } from '../../../data/index.ts'
import { type Random, randomFrom, SECOND_MS } from '../../../foundation/index.ts'
import type { HiddenShop } from './hidden-shop.ts'
import type { SearchSession } from './sessions.ts'
import { clickLogOdds, clickProbability, examinationProbability, gradeOf } from './truth.ts'

/** What a search answers with. */
export interface SearchPage {
  /** Numbers of products, best first. */
  readonly products: readonly number[]
  /** Products found in all. */
  readonly results: number
}

/** What came of a page. */
export interface SearchResponse {
  /** The query, the impressions, and what follows, in the order of time. */
  readonly records: readonly EventRecord[]
  /** What is typed next, and when; undefined when the person is content or gives up. */
  readonly next: { readonly attempt: number; readonly at: number } | undefined
}

/** The probability to try again after a page on which nothing was good enough. */
const TRIES_AGAIN = 0.7

/**
 * What the client sends about a page: the query, an impression for every product, then clicks from the top down, each
 * perhaps with a cart and an order. Whether a product is clicked hangs on nothing but its position, which is looked at
 * with {@link examinationProbability}, and on {@link clickProbability}; every draw hangs on the session, the attempt and
 * the product, so that a product that two searches show at the same position meets the same luck.
 */
export function respondToPage(
  shop: HiddenShop,
  { number, person, intent, user, queries }: SearchSession,
  { attempt, at }: { readonly attempt: number; readonly at: number },
  page: SearchPage,
  decision: string,
): SearchResponse {
  const { seed } = shop.options
  const name = `s${number}-${attempt}`
  const who = user === undefined ? {} : { user }
  const text = queries[attempt]!
  const records: EventRecord[] = [{ id: `${name}-q`, type: 'query', at, decision, ...who, text, results: page.results }]
  page.products.forEach((product, index) => {
    const shown = { decision, ...who, product: productName(product), position: index + 1 }
    records.push({ id: `${name}-i${index + 1}`, type: 'impression', at, ...shown })
  })
  let now = at
  let isContent = false
  for (const [index, product] of page.products.entries()) {
    const random = randomFrom(seed, 'look', number, attempt, product)
    if (random.uniform() >= examinationProbability(shop.options, index + 1)) continue
    now += Math.floor(SECOND_MS * (1 + 2 * random.exponential()))
    if (random.uniform() >= clickProbability(shop, person, intent, product, at)) continue
    const logOdds = clickLogOdds(shop, person, intent, product, at)
    const after = afterClick(random, logOdds, shop.products[product]!.price)
    const about = { decision, ...who, product: productName(product) }
    records.push({ id: `${name}-c${index + 1}`, type: 'click', at: now, ...about, seconds: after.seconds })
    now += Math.ceil(after.seconds * SECOND_MS)
    if (after.isTaken) records.push({ id: `${name}-k${index + 1}`, type: 'cart', at: now, ...about })
    if (after.amount !== undefined) {
      now += 20 * SECOND_MS
      records.push({ id: `${name}-o${index + 1}`, type: 'order', at: now, ...about, quantity: 1, amount: after.amount })
    }
    isContent ||= gradeOf(intent, product, shop.products[product]!, at) >= 2
  }
  const random = randomFrom(seed, 'again', number, attempt)
  const again = !isContent && attempt + 1 < queries.length && random.uniform() < TRIES_AGAIN
  const pauseMs = Math.floor(SECOND_MS * (4 + 10 * random.exponential()))
  return { records, next: again ? { attempt: attempt + 1, at: now + pauseMs } : undefined }
}

/** How long a product is looked at, whether it goes into the cart, and what is paid for it when it is bought. */
function afterClick(random: Random, logOdds: number, price: number) {
  const suits = 1 / (1 + Math.exp(-logOdds))
  const seconds = Math.round(10 * Math.min(900, Math.exp(1.8 + 2.2 * suits + 0.7 * random.normal()))) / 10
  const isTaken = random.uniform() < 0.35 * suits
  const isBought = isTaken && random.uniform() < 0.5
  return { seconds, isTaken, amount: isBought ? price : undefined }
}

/** The id under which a product stands in events. */
export function productName(number: number): string {
  return `p${number}`
}
