import {
  type Application,
  hashOfSystem,
  logisticScorer,
  requireScoringSystem,
  ruleVocabulary,
  type Scorer,
  type ScoringSystem,
} from '../../application/index.ts'
import type { EventLog, EventRecord } from '../../data/index.ts'
import { durationMs, isSluiceError, SluiceError } from '../../foundation/index.ts'
import type { CalibrationMethod, RowModel } from '../../models/index.ts'
import { compileRules, decideAction, severityOf } from '../../policy/index.ts'
import { overWholeRows, selectColumns } from '../../ranking/index.ts'
import { type ModelRegistry, type ModelVersion, scoringSplits } from '../model-registry.ts'
import type { GateResult } from '../promotion-gate.ts'
import { passReporter, requireSameSystem, requireUnchanged, type TrainOptions } from '../train-system.ts'
import { calibrate, type SettledPolicy, settlePolicy } from './fit-policy.ts'
import { type ActionJudgement, judgeActions } from './judge-actions.ts'
import { judgeScoring, type ScoringJudgement } from './judge-scoring.ts'
import { OutcomeSurvey } from './outcome-survey.ts'
import { nowOf, planScoring, type ScoringPlan } from './plan-scoring.ts'
import { RowProfiler } from './row-profile.ts'
import { outcomeOf, type Replayed, scoreTo, validationEvents } from './score-replayed.ts'
import type { EventQuestions } from './scored-events.ts'
import { ScoredReplay } from './scored-replay.ts'
import { scoringGate } from './scoring-gate.ts'
import { imbalanceOffset, loadScoringModel, ScoringModel, saveScoringModel } from './scoring-model.ts'
import { collectExamples, MAX_ROWS, type TrainingExamples } from './training-examples.ts'

/** From so many rows on, more than one thread is worth its start. */
const ROWS_OF_TWO_THREADS = 20_000

/** What a training, or an evaluation, found out. */
export interface ScoringResultJudgement {
  readonly scoring: ScoringJudgement | undefined
  readonly actions: ActionJudgement | undefined
}

export interface ScoringTrainingResult {
  readonly version: ModelVersion
  readonly judgement: ScoringResultJudgement
  readonly calibration: CalibrationMethod
  readonly settled: SettledPolicy['numbers']
  readonly gate: GateResult
  readonly promoted: boolean
  readonly examples: Pick<TrainingExamples, 'positives' | 'early' | 'unknown'> & { readonly rows: number }
}

/**
 * Learns a scoring system from the log, judges it on the newest part, registers it and, when the gate holds, promotes it.
 *
 * The log is cut by time (see `planScoring`). The model learns from the first part; its calibration, and the numbers of
 * the policy, from the second; the third judges all of it together with the rules. Each is done in the middle of one
 * replay, when its labels have come, so that nothing that was told later is in it.
 *
 * @throws SluiceError `NO_TRAINING_DATA` when the log is too short, `ONE_CLASS_ONLY` when a part has events of one kind
 * alone, `LOG_REWRITTEN` when records were removed meanwhile
 * @remarks Two passes over the log. Memory: 8 bytes a value of the rows that are learnt from, some 100 bytes an event
 * beside them.
 */
export async function trainScoringSystem(
  application: Application,
  name: string,
  log: EventLog,
  registry: ModelRegistry,
  options: TrainOptions,
): Promise<ScoringTrainingResult> {
  const system = requireScoringSystem(application, name)
  const { seed } = options
  const { generation } = log
  const until = options.untilOffset ?? log.head
  const report = passReporter(until, options)
  const survey = new OutcomeSurvey(log, until, { name, system }, report('survey'))
  const plan = planScoring(survey, system.event, durationMs(system.label.matureAfter))
  const replay = new ScoredReplay(application, system, log, until, report('replay'))
  const { columnNames } = replay.rows
  const columns = selectColumns(columnNames, system.features)
  const examples = collectExamples(replay, survey, system, plan, { name, seed, columns, maxRows: MAX_ROWS })
  requirePositives(examples)
  const model = await fit(system.model, examples, seed)
  const whole = (own: RowModel): RowModel => overWholeRows({ features: system.features }, columnNames, own)

  const replayed: Replayed = { application, system, replay, survey }
  const offset = imbalanceOffset(system.imbalance)
  const validation = validationEvents(replayed, plan, [whole(model)])
  const scores = validation.scores[0]!.map((score) => score + offset)
  const { method, calibrator } = calibrate(validation, scores, system.calibration)
  const calibrated = scores.map((score) => calibrator.probability(score))
  const { policy, numbers } = settlePolicy(system.policy, validation, calibrated, seed)
  const scoring = new ScoringModel(whole(model), calibrator, { offset, policy })

  const logistic = model.kind === 'logistic-regression' ? undefined : await fit(logisticScorer(), examples, seed)
  const champion = championOf(registry, name, application, system)
  const rivals = { logistic: logistic && whole(logistic), champion }
  const rate = validation.labels.reduce((sum, label) => sum + label, 0) / validation.count
  const expected = survey.offsets.filter((at) => at > plan.testFrom).length
  const profiler = new RowProfiler(columnNames, { seed, expected })
  const judgement = judgeHeld(replayed, scoring, { plan, until, seed, rivals, rate, profiler })
  const gate = scoringGate(judgement.scoring, judgement.actions, system.problem.guardrails)
  const { rowCount: rows, positives, early, unknown } = examples
  const { trainUntil, fitAt, validateUntil, testFrom } = plan
  const lineage = {
    system: name,
    offsets: { from: 1, until },
    splits: { trainUntil, fitAt, validateUntil, testFrom },
    seed,
    featureHash: application.features.hash,
    systemHash: hashOfSystem(application, system),
    columnNames,
    codeVersion: options.codeVersion,
    rows: profiler.finish(),
    metrics: { ...judgement, calibration: method, settled: numbers, gate },
  }
  requireUnchanged(log, generation)
  const read = Array.from(columns, (column) => columnNames[column]!)
  const artifacts = saveScoringModel(model, calibrator, { columns: read, offset, policy })
  const version = registry.register(lineage, artifacts, options.nowMs)
  const promoted = gate.holds || options.force === true
  if (promoted) registry.promote(name, version.version)
  const summary = { rows, positives, early, unknown }
  return { version, judgement, calibration: method, settled: numbers, gate, promoted, examples: summary }
}

