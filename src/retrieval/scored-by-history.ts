import { judgeBestFirst } from './best-first.ts'
import { NOTHING, type OpenSource } from './candidate-source.ts'
import type { CatalogueModel } from './retrieval-model.ts'

/**
 * A source that rates every item by what a model makes of a subject's history.
 *
 * @param scoresOf - the model's scores for a subject by its own numbers, undefined when it knows nothing of the history
 */
export function scoredByHistory(
  model: CatalogueModel | undefined,
  scoresOf: (subject: number) => Float64Array | undefined,
): OpenSource & Required<Pick<OpenSource, 'scoreItems'>> {
  return {
    retrieve(request, limit) {
      const found = scoresOf(request.subject)
      if (!model || !found) return NOTHING
      return judgeBestFirst(
        limit,
        (item) => request.accept(item),
        (count) => model.best(found, count),
      )
    },
    scoreItems(request, items, out) {
      const found = scoresOf(request.subject)
      if (!model || !found) out.fill(Number.NaN)
      else for (let index = 0; index < items.length; index++) out[index] = model.scoreIn(found, items[index]!)
    },
  }
}
