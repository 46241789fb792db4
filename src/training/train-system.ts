import { type Application, hashOfSystem, type RankingSystem, requireSystem, type System } from '../application/index.ts'
import type { EventLog } from '../data/index.ts'
import { SluiceError } from '../foundation/index.ts'
import { ripeAfterMs } from '../ranking/index.ts'
import type { BuiltIndex } from './built-index.ts'
import { chooseRanker, type RefusedRanker } from './choose-ranker.ts'
import type { Examples } from './example-set.ts'
import { type FittedCells, fitContentCells } from './fit-content-cells.ts'
import { fitTowers } from './fit-towers.ts'
import { judgePages, type PageJudgement } from './judge-pages.ts'
import { judgeRanking, type RankingJudgement } from './judge-ranking.ts'
import { fitRetrieval, planSplits, surveyPlan } from './learning-splits.ts'
import { LogSurvey } from './log-survey.ts'
import {
  type Artifacts,
  type ModelRegistry,
  type ModelVersion,
  rankingSplits,
  type ServingRanker,
} from './model-registry.ts'
import type { PageAnswers } from './page-answers.ts'
import { type Catalogue, catalogueOf } from './page-worth.ts'
import type { GateResult } from './promotion-gate.ts'
import {
  championRanker,
  fitRankers,
  loadRankers,
  type SystemRankers,
  saveRankers,
  servingRanker,
  wholeRankers,
} from './system-rankers.ts'
import { SystemReplay, type SystemReplayOptions } from './system-replay.ts'

/** A pass over the log is reported once in so many offsets. */
const OFFSETS_A_REPORT = 4096

export interface TrainOptions {
  readonly seed: number
  /** The last offset that may be seen; the log's head when absent. */
  readonly untilOffset?: number
  readonly codeVersion: string
  /** Time of registration, in milliseconds since the Unix epoch. */
  readonly nowMs: number
  /** Subjects whose pages are judged, at most; 600 when absent. */
  readonly maxAnswers?: number
  /** Promote although the gate does not hold. */
  readonly force?: boolean
  readonly onProgress?: (progress: TrainingProgress) => void
}

/** How far a training is: records seen of all records that its passes read. */
export interface TrainingProgress {
  readonly step: string
  readonly done: number
  readonly total: number
}

/** What a training, or an evaluation, found out. */
export interface SystemJudgement {
  readonly ranking: RankingJudgement | undefined
  readonly pages: PageJudgement | undefined
}

export interface TrainingResult {
  readonly version: ModelVersion
  readonly judgement: SystemJudgement
  readonly gate: GateResult
  readonly promoted: boolean
  /** The main ranker, when it did not pass the gate and the fallback serves in its place. */
  readonly refused?: RefusedRanker
  /** By source, the index that was built for it and what it finds; absent where all items are read. */
  readonly indexes?: Readonly<Record<string, BuiltIndex>>
  readonly examples: { readonly rows: number; readonly positives: number; readonly immature: number }
}

const MAX_LISTS = 25_000
const MAX_ANSWERS = 600

/**
 * Learns a system from the log, judges it on the newest part, registers it and, when the gate holds, promotes it.
 *
 * The log is cut by label events into three parts in order of time. Retrieval models of the first part bring the
 * candidates from which the ranker learns on the second, so that it sees their scores as a stranger would; retrieval
 * models of the first two parts and that ranker are judged on the third, and are what is registered.
 *
 * @throws SluiceError `NO_TRAINING_DATA` when there is too little to cut, `ONE_CLASS_ONLY` when no example is positive,
 * `LOG_REWRITTEN` when records were removed meanwhile, of which nothing may be learnt any more
 */
export async function trainSystem(
  application: Application,
  name: string,
  log: EventLog,
  registry: ModelRegistry,
  options: TrainOptions,
): Promise<TrainingResult> {
  const system = requireSystem(application, name)
  const { seed } = options
  const { generation } = log
  const until = options.untilOffset ?? log.head
  const report = passReporter(until, options)
  const survey = new LogSurvey(log, until, surveyPlan(application, system), report('survey'))
  const splits = planSplits(survey, system)
  const fitUntil = (offset: number, { artifacts }: FittedCells): Artifacts => {
    const models = fitRetrieval(system, survey, offset)
    return new Map([...models, ...fitTowers(application, system, log, survey, offset), ...artifacts])
  }
  const cellsUntil = (offset: number) => fitContentCells(application, system, log, survey, offset)
  const cells = cellsUntil(splits.rankerUntil)
  const early = fitUntil(splits.retrievalUntil, cellsUntil(splits.retrievalUntil))
  const late = fitUntil(splits.rankerUntil, cells)

  const { expectedLists } = splits
  const replay = new SystemReplay(application, system, log, until, limits(options, expectedLists, report('replay')))
  replay.skipTo(splits.retrievalUntil)
  const { columnNames } = replay.openRetrieval(early)
  const training = await replay.collectTo(splits.rankerUntil)
  const examples = training.finish(replay.state.newestMs - ripeAfterMs(system.ranking))
  requireRows(examples)
  const fitted = fitRankers(system, columnNames, examples, seed)
  const rankers = wholeRankers(system, columnNames, fitted)

  const champion = championRanker(registry, name, system, columnNames)
  const held = await collectHeld(application, replay, system, { until, artifacts: late, rankers })
  const { guardrails } = system.problem
  const chosen = chooseRanker(held.test, rankers, guardrails, { seed, champion, force: options.force === true })
  const { serves, gate, refused } = chosen
  const judgement = { ranking: chosen.ranking, pages: judgeHeldPages(held, system, seed, serves) }
  const artifacts: Artifacts = new Map([...late, ...saveRankers(system, fitted)])
  const indexed = Object.keys(cells.indexes).length > 0 ? { indexes: cells.indexes } : {}
  const lineage = {
    system: name,
    offsets: { from: 1, until },
    splits: { retrievalUntil: splits.retrievalUntil, rankerUntil: splits.rankerUntil },
    seed,
    featureHash: application.features.hash,
    systemHash: hashOfSystem(application, system),
    columnNames,
    codeVersion: options.codeVersion,
    serves,
    ...indexed,
    metrics: { ...judgement, gate, ...(refused ? { refused } : {}) },
  }
  requireUnchanged(log, generation)
  const version = registry.register(lineage, artifacts, options.nowMs)
  const promoted = gate.holds || options.force === true
  if (promoted) registry.promote(name, version.version)
  const examined = { examples: summarise(examples), ...indexed, ...(refused ? { refused } : {}) }
  return { version, judgement, gate, promoted, ...examined }
}

