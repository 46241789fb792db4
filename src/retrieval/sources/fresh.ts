import { type Duration, durationMs } from '../../foundation/index.ts'
import { type CandidateSource, candidateSource, type SourceOptions } from '../candidate-source.ts'
import { requireAttribute } from '../environment.ts'
import { scanItems } from '../item-scan.ts'

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
    aggregates({ schema, item }) {
      requireAttribute(schema, item, options.by, ['timestamp'])
      return []
    },
    open({ state }) {
      const appearedAt = state.attributes.numberReader(options.by)
      return {
        retrieve(request, limit) {
          const { at } = request.frame
          return scanItems(request, limit, (item) => youth(at - appearedAt(item), maxAgeMs))
        },
      }
    },
  })
}

/** 1 at age 0 down to 0 at the largest age; 0 for what is yet to come, `NaN` for an unknown age. */
function youth(ageMs: number, maxAgeMs: number): number {
  return ageMs < 0 ? 0 : 1 - ageMs / maxAgeMs
}
