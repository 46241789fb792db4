import { type Duration, durationMs } from '../../foundation/index.ts'
import { topItems } from '../../models/index.ts'
import { type CandidateSource, candidateSource, type SourceOptions } from '../candidate-source.ts'

interface FreshOptions extends SourceOptions {
  /** The timestamp attribute that says when an item appeared: `video.publishedAt`. */
  readonly by: string
  readonly maxAge: Duration
}

/** The newest items, so that what nobody has met yet can be found. Nothing from the future. */
export function fresh(options: FreshOptions): CandidateSource {
  const maxAgeMs = durationMs(options.maxAge)
  return candidateSource('fresh', options, {
    extra: { by: options.by, maxAge: options.maxAge },
    aggregates: () => [],
    open({ state }) {
      return {
        retrieve({ frame, itemCount, accept }, limit) {
          // An item of age 0 scores 1, one of maxAge 0.
          const youth = new Float64Array(itemCount)
          const candidates = new Int32Array(itemCount)
          for (let item = 0; item < itemCount; item++) {
            const ageMs = frame.at - state.attributes.number(options.by, item)
            youth[item] = ageMs >= 0 ? 1 - ageMs / maxAgeMs : 0
            candidates[item] = item
          }
          return topItems(candidates, youth, limit, accept)
        },
      }
    },
  })
}
