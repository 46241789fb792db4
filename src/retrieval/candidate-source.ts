import type { AggregateSpec } from '../features/index.ts'
import type { ContentCellsSpec } from './content-cells-spec.ts'
import type { RetrievalContext, RetrievalRequest, RetrievalSetting } from './environment.ts'
import type { RetrievalModelSpec } from './retrieval-model.ts'
import type { TwoTowerSpec } from './towers/tower-spec.ts'

/** What a source found, best first. */
export interface SourceResult {
  readonly items: ArrayLike<number>
  /** Same length; comparable within this result only. */
  readonly scores: ArrayLike<number>
  /** Same length: the item because of which each was found, -1 for none; absent when the source has no such reason. */
  readonly because?: ArrayLike<number>
}

export const NOTHING: SourceResult = { items: [], scores: [] }

/** A source that is bound to a state and its models. */
export interface OpenSource {
  /** At most `limit` acceptable items. A source that lacks what it needs (history, a model) gives nothing. */
  retrieve(request: RetrievalRequest, limit: number): SourceResult | Promise<SourceResult>
  /**
   * How the source rates any items, found by it or not; becomes a feature of the ranker. `NaN` where it cannot say.
   *
   * @param out - shape (items.length,)
   */
  scoreItems?(request: RetrievalRequest, items: ArrayLike<number>, out: Float64Array): void
}

/**
 * What a request makes a source do: `scan` rates every item of the catalogue, `lookup` reads only some, from the
 * subject's history or from a list that is kept in order.
 */
export type SourceCost = 'scan' | 'lookup'

/** When a new item can be brought first: once it is described, once somebody met it, or once a training saw it. */
export type SourceFreshness = 'description' | 'event' | 'training'

/** Where candidates come from: a definition, plain but for `open`. */
export interface CandidateSource {
  /** Names the source in decisions and reports; unique within a system. */
  readonly name: string
  readonly spec: unknown
  /** How many candidates it may bring. */
  readonly quota: number
  /** How long it may take; a source that is slower is left out of the page and named in `degraded`. */
  readonly deadlineMs: number
  readonly cost: SourceCost
  readonly freshness: SourceFreshness
  /** The model that training has to fit for it. */
  readonly model?: RetrievalModelSpec
  /** The same for a model that learns from what is known of both and not from meetings alone. */
  readonly towers?: TwoTowerSpec
  /** The cells that training builds for it when there are many items; it works without. */
  readonly cells?: ContentCellsSpec
  /** Whether {@link OpenSource.scoreItems} exists. */
  readonly scoresItems: boolean
  /**
   * What it reads of the state.
   *
   * @throws SluiceError `INVALID_APPLICATION` when it names what the schema does not have
   */
  aggregates(setting: RetrievalSetting): readonly AggregateSpec[]
  open(context: RetrievalContext): OpenSource
}

/** What every source can be told. */
export interface SourceOptions {
  readonly name?: string
  /** Default 100. */
  readonly quota?: number
  /** Default 25. */
  readonly deadlineMs?: number
}

/**
 * Fills in what sources have in common: the cost of a scan, and the freshness of a training where there is a model and
 * of an event where there is none.
 */
export function candidateSource(
  kind: string,
  options: SourceOptions,
  source: Pick<CandidateSource, 'aggregates' | 'open'> & {
    model?: RetrievalModelSpec
    towers?: TwoTowerSpec
    cells?: ContentCellsSpec
    scoresItems?: boolean
    cost?: SourceCost
    freshness?: SourceFreshness
    extra?: unknown
  },
): CandidateSource {
  const { name = kind, quota = 100, deadlineMs = 25 } = options
  const { model, towers, cells, scoresItems = false, extra, aggregates, open } = source
  const { cost = 'scan', freshness = model === undefined ? 'event' : 'training' } = source
  return {
    name,
    quota,
    deadlineMs,
    cost,
    freshness,
    scoresItems,
    aggregates,
    open,
    spec: { kind, name, quota, model: model ?? towers, extra },
    ...(model === undefined ? {} : { model }),
    ...(towers === undefined ? {} : { towers }),
    ...(cells === undefined ? {} : { cells }),
  }
}
