import { SluiceError } from '../../foundation/index.ts'
import type { Condition } from '../../problem/index.ts'
import { type CandidateSource, candidateSource, NOTHING, type SourceOptions } from '../candidate-source.ts'
import type { ContentCellsSpec } from '../content-cells-spec.ts'
import { contentVectors } from '../content-vectors.ts'
import { type RetrievalSetting, requireAttribute } from '../environment.ts'
import { ItemVectors } from '../item-vectors.ts'
import { meanOfVectors } from '../mean-of-vectors.ts'
import { subjectHistory } from './item-to-item.ts'

interface SimilarContentOptions extends SourceOptions {
  readonly where?: Condition
  /** The category attributes that make up an item's vector: `['video.genres', 'video.creator']`. */
  readonly of: readonly string[]
  /** How many of the subject's last items make up its vector; default 20. */
  readonly history?: number
  /** Length of the vectors, a multiple of 4; default 64. */
  readonly dimensions?: number
}

/**
 * Items that are described like those the subject met last: an item is the unit vector of its categories, a subject
 * the mean of its last items, and the closest items are found among all. Needs no training, so a
 * new item has its vector the moment it is described; from 100,000 items on a training builds cells, of which only the
 * nearest are read then.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when `dimensions` is no multiple of 4
 */
export function similarContent(event: string, options: SimilarContentOptions): CandidateSource {
  const { where, of, history = 20, dimensions = 64 } = options
  requireDimensions(dimensions)
  const sequence = (setting: RetrievalSetting) => subjectHistory(setting, event, where, history)
  const cells: ContentCellsSpec = { kind: 'content-cells', event, where, of, history, dimensions }
  return candidateSource('similar-content', options, {
    cells,
    freshness: 'description',
    extra: { event, where, of, history, dimensions },
    aggregates(setting) {
      for (const path of of) requireAttribute(setting.schema, setting.item, path, ['category', 'categories'])
      return [sequence(setting)]
    },
    open(context) {
      const recent = context.state.aggregate<'sequence'>(sequence(context))
      const { attributes } = context.state
      const describe = contentVectors(attributes, of)
      const vectors = new ItemVectors(attributes, context.item, dimensions, describe, context.cells?.(cells))
      return {
        retrieve(request, limit) {
          const items = recent.items(request.subject)
          if (items.length === 0) return NOTHING
          const query = meanOfVectors(items, dimensions, (item) => vectors.vector(item))
          return vectors.closest(query, request, limit)
        },
      }
    },
  })
}

function requireDimensions(dimensions: number): void {
  if (Number.isSafeInteger(dimensions) && dimensions >= 4 && dimensions % 4 === 0) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `similar content, dimensions: expected a multiple of 4, got ${dimensions}; 64 suits most catalogues`,
  )
}
