import { type Application, hashOfSystem, type RankingSystem } from '../application/index.ts'
import type { EventLog } from '../data/index.ts'
import { SluiceError } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import { satisfies } from '../problem/index.ts'
import { fitRetrievalModel, retrievalModelName } from '../retrieval/index.ts'
import type { Examples } from './example-set.ts'
import { collectInteractions } from './interactions.ts'
import { judgePages, type PageJudgement } from './judge-pages.ts'
import { judgeRanking, type RankingJudgement } from './judge-ranking.ts'
import type { Artifacts, ModelRegistry, ModelVersion } from './model-registry.ts'
import { type GateResult, promotionGate } from './promotion-gate.ts'
import { SystemReplay } from './system-replay.ts'

/** The file name of a version's ranker. */
export const RANKER = 'ranker'

/** Shares of the label events after which retrieval, and then the ranker, have learnt enough; the rest judges. */
const RETRIEVAL_SHARE = 0.6
const RANKER_SHARE = 0.8

export interface TrainOptions {
  readonly seed: number
  /** The last offset that may be seen; the log's head when absent. */
  readonly untilOffset?: number
  readonly codeVersion: string
  /** Time of registration, in milliseconds since the Unix epoch. */
  readonly nowMs: number
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
  readonly examples: { readonly rows: number; readonly positives: number; readonly immature: number }
}

const REPLAY_LIMITS = { maxLists: 25_000, maxAnswers: 1_000 }

/**
 * Learns a system from the log, judges it on the newest part, registers it and, when the gate holds, promotes it.
 *
 * The log is cut by label events into three parts in order of time. Retrieval models of the first part bring the
 * candidates from which the ranker learns on the second, so that it sees their scores as a stranger would; retrieval
 * models of the first two parts and that ranker are judged on the third, and are what is registered.
 *
 * @throws SluiceError `NO_TRAINING_DATA` when there is too little to cut, `ONE_CLASS_ONLY` when no example is positive
 */
export async function trainSystem(
  application: Application,
  name: string,
  log: EventLog,
  registry: ModelRegistry,
  options: TrainOptions,
): Promise<TrainingResult> {
  const system = requireSystem(application, name)
  const { seed, onProgress } = options
  const until = options.untilOffset ?? log.head
  const splits = planSplits(log, system, until)
  const early = fitRetrieval(application, system, log, splits.retrievalUntil)
  const late = fitRetrieval(application, system, log, splits.rankerUntil)

  const replay = new SystemReplay(application, system, log, until, {
    ...REPLAY_LIMITS,
    seed,
    expectedLists: splits.expectedLists,
    onRecord: (offset) => {
      if (offset % 4096 === 0) onProgress?.({ step: 'replay', done: offset, total: until })
    },
  })
  replay.skipTo(splits.retrievalUntil)
  const { columnNames } = replay.openRetrieval(early)
  const training = await replay.collectTo(splits.rankerUntil)
  const examples = training.finish(replay.state.newestMs - system.ranking.label.withinMs)
  requireRows(examples)
  const model = system.ranking.fit(examples, seed)

  const champion = registry.champion(name)
  const judgement = await judge(replay, system, {
    until,
    artifacts: late,
    model,
    seed,
    champion: rankerOf(registry, champion, system, columnNames),
  })
  const gate = promotionGate(judgement.ranking, system.problem.guardrails)
  const artifacts: Artifacts = new Map([...late, [RANKER, model.save()]])
  const lineage = {
    system: name,
    offsets: { from: 1, until },
    splits: { retrievalUntil: splits.retrievalUntil, rankerUntil: splits.rankerUntil },
    seed,
    featureHash: application.features.hash,
    systemHash: hashOfSystem(application, system),
    columnNames,
    codeVersion: options.codeVersion,
    metrics: { ...judgement, gate },
  }
  const version = registry.register(lineage, artifacts, options.nowMs)
  const promoted = gate.holds || options.force === true
  if (promoted) registry.promote(name, version.version)
  return { version, judgement, gate, promoted, examples: summarise(examples) }
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
  options: Pick<TrainOptions, 'seed' | 'untilOffset' | 'onProgress'>,
): Promise<SystemJudgement> {
  const system = requireSystem(application, version.system)
  requireSameSystem(application, system, version)
  const until = options.untilOffset ?? log.head
  const { expectedLists } = planSplits(log, system, until)
  const onRecord = (offset: number) => options.onProgress?.({ step: 'replay', done: offset, total: until })
  const replay = new SystemReplay(application, system, log, until, {
    ...REPLAY_LIMITS,
    seed: options.seed,
    expectedLists,
    onRecord,
  })
  replay.skipTo(version.splits.rankerUntil)
  const artifacts = registry.artifacts(version)
  const model = system.ranking.load(artifacts.get(RANKER) ?? new Uint8Array())
  return judge(replay, system, { until, artifacts, model, seed: options.seed })
}

