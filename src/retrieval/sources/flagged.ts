import { DAY_MS, hashInteger } from '../../foundation/index.ts'
import { topItems } from '../../models/index.ts'
import { type CandidateSource, candidateSource, type SourceOptions } from '../candidate-source.ts'

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
      extra: { by: options.by },
      aggregates: () => [],
      open({ state }) {
        return {
          retrieve({ frame, itemCount, accept }, limit) {
            const day = Math.floor(frame.at / DAY_MS)
            const marked: number[] = []
            for (let item = 0; item < itemCount; item++) {
              if (state.attributes.number(options.by, item) === 1) marked.push(item)
            }
            const turn = new Float64Array(itemCount)
            for (const item of marked) turn[item] = (hashInteger(item, hashInteger(day)) >>> 0) + 1
            return topItems(marked, turn, limit, accept)
          },
        }
      },
    },
  )
}
