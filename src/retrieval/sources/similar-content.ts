import { SluiceError } from '../../foundation/index.ts'
import type { Condition } from '../../problem/index.ts'
import { type CandidateSource, candidateSource, NOTHING, type SourceOptions } from '../candidate-source.ts'
import { contentVectors } from '../content-vectors.ts'
import { type RetrievalSetting, requireAttribute } from '../environment.ts'
import { ItemVectors } from '../item-vectors.ts'
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
 * new item has its vector the moment it is described.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when `dimensions` is no multiple of 4
 */
export function similarContent(event: string, options: SimilarContentOptions): CandidateSource {
  const { where, of, history = 20, dimensions = 64 } = options
  requireDimensions(dimensions)
  const sequence = (setting: RetrievalSetting) => subjectHistory(setting, event, where, history)
  return candidateSource('similar-content', options, {
    freshness: 'description',
    extra: { event, where, of, history, dimensions },
    aggregates(setting) {
      for (const path of of) requireAttribute(setting.schema, setting.item, path, ['category', 'categories'])
      return [sequence(setting)]
    },
    open(context) {
      const recent = context.state.aggregate<'sequence'>(sequence(context))
      const { attributes } = context.state
      const vectors = new ItemVectors(attributes, context.item, dimensions, contentVectors(attributes, of))
      return {
        retrieve(request, limit) {
          const items = recent.items(request.subject)
          if (items.length === 0) return NOTHING
          return vectors.closest(meanVector(vectors, items, dimensions), request, limit)
        },
      }
    },
  })
}

function meanVector(vectors: ItemVectors, items: Int32Array, dimensions: number): Float32Array {
  const query = new Float32Array(dimensions)
  for (const item of items) {
    const vector = vectors.vector(item)
    for (let j = 0; j < query.length; j++) query[j]! += vector[j]! / items.length
  }
  return query
}

function requireDimensions(dimensions: number): void {
  if (Number.isSafeInteger(dimensions) && dimensions >= 4 && dimensions % 4 === 0) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `similar content, dimensions: expected a multiple of 4, got ${dimensions}; 64 suits most catalogues`,
  )
}
