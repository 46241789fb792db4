import { type Application, type RankingSystem, requireSystem } from '../application/index.ts'
import type { EventLog } from '../data/index.ts'
import { SluiceError } from '../foundation/index.ts'
import { type CompressedCandidate, compressedCandidates, type RowModel, TreeModel } from '../models/index.ts'
import { ripeAfterMs, ValueModel } from '../ranking/index.ts'
import {
  type CompressionFigures,
  type CompressionTrial,
  compressionTrial,
  figuresOf,
  type SegmentLoss,
  timeModels,
} from './compression-trial.ts'
import type { Examples } from './example-set.ts'
import { judgeRanking, type RankingJudgement, takeLists } from './judge-ranking.ts'
import { planSplits, surveyPlan } from './learning-splits.ts'
import { LogSurvey } from './log-survey.ts'
import { type Artifacts, type Lineage, type ModelRegistry, type ModelVersion, rankingSplits } from './model-registry.ts'
import { RANKER } from './system-rankers.ts'
import { SystemReplay } from './system-replay.ts'
import { requireSameSystem } from './train-system.ts'

export interface CompressOptions {
  readonly seed: number
  /** How much NDCG@10 may be lost, overall, and beyond chance in any segment; 0.002 by default. */
  readonly maxLoss?: number
  /** Register and promote nothing. */
  readonly reportOnly?: boolean
  /** A clock in microseconds, for the latency. */
  readonly clockMicros: () => number
  /** Time of registration, in milliseconds since the Unix epoch. */
  readonly nowMs: number
  readonly onRecord?: (offset: number, last: number) => void
}

export interface CompressionResult {
  /** The version that was compressed. */
  readonly from: string
  readonly lists: number
  readonly original: CompressionFigures
  readonly trials: readonly CompressionTrial[]
  /** The smallest that holds; the version that it became, unless only a report was asked for. */
  readonly chosen: string | undefined
  readonly version: ModelVersion | undefined
}

const MAX_LOSS = 0.002
/** Lists to judge on, about; of a larger log a seeded sample. */
const MAX_LISTS = 25_000

/**
 * Makes the ranker of a version smaller in several ways and judges each on what the log holds after the ranker's last
 * offset: bytes, time, NDCG@10 overall and by segment (subjects that the ranker had learnt from, and others). The
 * smallest that is not slower and loses no more than is allowed becomes a version of its own and is promoted.
 *
 * @throws SluiceError `MODEL_MISMATCH` when the ranker is no ensemble of trees, or was made for another definition of the
 * system; `NO_TRAINING_DATA` when no list is left to judge on; `LOG_REWRITTEN` when records were removed meanwhile
 */
export async function compressVersion(
  application: Application,
  version: ModelVersion,
  log: EventLog,
  registry: ModelRegistry,
  options: CompressOptions,
): Promise<CompressionResult> {
  const system = requireSystem(application, version.system)
  requireSameSystem(application, system, version)
  const { generation } = log
  const artifacts = registry.artifacts(version)
  const teacher = requireTrees(version, system.ranking.load(artifacts.get(RANKER) ?? new Uint8Array()))
  const { training, held } = await collectExamples(application, system, version, log, artifacts, options)
  const candidates = compressRanker(teacher, training, options.seed)
  const { original, trials } = judgeCandidates(teacher, candidates, training, held, system, options)
  const best = trials.filter(({ holds }) => holds).sort((a, b) => a.bytes - b.bytes)[0]
  const chosen = candidates.find(({ name }) => name === best?.name)
  const result = { from: version.version, lists: held.starts.length - 1, original, trials, chosen: chosen?.name }
  if (chosen === undefined || options.reportOnly === true) return { ...result, version: undefined }
  if (log.generation !== generation) {
    throw new SluiceError(
      'LOG_REWRITTEN',
      'compress: expected a log that nothing is removed from, got an erasure or a compaction meanwhile; do it again',
    )
  }
  const made = registry.register(
    { ...lineageOf(version), metrics: { compression: { from: version.version, original, chosen: best } } },
    new Map([...artifacts, [RANKER, chosen.model.save()]]),
    options.nowMs,
  )
  registry.promote(version.system, made.version)
  return { ...result, version: made }
}

/** Rows that the ranker learnt from, for students, and rows that came later. */
async function collectExamples(
  application: Application,
  system: RankingSystem,
  version: ModelVersion,
  log: EventLog,
  artifacts: Artifacts,
  { seed, onRecord }: CompressOptions,
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

function judgeCandidates(
  teacher: RowModel,
  candidates: readonly CompressedCandidate[],
  training: Examples,
  held: Examples,
  system: RankingSystem,
  { seed, maxLoss = MAX_LOSS, clockMicros }: CompressOptions,
): { original: CompressionFigures; trials: CompressionTrial[] } {
  const judge = (model: RowModel, rows: Examples) => judgeRanking(rows, model, { seed, champion: teacher })
  const models = [teacher, ...candidates.map(({ model }) => model)]
  const [ownMicros = 0, ...micros] = timeModels(models, held, system.retrieval.candidates, clockMicros)
  const original = figuresOf('as it is', teacher, requireJudgement(judge(teacher, held)), ownMicros)
  const segments = segmentsOf(training, held)
  const trials = candidates.map(({ name, model }, index) => {
    const judged = requireJudgement(judge(model, held))
    const losses = Object.entries(segments).flatMap(([segment, rows]) => {
      const gain = judge(model, rows)?.gainOverChampion
      if (gain === undefined) return []
      const loss: SegmentLoss = { lists: rows.starts.length - 1, loss: -gain.estimate, lossAtLeast: -gain.high }
      return [[segment, loss] as const]
    })
    const figures = figuresOf(name, model, judged, micros[index]!)
    return compressionTrial(figures, original, judged.gainOverChampion, Object.fromEntries(losses), maxLoss)
  })
  return { original, trials }
}

/** The ways to make a ranker smaller; of a value, the trees of all its objectives in the same way. */
function compressRanker(ranker: TreeModel | ValueModel, rows: Examples, seed: number): CompressedCandidate[] {
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
  throw new SluiceError(
    'MODEL_MISMATCH',
    `compress ${system}: expected a ranker of trees, got ${ranker.kind}; it is small already, or was compressed before`,
  )
}

type Judged = RankingJudgement & Required<Pick<RankingJudgement, 'gainOverChampion'>>

function requireJudgement(judgement: RankingJudgement | undefined): Judged {
  if (judgement?.gainOverChampion) return judgement as Judged
  throw new SluiceError(
    'NO_TRAINING_DATA',
    'compress: expected lists after the last that the ranker learnt from, with positive and other rows, got none; import more events',
  )
}

function lineageOf(version: ModelVersion): Omit<Lineage, 'metrics'> {
  const {
    system,
    offsets,
    splits,
    seed,
    featureHash,
    systemHash,
    columnNames,
    codeVersion,
    serves = 'ranker',
  } = version
  return { system, offsets, splits, seed, featureHash, systemHash, columnNames, codeVersion, serves }
}