/** The system of a name. @throws SluiceError `UNKNOWN_SYSTEM` */
export function requireSystem(application: Application, name: string): RankingSystem {
  const system = Object.hasOwn(application.systems, name) ? application.systems[name] : undefined
  if (system) return system
  const known = Object.keys(application.systems).join(', ')
  throw new SluiceError('UNKNOWN_SYSTEM', `system: expected one of ${known}, got ${JSON.stringify(name)}`)
}

/** Refuses a version that was made for another definition. @throws SluiceError `MODEL_MISMATCH` */
export function requireSameSystem(application: Application, system: RankingSystem, version: ModelVersion): void {
  const hash = hashOfSystem(application, system)
  if (version.featureHash === application.features.hash && version.systemHash === hash) return
  throw new SluiceError(
    'MODEL_MISMATCH',
    `model ${version.version} of ${version.system}: expected one made for this definition (${hash}), got one for ${version.systemHash}; train again`,
  )
}

async function judge(
  replay: SystemReplay,
  system: RankingSystem,
  options: { until: number; artifacts: Artifacts; model: RowModel; seed: number; champion?: RowModel | undefined },
): Promise<SystemJudgement> {
  const { until, artifacts, model, seed, champion } = options
  replay.openRetrieval(artifacts)
  const answers = replay.answerWith(model)
  const held = await replay.collectTo(until)
  const test = held.finish(replay.state.newestMs - system.ranking.label.withinMs)
  const itemCount = Math.max(1, replay.state.attributes.keys(system.item).size)
  return { ranking: judgeRanking(test, model, { seed, champion }), pages: judgePages(answers, { seed, itemCount }) }
}

/** The champion's ranker, when it reads the same columns. */
function rankerOf(
  registry: ModelRegistry,
  champion: ModelVersion | undefined,
  system: RankingSystem,
  columnNames: readonly string[],
): RowModel | undefined {
  if (!champion || champion.columnNames.join() !== columnNames.join()) return undefined
  const bytes = registry.artifacts(champion).get(RANKER)
  return bytes && system.ranking.load(bytes)
}

function fitRetrieval(
  application: Application,
  system: RankingSystem,
  log: EventLog,
  until: number,
): Map<string, Uint8Array> {
  const fitted = new Map<string, Uint8Array>()
  for (const { model } of system.retrieval.sources) {
    if (!model || fitted.has(retrievalModelName(model))) continue
    const setting = { schema: application.schema, subject: system.subject, item: system.item }
    const { interactions, itemNames } = collectInteractions(log, until, model, setting)
    fitted.set(retrievalModelName(model), fitRetrievalModel(model, interactions, itemNames))
  }
  return fitted
}

interface Splits {
  readonly retrievalUntil: number
  readonly rankerUntil: number
  readonly expectedLists: number
}

/** Cuts the log by its label events; the offsets are those of the events at which a part ends. */
function planSplits(log: EventLog, { ranking }: RankingSystem, until: number): Splits {
  const { label, examples } = ranking
  const offsets: number[] = []
  const lists = new Set<unknown>()
  for (const { firstOffset, records } of log.read(1, until)) {
    for (const [index, record] of records.entries()) {
      if (record.type === label.event && satisfies(record, label.where)) offsets.push(firstOffset + index)
      if (examples.kind === 'exposures' && record.type === examples.event) lists.add(record[examples.group])
    }
  }
  const cut = (share: number): number => offsets[Math.floor(offsets.length * share)] ?? 0
  if (offsets.length < 10) {
    throw new SluiceError(
      'NO_TRAINING_DATA',
      `training: expected at least 10 ${label.event} events that count as a label, got ${offsets.length}; import more events first`,
    )
  }
  const expectedLists = (examples.kind === 'exposures' ? lists.size : offsets.length) * (1 - RETRIEVAL_SHARE)
  return { retrievalUntil: cut(RETRIEVAL_SHARE), rankerUntil: cut(RANKER_SHARE), expectedLists }
}

function requireRows({ rowCount }: Examples): void {
  if (rowCount > 0) return
  throw new SluiceError(
    'NO_TRAINING_DATA',
    'training: expected examples in the second part of the log, got none; import exposures too',
  )
}

function summarise({ rowCount, labels, weights }: Examples): TrainingResult['examples'] {
  return {
    rows: rowCount,
    positives: labels.reduce((sum, label) => sum + label, 0),
    immature: weights.reduce((sum, weight) => sum + (weight === 0 ? 1 : 0), 0),
  }
}