/**
 * Judges a registered version on what the log holds after the events that it was made from.
 *
 * @throws SluiceError `MODEL_MISMATCH` when the version was made for another definition of the system
 */
export function evaluateScoringVersion(
  application: Application,
  version: ModelVersion,
  log: EventLog,
  registry: ModelRegistry,
  options: Pick<TrainOptions, 'seed' | 'untilOffset' | 'onProgress'>,
): ScoringResultJudgement {
  const { system: name, columnNames } = version
  const system = requireScoringSystem(application, name)
  requireSameSystem(application, system, version)
  const until = options.untilOffset ?? log.head
  const report = passReporter(until, options)
  const survey = new OutcomeSurvey(log, until, { name, system }, report('survey'))
  const replay = new ScoredReplay(application, system, log, until, report('replay'))
  const scoring = loadScoringModel(system, columnNames, registry.artifacts(version))
  const plan = { testFrom: scoringSplits(version).testFrom, nowMs: nowOf(survey) }
  return judgeHeld({ application, system, replay, survey }, scoring, { plan, until, seed: options.seed, rivals: {} })
}

function fit(scorer: Scorer, examples: TrainingExamples, seed: number): Promise<RowModel> {
  return scorer.fit(examples, { seed, threads: examples.rowCount < ROWS_OF_TWO_THREADS ? 1 : 2 })
}

interface HeldOptions {
  readonly plan: Pick<ScoringPlan, 'testFrom' | 'nowMs'>
  readonly until: number
  readonly seed: number
  readonly rivals: { readonly logistic?: RowModel | undefined; readonly champion?: ScoringModel | undefined }
  readonly rate?: number
  /** Shown every row, whatever is known of its event. */
  readonly profiler?: RowProfiler
}

/** Scores and decides the last part as it would have been served, and judges both. */
function judgeHeld(
  replayed: Replayed,
  scoring: ScoringModel,
  { plan, until, seed, rivals, rate, profiler }: HeldOptions,
): ScoringResultJudgement {
  const { system, replay } = replayed
  replay.replayTo(plan.testFrom)
  const { logistic, champion } = rivals
  const rivalModels = [logistic, champion?.model].filter((model) => model !== undefined)
  const test = scoreTo(
    replayed,
    until,
    {
      models: [scoring.model, ...rivalModels],
      outcome: outcomeOf(replayed, until, plan.nowMs),
      decide: deciderOf(replayed, scoring),
    },
    profiler,
  )
  const probabilities = test.scores[0]!.map((score) => scoring.probability(score))
  const championScores = champion && test.scores.at(-1)!.map((score) => champion.probability(score))
  return {
    scoring: judgeScoring(test, {
      seed,
      probabilities,
      ...(rate === undefined ? {} : { rate }),
      logistic: logistic && test.scores[1],
      champion: championScores,
    }),
    actions: judgeActions(test, system.policy, seed),
  }
}

/** Rules and model together; no list is asked, since lists of that time are not known. */
function deciderOf({ application, system }: Replayed, scoring: ScoringModel): NonNullable<EventQuestions['decide']> {
  const { schema, features } = application
  const vocabulary = ruleVocabulary(schema, features, system)
  const program = compileRules(system.policy.rules ?? '', vocabulary)
  const numbers = new Float64Array(vocabulary.numbers.length)
  const fired = new Uint8Array(program.rules.length)
  const textOf = (record: EventRecord) => (field: string) => {
    const value = record[field]
    return typeof value === 'string' ? value : undefined
  }
  return (record, row, score) => {
    const probability = scoring.probability(score)
    numbers.set(row)
    numbers[row.length] = probability
    const amount = system.amount === undefined ? 0 : Number(record[system.amount] ?? 0)
    const asked = { probability, amount, row: { numbers, texts: vocabulary.texts.map(textOf(record)) } }
    return severityOf(decideAction(program, scoring.policy, asked, fired).action)
  }
}

/** What serves today, when it can score the same rows. */
function championOf(
  registry: ModelRegistry,
  name: string,
  { features }: Application,
  system: ScoringSystem,
): ScoringModel | undefined {
  const champion = registry.champion(name)
  if (champion?.featureHash !== features.hash) return undefined
  try {
    return loadScoringModel(system, features.columnNames, registry.artifacts(champion))
  } catch (error) {
    if (isSluiceError(error, 'MODEL_MISMATCH')) return undefined
    throw error
  }
}

function requirePositives({ positives, rowCount }: TrainingExamples): void {
  if (positives > 0 && positives < rowCount) return
  throw new SluiceError(
    'ONE_CLASS_ONLY',
    `training: expected events of both kinds to learn from, got ${positives} positive of ${rowCount}; import more labels`,
  )
}
