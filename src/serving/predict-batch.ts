import type { DecidedItem } from './decision.ts'
import { decisionOfPage } from './decision-of-page.ts'
import type { LiveSystem } from './live-system.ts'
import { pageRequest } from './page-request.ts'
import { rankPage } from './rank-page.ts'

/** One line of a batch: the page of one subject. */
export interface BatchPage {
  readonly subject: string
  readonly asOf: number
  readonly model: string | null
  readonly items: readonly Pick<DecidedItem, 'id' | 'score' | 'source'>[]
}

/**
 * Pages for many subjects, by the code that serves. Nothing is logged as a decision: nobody has seen them yet.
 *
 * @param options.at - the moment the pages are for, in milliseconds since the Unix epoch
 */
export async function* predictBatch(
  live: LiveSystem,
  subjects: Iterable<string>,
  options: { at: number; limit?: number },
): AsyncGenerator<BatchPage> {
  const { at, limit } = options
  for (const subject of subjects) {
    const request = { subject, ...(limit === undefined ? {} : { limit }) }
    const call = { clock: () => 0, budgetMs: Number.POSITIVE_INFINITY }
    const trace = await rankPage(live, pageRequest(live, request, at), call)
    const { asOf, model, items } = decisionOfPage(live, trace, { id: '', at, request })
    yield { subject, asOf, model, items: items.map(({ id, score, source }) => ({ id, score, source })) }
  }
}