/**
 * Judges a registered version on what the log holds after its ranker's last offset.
 *
 * @throws SluiceError `MODEL_MISMATCH` when the version was made for another definition of the system
 */
export async function evaluateVersion(
  application: Application,
  version: ModelVersion,
  log: EventLog,
  registry: ModelRegistry,
  options: Pick<TrainOptions, 'seed' | 'untilOffset' | 'maxAnswers' | 'onProgress'>,
): Promise<SystemJudgement> {
  const system = requireSystem(application, version.system)
  requireSameSystem(application, system, version)
  const until = options.untilOffset ?? log.head
  const report = passReporter(until, options)
  const survey = new LogSurvey(log, until, { ...surveyPlan(application, system), meetings: [] }, report('survey'))
  const { expectedLists } = planSplits(survey, system)
  const replay = new SystemReplay(application, system, log, until, limits(options, expectedLists, report('replay')))
  replay.skipTo(rankingSplits(version).rankerUntil)
  const artifacts = registry.artifacts(version)
  const rankers = loadRankers(system, version.columnNames, artifacts)
  const model = servingRanker(version, rankers)
  const { seed } = options
  const held = await collectHeld(application, replay, system, { until, artifacts, rankers })
  return {
    ranking: model && judgeRanking(held.test, model, { seed }),
    pages: judgeHeldPages(held, system, seed, version.serves ?? 'ranker'),
  }
}

function limits(
  { seed, maxAnswers = MAX_ANSWERS }: Pick<TrainOptions, 'seed' | 'maxAnswers'>,
  expectedLists: number,
  onRecord: (offset: number) => void,
): SystemReplayOptions {
  return { seed, maxLists: MAX_LISTS, maxAnswers, expectedLists, onRecord }
}

/** Refuses what was learnt when records were removed meanwhile. @throws SluiceError `LOG_REWRITTEN` */
export function requireUnchanged(log: EventLog, generation: number, what = 'training'): void {
  if (log.generation === generation) return
  throw new SluiceError(
    'LOG_REWRITTEN',
    `${what}: expected a log that nothing is removed from, got an erasure or a compaction meanwhile; do it again`,
  )
}

/** Reports every pass over the log from time to time. */
export function passReporter(
  total: number,
  { onProgress }: Pick<TrainOptions, 'onProgress'>,
): (step: string) => (offset: number) => void {
  return (step) => {
    let reported = 0
    return (offset) => {
      if (offset - reported < OFFSETS_A_REPORT && offset !== total) return
      reported = offset
      onProgress?.({ step, done: offset, total })
    }
  }
}

/** Refuses a version that was made for another definition. @throws SluiceError `MODEL_MISMATCH` */
export function requireSameSystem(application: Application, system: System, version: ModelVersion): void {
  const hash = hashOfSystem(application, system)
  if (version.featureHash === application.features.hash && version.systemHash === hash) return
  throw new SluiceError(
    'MODEL_MISMATCH',
    `model ${version.version} of ${version.system}: expected one made for this definition (${hash}), got one for ${version.systemHash}; train again`,
  )
}

/** What the last part of the log holds, and how it would have been answered. */
interface HeldPart {
  readonly test: Examples
  readonly answers: PageAnswers
  readonly catalogue: Catalogue
}

async function collectHeld(
  application: Application,
  replay: SystemReplay,
  system: RankingSystem,
  { until, artifacts, rankers }: { until: number; artifacts: Artifacts; rankers: SystemRankers },
): Promise<HeldPart> {
  replay.openRetrieval(artifacts)
  const answers = replay.answerWith(rankers)
  const knownBefore = replay.popularity.known()
  const held = await replay.collectTo(until)
  const test = held.finish(replay.state.newestMs - ripeAfterMs(system.ranking))
  return { test, answers, catalogue: catalogueOf(application, system, replay.state.attributes, knownBefore) }
}

function judgeHeldPages(
  { answers, catalogue }: HeldPart,
  { light }: RankingSystem,
  seed: number,
  serves: ServingRanker,
) {
  return judgePages(answers, { seed, catalogue, serves, keep: light?.keep })
}

function requireRows({ rowCount }: Examples): void {
  if (rowCount > 0) return
  throw new SluiceError(
    'NO_TRAINING_DATA',
    'training: expected examples in the second part of the log, got none; import exposures too',
  )
}

/** How many rows there are, and of what kinds. */
export function summarise({ rowCount, labels, weights }: Examples): TrainingResult['examples'] {
  return {
    rows: rowCount,
    positives: labels.reduce((sum, label) => sum + label, 0),
    immature: weights.reduce((sum, weight) => sum + (weight === 0 ? 1 : 0), 0),
  }
}
