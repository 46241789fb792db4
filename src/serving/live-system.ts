import { type Application, type Exploration, hashOfSystem, type RankingSystem } from '../application/index.ts'
import type { FeatureState } from '../features/index.ts'
import type { RowModel } from '../models/index.ts'
import { KnownColumns, RankingRows } from '../ranking/index.ts'
import { openRetrievalContext, Retriever } from '../retrieval/index.ts'
import {
  type Artifacts,
  loadLightRanker,
  loadRankers,
  type ModelVersion,
  requireSameSystem,
  servingRanker,
} from '../training/index.ts'
import { NewItems } from './new-items.ts'
import { PageAttributeReader } from './page-attribute-reader.ts'

/** A version of a system's models with its files. */
export interface LoadedModel {
  readonly version: ModelVersion
  readonly artifacts: Artifacts
}

/** A light stage that is bound to a state and to one version of its model. */
export interface OpenLightStage {
  readonly keep: number
  /** Rows of the columns that it reads. */
  readonly rows: RankingRows
  /** What the ranker's rows take over from them. */
  readonly known: KnownColumns
  /** Absent before the first promotion. */
  readonly model: RowModel | undefined
}

/** An exploration that is bound to a state. */
export interface OpenExploration extends Pick<Exploration, 'budgetShare' | 'choices'> {
  readonly newItems: NewItems
  /** The place on the page, from 1. */
  readonly position: number
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
  /** Chooses what the ranker scores; absent when the system has no light stage. */
  readonly light: OpenLightStage | undefined
  readonly isSponsored: (item: number) => boolean
  readonly pageAttributes: PageAttributeReader
  /** What new items get a place; absent when the system explores nothing. */
  readonly exploration: OpenExploration | undefined
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
  const { examples } = system.ranking
  const context = openRetrievalContext({ schema, subject, item }, state, model?.artifacts ?? new Map())
  const retriever = new Retriever(context, { ...retrieval, limit: retrieval.candidates })
  const rows = new RankingRows(features, state, retriever, { item, examples })
  const mark = system.sponsored === undefined ? undefined : state.attributes.numberReader(system.sponsored)
  return {
    name,
    system,
    state,
    systemHash: hashOfSystem(application, system),
    featureHash: features.hash,
    version: model?.version,
    retriever,
    rows,
    ...openRankers(system, rows.columnNames, model),
    light: openLight(system, rows, model, (selected) => {
      return new RankingRows(features, state, retriever, { item, examples, selected })
    }),
    isSponsored: (key) => mark?.(key) === 1,
    pageAttributes: new PageAttributeReader(state.attributes, item),
    exploration: openExploration(application, system, state),
  }
}

function openLight(
  system: RankingSystem,
  rows: RankingRows,
  model: LoadedModel | undefined,
  openRows: (selected: readonly string[] | undefined) => RankingRows,
): OpenLightStage | undefined {
  if (!system.light) return undefined
  const own = openRows(system.light.ranking.features)
  return {
    keep: system.light.keep,
    rows: own,
    known: new KnownColumns(own, rows),
    model: model && loadLightRanker(system, rows.columnNames, model.artifacts),
  }
}

function openExploration(
  { schema }: Application,
  { subject, item, exploration, reranking }: RankingSystem,
  state: FeatureState,
): OpenExploration | undefined {
  const position = reranking.find((rule) => rule.kind === 'exploration')?.slots[0]
  if (!exploration || position === undefined) return undefined
  const { budgetShare, choices } = exploration
  return { budgetShare, choices, position, newItems: new NewItems({ schema, subject, item }, exploration, state) }
}

/** What ranks, and what ranks when that cannot: nothing behind a fallback that serves. */
function openRankers(
  system: RankingSystem,
  columnNames: readonly string[],
  model: LoadedModel | undefined,
): Pick<LiveSystem, 'ranker' | 'fallback'> {
  if (!model) return { ranker: undefined, fallback: undefined }
  const rankers = loadRankers(system, columnNames, model.artifacts)
  const ranker = servingRanker(model.version, rankers)
  return { ranker, fallback: ranker === rankers.fallback ? undefined : rankers.fallback }
}
