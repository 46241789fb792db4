import { type Duration, durationMs } from '../../foundation/index.ts'
import { type CandidateSource, candidateSource, type SourceOptions } from '../candidate-source.ts'
import { requireAttribute } from '../environment.ts'
import { scanItems } from '../item-scan.ts'
import { ItemScores } from '../item-scores.ts'

interface FreshOptions extends SourceOptions {
  /** The timestamp attribute that says when an item appeared: `video.publishedAt`. */
  readonly by: string
  readonly maxAge: Duration
}

/** The newest items, so that what nobody has met yet can be found. Nothing from the future. */
export function fresh(options: FreshOptions): CandidateSource {
  const maxAgeMs = durationMs(options.maxAge)
  return candidateSource('fresh', options, {
    freshness: 'description',
    extra: { by: options.by, maxAge: options.maxAge },
    aggregates({ schema, item }) {
      requireAttribute(schema, item, options.by, ['timestamp'])
      return []
    },
    open({ state }) {
      const scores = new ItemScores()
      return {
        retrieve(request, limit) {
          const youths = scores.of(request.itemCount)
          const appearedAt = state.attributes.numbers(options.by)
          for (let item = 0; item < youths.length; item++) {
            const ageMs = request.frame.at - appearedAt[item]!
            // 1 at age 0 down to 0 at the largest age; 0 for what is yet to come, NaN for an unknown age.
            youths[item] = ageMs < 0 ? 0 : 1 - ageMs / maxAgeMs
          }
          return scanItems(request, limit, youths)
        },
      }
    },
  })
}
