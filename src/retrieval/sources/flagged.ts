import { DAY_MS, hashInteger } from '../../foundation/index.ts'
import type { ScoredItems } from '../../models/index.ts'
import { judgeBestFirst } from '../best-first.ts'
import { BestItems } from '../best-items.ts'
import { type CandidateSource, candidateSource, type SourceOptions } from '../candidate-source.ts'
import { requireAttribute } from '../environment.ts'
import { MarkedItems } from '../marked-items.ts'

interface FlaggedOptions extends SourceOptions {
  /** The boolean attribute: `video.sponsored`. */
  readonly by: string
}

/**
 * Items with a mark, such as sponsored ones, in an order that turns every day, so that each of them gets its chance
 * before any ranker knows it.
 */
export function flagged(options: FlaggedOptions): CandidateSource {
  const name = options.name ?? options.by.split('.')[1] ?? 'flagged'
  return candidateSource(
    'flagged',
    { ...options, name },
    {
      cost: 'lookup',
      freshness: 'description',
      extra: { by: options.by },
      aggregates({ schema, item }) {
        requireAttribute(schema, item, options.by, ['boolean'])
        return []
      },
      open({ state, item }) {
        const marked = new MarkedItems(state.attributes, item, options.by)
        return {
          retrieve(request, limit) {
            const listed = marked.list()
            const day = hashInteger(Math.floor(request.frame.at / DAY_MS))
            return judgeBestFirst(
              limit,
              (one) => request.accept(one),
              (count) => bestOfDay(listed, day, count),
            )
          },
        }
      },
    },
  )
}

/** Where a marked item stands on a day: from 1 to 2^32. */
function bestOfDay(listed: Int32Array, day: number, count: number): ScoredItems {
  const best = new BestItems(Math.min(count, listed.length))
  for (const item of listed) {
    const turn = (hashInteger(item, day) >>> 0) + 1
    if (best.hasPlaceFor(item, turn)) best.add(item, turn)
  }
  return best.take()
}
