import { type Application, requireScoringSystem, type ScoringSystem } from '../../application/index.ts'
import type { EventLog } from '../../data/index.ts'
import {
  averagePrecision,
  bootstrap,
  bootstrapMeanDifference,
  brierScore,
  calibrationError,
  type Interval,
  logLoss,
  logLossByRow,
  resampledAveragePrecision,
  resampledRocAuc,
  rocAuc,
} from '../../evaluation/index.ts'
import { durationMs, SluiceError } from '../../foundation/index.ts'
import { compressedCandidates, type RowModel, TreeModel } from '../../models/index.ts'
import { overWholeRows, selectColumns } from '../../ranking/index.ts'
import { type Compress, type CompressOptions, notOfTrees } from '../compression-task.ts'
import { type CompressionLoss, lossOf } from '../compression-trial.ts'
import { type ModelVersion, scoringSplits } from '../model-registry.ts'
import { calibrate, settlePolicy } from './fit-policy.ts'
import { rowsOfSegments } from './judge-scoring.ts'
import { OutcomeSurvey } from './outcome-survey.ts'
import { nowOf, planScoring, type ScoringPlan } from './plan-scoring.ts'
import { outcomeOf, type Replayed, scoreTo, validationEvents } from './score-replayed.ts'
import type { ScoredEvents } from './scored-events.ts'
import { ScoredReplay } from './scored-replay.ts'
import { loadScoringParts, saveScoringModel } from './scoring-model.ts'
import { collectExamples, MAX_ROWS } from './training-examples.ts'

const SAMPLES = 200
/** Events that are scored one by one in a round of timing. */
const TIMED_EVENTS = 256

/**
 * The model of a version and smaller ones, by average precision on the events after those that it was made from: overall and
 * by the system's segment, with AUC and log loss, which holds the calibration, beside it. Each smaller model is calibrated
 * anew on the events on which the original was, and settles its policy there. The time is that of one event.
 */
export const compressScorer: Compress = async (application, version, log, artifacts, options) => {
  const system = requireScoringSystem(application, version.system)
  const { seed } = options
  const { columnNames } = version
  const { own: teacher, calibrator, settings } = loadScoringParts(system, columnNames, artifacts)
  if (!(teacher instanceof TreeModel)) throw notOfTrees(version.system, teacher)
  const { replayed, plan, nowMs } = openReplay(application, system, version, log, options)
  const columns = selectColumns(columnNames, settings.columns)
  const examples = collectExamples(replayed.replay, replayed.survey, system, plan, {
    name: version.system,
    seed,
    columns,
    maxRows: MAX_ROWS,
  })
  const models: readonly { readonly name: string; readonly model: RowModel }[] = [
    { name: 'as it is', model: teacher },
    ...compressedCandidates(teacher, examples, seed),
  ]
  const whole = models.map(({ model }) => overWholeRows({ features: settings.columns }, columnNames, model))
  const validation = validationEvents(replayed, plan, whole)
  replayed.replay.replayTo(plan.testFrom)
  const held = scoreTo(replayed, log.head, { models: whole, outcome: outcomeOf(replayed, log.head, nowMs) })
  requireBothKinds(held)
  const probabilities = models.map((_, place) => {
    const corrected = (events: ScoredEvents) => events.scores[place]!.map((score) => score + settings.offset)
    const settled =
      place === 0 ? calibrator : calibrate(validation, corrected(validation), system.calibration).calibrator
    return {
      calibrator: settled,
      validation: corrected(validation).map((score) => settled.probability(score)),
      held: corrected(held).map((score) => settled.probability(score)),
    }
  })
  const original = probabilities[0]!.held
  return {
    metric: 'average precision',
    heldOut: { what: 'events', count: held.count },
    timed: { ...examples, batch: 1, calls: TIMED_EVENTS },
    candidates: models.map(({ name, model }, place) => ({
      name,
      model,
      judge: () => judgeScorer(held, probabilities[place]!.held, original, seed),
      artifacts: () => {
        const { calibrator: settled, validation: said } = probabilities[place]!
        const { policy } = settlePolicy(system.policy, validation, said, seed)
        return saveScoringModel(model, settled, { ...settings, policy })
      },
    })),
  }
}

