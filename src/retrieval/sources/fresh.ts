import { type Duration, durationMs } from '../../foundation/index.ts'
import { type CandidateSource, candidateSource, type SourceOptions, type SourceResult } from '../candidate-source.ts'
import { type RetrievalRequest, requireAttribute } from '../environment.ts'
import { TimeOrder } from '../time-order.ts'

interface FreshOptions extends SourceOptions {
  /** The timestamp attribute that says when an item appeared: `video.publishedAt`. */
  readonly by: string
  readonly maxAge: Duration
}

/** The newest items, so that what nobody has met yet can be found. Nothing from the future. */
export function fresh(options: FreshOptions): CandidateSource {
  const maxAgeMs = durationMs(options.maxAge)
  return candidateSource('fresh', options, {
    cost: 'lookup',
    freshness: 'description',
    extra: { by: options.by, maxAge: options.maxAge },
    aggregates({ schema, item }) {
      requireAttribute(schema, item, options.by, ['timestamp'])
      return []
    },
    open({ state, item }) {
      const order = new TimeOrder(state.attributes, item, options.by)
      order.refresh()
      return { retrieve: (request, limit) => newestFirst(order, maxAgeMs, request, limit) }
    },
  })
}

/** Scores are 1 at age 0 down to 0 at the largest age. O(log items), and what is judged. */
function newestFirst(order: TimeOrder, maxAgeMs: number, request: RetrievalRequest, limit: number): SourceResult {
  const items: number[] = []
  const scores: number[] = []
  for (let place = order.placesUpTo(request.frame.at) - 1; place >= 0 && items.length < limit; place--) {
    const youth = 1 - (request.frame.at - order.time(place)) / maxAgeMs
    if (!(youth > 0)) break
    const item = order.item(place)
    if (item >= request.itemCount || !request.accept(item)) continue
    items.push(item)
    scores.push(youth)
  }
  return { items, scores }
}
