import type { Application, RankingSystem } from '../application/index.ts'
import { SluiceError } from '../foundation/index.ts'
import { fitRetrievalModel, retrievalModelName } from '../retrieval/index.ts'
import type { LogSurvey, SurveyPlan } from './log-survey.ts'
import type { Artifacts } from './model-registry.ts'

/** Shares of the label events after which retrieval, and then the ranker, have learnt enough; the rest judges. */
const RETRIEVAL_SHARE = 0.6
const RANKER_SHARE = 0.8
const FEWEST_LABELS = 10

/** Where the log is cut: the offsets of the events at which a part ends. */
export interface LearningSplits {
  readonly retrievalUntil: number
  readonly rankerUntil: number
  /** How many lists of examples lie behind the first part, about. */
  readonly expectedLists: number
}

/** What a system has to know of the log. */
export function surveyPlan({ schema }: Application, system: RankingSystem): SurveyPlan {
  const { subject, item, ranking, retrieval } = system
  const meetings = retrieval.sources.flatMap(({ model, towers }) => model ?? towers ?? [])
  return { schema, subject, item, label: ranking.label, examples: ranking.examples, meetings }
}

/**
 * Cuts the log by its label events.
 *
 * @throws SluiceError `NO_TRAINING_DATA` when there are too few
 */
export function planSplits({ labelOffsets, listCount }: LogSurvey, { ranking }: RankingSystem): LearningSplits {
  const cut = (share: number): number => labelOffsets[Math.floor(labelOffsets.length * share)] ?? 0
  if (labelOffsets.length < FEWEST_LABELS) {
    throw new SluiceError(
      'NO_TRAINING_DATA',
      `training: expected at least ${FEWEST_LABELS} ${ranking.label.event} events that count as a label, got ${labelOffsets.length}; import more events first`,
    )
  }
  return {
    retrievalUntil: cut(RETRIEVAL_SHARE),
    rankerUntil: cut(RANKER_SHARE),
    expectedLists: listCount * (1 - RETRIEVAL_SHARE),
  }
}

/** The retrieval models of a system, learnt from what happened up to an offset; sources with equal specs share one. */
export function fitRetrieval({ retrieval }: RankingSystem, survey: LogSurvey, until: number): Artifacts {
  const fitted = new Map<string, Uint8Array>()
  for (const { model } of retrieval.sources) {
    if (!model || fitted.has(retrievalModelName(model))) continue
    const { interactions, itemNames } = survey.interactions(model, until)
    fitted.set(retrievalModelName(model), fitRetrievalModel(model, interactions, itemNames))
  }
  return fitted
}
