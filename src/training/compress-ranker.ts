import { type Application, type RankingSystem, requireSystem } from '../application/index.ts'
import type { EventLog } from '../data/index.ts'
import { SluiceError } from '../foundation/index.ts'
import { type CompressedCandidate, compressedCandidates, type RowModel, TreeModel } from '../models/index.ts'
import { ripeAfterMs, ValueModel } from '../ranking/index.ts'
import { type Compress, type CompressOptions, notOfTrees } from './compression-task.ts'
import { type CompressionLoss, lossOf } from './compression-trial.ts'
import type { Examples } from './example-set.ts'
import { judgeRanking, type RankingJudgement, takeLists } from './judge-ranking.ts'
import { planSplits, surveyPlan } from './learning-splits.ts'
import { LogSurvey } from './log-survey.ts'
import { type Artifacts, type ModelVersion, rankingSplits } from './model-registry.ts'
import { RANKER } from './system-rankers.ts'
import { SystemReplay } from './system-replay.ts'

/** Lists to judge on, about; of a larger log a seeded sample. */
const MAX_LISTS = 25_000

/**
 * The ranker of a version and smaller ones, by NDCG@10 on the lists after its last offset: overall, and of subjects that the
 * ranker had learnt from and of others. The time is that of a page of candidates.
 */
export const compressRanker: Compress = async (application, version, log, artifacts, options) => {
  const system = requireSystem(application, version.system)
  const { seed } = options
  const teacher = requireTrees(version, system.ranking.load(artifacts.get(RANKER) ?? new Uint8Array()))
  const { training, held } = await collectExamples(application, system, version, log, artifacts, options)
  const segments = segmentsOf(training, held)
  const models: CompressedCandidate[] = [
    { name: 'as it is', model: teacher },
    ...smallerRankers(teacher, training, seed),
  ]
  return {
    metric: 'NDCG@10',
    heldOut: { what: 'lists', count: held.starts.length - 1 },
    timed: { ...held, batch: system.retrieval.candidates, calls: 1 },
    candidates: models.map(({ name, model }) => ({
      name,
      model,
      judge: () => judgeRanker(model, teacher, held, segments, seed),
      artifacts: () => new Map([...artifacts, [RANKER, model.save()]]),
    })),
  }
}

/** Rows that the ranker learnt from, for students, and rows that came later. */
async function collectExamples(
  application: Application,
  system: RankingSystem,
  version: ModelVersion,
  log: EventLog,
  artifacts: Artifacts,
  { seed, onRecord }: Pick<CompressOptions, 'seed' | 'onRecord'>,
): Promise<{ training: Examples; held: Examples }> {
  const until = log.head
  const splits = rankingSplits(version)
  const survey = new LogSurvey(log, until, { ...surveyPlan(application, system), meetings: [] }, () => {})
  const { expectedLists } = planSplits(survey, system)
  const limits = { seed, maxLists: MAX_LISTS, maxAnswers: 0, expectedLists }
  const replay = new SystemReplay(application, system, log, until, {
    ...limits,
    onRecord: (offset) => onRecord?.(offset, until),
  })
  replay.skipTo(splits.retrievalUntil)
  replay.openRetrieval(artifacts)
  const matureBefore = () => replay.state.newestMs - ripeAfterMs(system.ranking)
  const training = (await replay.collectTo(splits.rankerUntil)).finish(matureBefore())
  const held = (await replay.collectTo(until)).finish(matureBefore())
  return { training, held }
}

function judgeRanker(
  model: RowModel,
  teacher: RowModel,
  held: Examples,
  segments: Readonly<Record<string, Examples>>,
  seed: number,
) {
  const judge = (rows: Examples) => judgeRanking(rows, model, { seed, champion: teacher })
  const judged = requireJudgement(judge(held))
  const losses = Object.entries(segments).flatMap(([segment, rows]) => {
    const gain = judge(rows)?.gainOverChampion
    return gain === undefined ? [] : [[segment, lossOf(rows.starts.length - 1, gain)] as const]
  })
  const { ndcgAt10, auc, logLoss } = judged.model
  const lost: CompressionLoss = {
    loss: -judged.gainOverChampion.estimate,
    others: {},
    segments: Object.fromEntries(losses),
  }
  return { quality: { ndcgAt10: ndcgAt10.estimate, auc: auc?.estimate ?? null, logLoss }, lost }
}

/** The ways to make a ranker smaller; of a value, the trees of all its objectives in the same way. */
function smallerRankers(ranker: TreeModel | ValueModel, rows: Examples, seed: number): CompressedCandidate[] {
  if (ranker instanceof TreeModel) return compressedCandidates(ranker, rows, seed)
  const ways = new Map(treesOf(ranker).map((trees) => [trees, compressedCandidates(trees, rows, seed)]))
  const [first = []] = ways.values()
  return first.map(({ name }, way) => ({
    name,
    model: ranker.withModels(({ model }) => (model instanceof TreeModel ? ways.get(model)?.[way]?.model : model)),
  }))
}

function treesOf({ objectives }: ValueModel): TreeModel[] {
  return objectives.flatMap(({ model }) => (model instanceof TreeModel ? [model] : []))
}

/** Lists of subjects that were there when the ranker learnt, and of others. */
function segmentsOf(training: Examples, held: Examples): Record<string, Examples> {
  const known = new Set(training.subjects)
  const isKnown = (list: number) => known.has(held.subjects[held.starts[list]!]!)
  return {
    'known subjects': takeLists(held, isKnown),
    'new subjects': takeLists(held, (list) => !isKnown(list)),
  }
}

function requireTrees({ system, serves, version }: ModelVersion, ranker: RowModel): TreeModel | ValueModel {
  if (serves === 'fallback') {
    throw new SluiceError(
      'MODEL_MISMATCH',
      `compress ${system}: expected a version that ranks by its main ranker, got ${version}, whose fallback ranks; train on more events`,
    )
  }
  if (ranker instanceof TreeModel) return ranker
  if (ranker instanceof ValueModel && treesOf(ranker).length > 0) return ranker
  throw notOfTrees(system, ranker)
}

type Judged = RankingJudgement & Required<Pick<RankingJudgement, 'gainOverChampion'>>

function requireJudgement(judgement: RankingJudgement | undefined): Judged {
  if (judgement?.gainOverChampion) return judgement as Judged
  throw new SluiceError(
    'NO_TRAINING_DATA',
    'compress: expected lists after the last that the ranker learnt from, with positive and other rows, got none; import more events',
  )
}
