import { type Application, hashOfSystem, type RankingSystem } from '../application/index.ts'
import type { FeatureState } from '../features/index.ts'
import type { RowModel } from '../models/index.ts'
import { RankingRows } from '../ranking/index.ts'
import { openRetrievalContext, Retriever } from '../retrieval/index.ts'
import { type Artifacts, FALLBACK_RANKER, type ModelVersion, RANKER, requireSameSystem } from '../training/index.ts'
import { PageAttributeReader } from './page-attribute-reader.ts'

/** A version of a system's models with its files. */
export interface LoadedModel {
  readonly version: ModelVersion
  readonly artifacts: Artifacts
}

/**
 * A system that is bound to a state and to one version of its models. It never changes: another version is another
 * live system, and requests under way keep the one they began with.
 */
export interface LiveSystem {
  readonly name: string
  readonly system: RankingSystem
  readonly state: FeatureState
  readonly systemHash: string
  readonly featureHash: string
  /** Absent before the first promotion: retrieval works without models, the ranker is the retrieval order. */
  readonly version: ModelVersion | undefined
  readonly retriever: Retriever
  readonly rows: RankingRows
  readonly ranker: RowModel | undefined
  /** Ranks when the ranker cannot; absent when the system has none. */
  readonly fallback: RowModel | undefined
  readonly pageAttributes: PageAttributeReader
}

/**
 * Opens a system over a state.
 *
 * @throws SluiceError `MODEL_MISMATCH` when the model was made for another definition, `MODEL_CORRUPT`
 */
export function openLiveSystem(
  application: Application,
  name: string,
  system: RankingSystem,
  state: FeatureState,
  model: LoadedModel | undefined,
): LiveSystem {
  if (model) requireSameSystem(application, system, model.version)
  const { schema, features } = application
  const { subject, item, retrieval } = system
  const context = openRetrievalContext({ schema, subject, item }, state, model?.artifacts ?? new Map())
  const retriever = new Retriever(context, { ...retrieval, limit: retrieval.candidates })
  const ranker = model?.artifacts.get(RANKER)
  const fallback = model?.artifacts.get(FALLBACK_RANKER)
  return {
    name,
    system,
    state,
    systemHash: hashOfSystem(application, system),
    featureHash: features.hash,
    version: model?.version,
    retriever,
    rows: new RankingRows(features, state, item, retriever),
    ranker: ranker && system.ranking.load(ranker),
    fallback: fallback && system.fallback?.load(fallback),
    pageAttributes: new PageAttributeReader(state.attributes, item),
  }
}
