import { type Application, hashOfSystem, type SearchSystem } from '../../application/index.ts'
import type { FeatureState } from '../../features/index.ts'
import type { RowModel } from '../../models/index.ts'
import { RankingRows } from '../../ranking/index.ts'
import { PinnedQueries, QueryColumns, type QueryIntent, type SearchIndex } from '../../retrieval/index.ts'
import { loadRankers, type ModelVersion, requireSameSystem, servingRanker } from '../../training/index.ts'
import type { LoadedModel } from '../live-system.ts'
import { PageAttributeReader } from '../page-attribute-reader.ts'

/**
 * A search system that is bound to a state, to the index over it and to one version of its models. It never changes but
 * for the index and what queries mean, which follow the state: another version is another live search.
 */
export interface LiveSearch {
  readonly name: string
  readonly system: SearchSystem
  readonly state: FeatureState
  readonly index: SearchIndex
  readonly systemHash: string
  readonly featureHash: string
  /** Absent before the first promotion: the order of the text stands in for the ranker. */
  readonly version: ModelVersion | undefined
  readonly columns: QueryColumns
  /** The attributes of documents as page rules read them. */
  readonly pageAttributes: PageAttributeReader
  /** Absent when the system has none. */
  readonly pinned: PinnedQueries | undefined
  /** Absent when the system learns none. */
  readonly intent: QueryIntent | undefined
  /** Absent when the system ranks by the text alone. */
  readonly rows: RankingRows | undefined
  readonly ranker: RowModel | undefined
  /** Ranks when the ranker cannot; absent when the system has none. */
  readonly fallback: RowModel | undefined
}

/** What a live search answers from. */
export interface SearchParts {
  readonly state: FeatureState
  readonly index: SearchIndex
  /** As of the same offset as the state; undefined when the system has none. */
  readonly intent: QueryIntent | undefined
  readonly model: LoadedModel | undefined
}

/**
 * Opens a search system over a state, its index and what queries mean.
 *
 * @throws SluiceError `MODEL_MISMATCH` when the model was made for another definition, `MODEL_CORRUPT`
 */
export function openLiveSearch(
  application: Application,
  name: string,
  system: SearchSystem,
  { state, index, intent, model }: SearchParts,
): LiveSearch {
  if (model) requireSameSystem(application, system, model.version)
  const { features } = application
  const { ranking, fallback, documents } = system
  const columns = new QueryColumns(state.attributes, system, intent)
  const rows = ranking && new RankingRows(features, state, columns, { item: documents, examples: ranking.examples })
  const parts = ranking && { ranking, ...(fallback ? { fallback } : {}) }
  const rankers = parts && rows && model ? loadRankers(parts, rows.columnNames, model.artifacts) : undefined
  const ranker = rankers && model && servingRanker(model.version, rankers)
  return {
    name,
    system,
    state,
    index,
    systemHash: hashOfSystem(application, system),
    featureHash: features.hash,
    version: model?.version,
    columns,
    pageAttributes: new PageAttributeReader(state.attributes, documents),
    pinned: system.pins && new PinnedQueries(state.attributes, system, system.pins),
    intent,
    rows,
    ranker,
    fallback: ranker === rankers?.fallback ? undefined : rankers?.fallback,
  }
}