/** A replay of the log as the training of a version saw it, and what happened later. */
function openReplay(
  application: Application,
  system: ScoringSystem,
  version: ModelVersion,
  log: EventLog,
  { onRecord }: Pick<CompressOptions, 'onRecord'>,
): { replayed: Replayed; plan: ScoringPlan; nowMs: number } {
  const of = { name: version.system, system }
  const before = new OutcomeSurvey(log, version.offsets.until, of, () => {})
  const times = planScoring(before, system.event, durationMs(system.label.matureAfter))
  const survey = new OutcomeSurvey(log, log.head, of, () => {})
  const replay = new ScoredReplay(application, system, log, log.head, (offset) => onRecord?.(offset, log.head))
  const plan = { ...times, ...scoringSplits(version) }
  return { replayed: { application, system, replay, survey }, plan, nowMs: nowOf(survey) }
}

function judgeScorer(events: ScoredEvents, own: Float64Array, original: Float64Array, seed: number) {
  const { labels, subjects, subjectCount } = events
  const sampling = { seed, samples: SAMPLES }
  const difference = (statistic: (scores: Float64Array) => (drawn: Uint32Array) => number): Interval => {
    const [mine, theirs] = [statistic(own), statistic(original)]
    return bootstrap(subjectCount, (drawn) => mine(drawn) - theirs(drawn), sampling)
  }
  const precision = difference((scores) => resampledAveragePrecision(labels, scores, subjects))
  const auc = difference((scores) => resampledRocAuc(labels, scores, subjects))
  const surprise = bootstrapMeanDifference(logLossByRow(labels, own), logLossByRow(labels, original), {
    seed,
    clusters: subjects,
  })
  const segments = rowsOfSegments(events)
  const lost: CompressionLoss = {
    loss: -precision.estimate,
    others: { AUC: -auc.high, 'log loss': surprise.low },
    segments: Object.fromEntries(
      segments.flatMap(({ name, rows }) => {
        const gain = segmentGain(events, rows, own, original, sampling)
        return gain === undefined ? [] : [[name, lossOf(rows.length, gain)] as const]
      }),
    ),
  }
  const quality = {
    averagePrecision: averagePrecision(labels, own),
    auc: rocAuc(labels, own),
    logLoss: logLoss(labels, own),
    brier: brierScore(labels, own),
    calibrationError: calibrationError(labels, own),
  }
  return { quality, lost }
}

/** Average precision of a part of the events, of one model minus that of the other; undefined for events of one kind. */
function segmentGain(
  events: ScoredEvents,
  rows: readonly number[],
  own: Float64Array,
  original: Float64Array,
  sampling: { readonly seed: number; readonly samples: number },
): Interval | undefined {
  const labels = Float64Array.from(rows, (row) => events.labels[row]!)
  if (!labels.includes(1) || !labels.includes(0)) return undefined
  const subjects = Int32Array.from(rows, (row) => events.subjects[row]!)
  const of = (scores: Float64Array) =>
    resampledAveragePrecision(
      labels,
      Float64Array.from(rows, (row) => scores[row]!),
      subjects,
    )
  const [mine, theirs] = [of(own), of(original)]
  return bootstrap(events.subjectCount, (drawn) => mine(drawn) - theirs(drawn), sampling)
}

function requireBothKinds({ labels }: ScoredEvents): void {
  if (labels.includes(1) && labels.includes(0)) return
  throw new SluiceError(
    'NO_TRAINING_DATA',
    'compress: expected events of both kinds after those that the model was made from, got none; import more events',
  )
}
