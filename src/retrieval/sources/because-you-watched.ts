import type { CoVisitationOptions } from '../../models/index.ts'
import type { Condition } from '../../problem/index.ts'
import { type CandidateSource, candidateSource, type SourceOptions, type SourceResult } from '../candidate-source.ts'
import type { RetrievalRequest, RetrievalSetting } from '../environment.ts'
import type { CatalogueModel, RetrievalModelSpec } from '../retrieval-model.ts'
import { subjectHistory } from './item-to-item.ts'

interface BecauseYouWatchedOptions extends SourceOptions {
  readonly where?: Condition
  /** How many of the last items bring their neighbours; default 3. */
  readonly last?: number
  readonly model?: Partial<CoVisitationOptions>
}

/**
 * The neighbours of each of the subject's last items, taken in turn, each with the item that it is near to. Reacts
 * to the newest event at once.
 */
export function becauseYouWatched(event: string, options: BecauseYouWatchedOptions = {}): CandidateSource {
  const { where, last = 3, model: modelOptions = {} } = options
  const model: RetrievalModelSpec = { kind: 'co-visitation', event, where, options: modelOptions }
  const sequence = (setting: RetrievalSetting) => subjectHistory(setting, event, where, last)
  return candidateSource('because-you-watched', options, {
    model,
    cost: 'lookup',
    extra: { last },
    aggregates: (setting) => [sequence(setting)],
    open(context) {
      const recent = context.state.aggregate<'sequence'>(sequence(context))
      const fitted = context.model(model)
      return {
        retrieve: (request, limit) => interleaveNeighbours(fitted, recent.items(request.subject), request, limit),
      }
    },
  })
}

function interleaveNeighbours(
  model: CatalogueModel | undefined,
  history: Int32Array,
  request: RetrievalRequest,
  limit: number,
): SourceResult {
  const anchors = [...history].reverse()
  // All that are kept: the nearest may be unacceptable, and how many of them are is known only on the way.
  const lists = model ? anchors.map((anchor) => model.neighbours(anchor, request.itemCount)) : []
  const taken = new Set<number>()
  const found = { items: [] as number[], scores: [] as number[], because: [] as number[] }
  const longest = Math.max(0, ...lists.map((list) => list.items.length))
  for (let rank = 0; rank < longest; rank++) {
    for (const [index, list] of lists.entries()) {
      const item = list.items[rank] ?? -1
      if (found.items.length >= limit) return found
      if (item < 0 || taken.has(item) || !request.accept(item)) continue
      taken.add(item)
      found.items.push(item)
      found.scores.push(list.scores[rank] ?? 0)
      found.because.push(anchors[index] ?? -1)
    }
  }
  return found
}
