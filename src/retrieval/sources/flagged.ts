import { DAY_MS, hashInteger } from '../../foundation/index.ts'
import { type CandidateSource, candidateSource, type SourceOptions } from '../candidate-source.ts'
import { requireAttribute } from '../environment.ts'
import { scanItems } from '../item-scan.ts'
import { ItemScores } from '../item-scores.ts'

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
      freshness: 'description',
      extra: { by: options.by },
      aggregates({ schema, item }) {
        requireAttribute(schema, item, options.by, ['boolean'])
        return []
      },
      open({ state }) {
        const scores = new ItemScores()
        return {
          retrieve(request, limit) {
            const turns = scores.of(request.itemCount)
            const marks = state.attributes.numbers(options.by)
            const day = hashInteger(Math.floor(request.frame.at / DAY_MS))
            // Where a marked item stands on a day: from 1 to 2^32.
            for (let item = 0; item < turns.length; item++) {
              turns[item] = marks[item] === 1 ? (hashInteger(item, day) >>> 0) + 1 : 0
            }
            return scanItems(request, limit, turns)
          },
        }
      },
    },
  )
}
