import type { ScoringResultJudgement } from '../training/index.ts'
import { interval, table } from './output.ts'

/** What was found out about a scoring system, as tables for people. */
export function scoringText({ scoring, actions }: ScoringResultJudgement): string {
  return [...(scoring ? scoringLines(scoring) : []), ...(actions ? actionLines(actions) : [])].join('\n') || NOTHING
}

const NOTHING = 'nothing to judge: the log holds no events after the last one learnt from whose labels have come'

function scoringLines(scoring: NonNullable<ScoringResultJudgement['scoring']>): string[] {
  const { model, constant, logistic, champion, segments } = scoring
  const row = (name: string, quality: typeof model | NonNullable<typeof logistic>) => [
    name,
    interval(quality.averagePrecision),
    interval(quality.auc),
    quality.precisionAt100.toFixed(4),
  ]
  const rows = [
    row('model', model),
    ...(logistic ? [row('logistic regression', logistic)] : []),
    ...(champion ? [row('champion', champion)] : []),
    ['one rate for all', constant.averagePrecision.toFixed(4), '0.5', constant.precisionAt100.toFixed(4)],
  ]
  const parts = Object.entries(segments).map(([name, { events, positives, averagePrecision, auc }]) => [
    name,
    String(events),
    String(positives),
    averagePrecision?.toFixed(4) ?? '-',
    auc?.toFixed(4) ?? '-',
  ])
  return [
    `Scoring: ${scoring.events} held-out events of ${scoring.days} days, ${scoring.positives} positive`,
    table(['', 'average precision', 'AUC', 'precision@100 a day'], rows),
    `calibration error ${model.calibrationError.toFixed(4)}, log loss ${model.logLoss.toFixed(4)} (one rate ${constant.logLoss.toFixed(4)}), Brier ${model.brier.toFixed(4)}`,
    `precision of 100 looks a day by subject ${model.subjectPrecisionAt100.toFixed(4)}\n`,
    ...(parts.length > 0 ? [table(['segment', 'events', 'positive', 'average precision', 'AUC'], parts)] : []),
  ]
}

function actionLines({ actions, precision, recall, money }: NonNullable<ScoringResultJudgement['actions']>): string[] {
  const rows = Object.entries(actions).map(([action, { events, positives, amount, positiveAmount }]) => [
    action,
    String(events),
    String(positives),
    amount.toFixed(2),
    positiveAmount.toFixed(2),
  ])
  return [
    table(['action', 'events', 'positive', 'amount', 'of positives'], rows),
    `not allowed: precision ${precision?.toFixed(4) ?? '-'}, recall ${recall?.toFixed(4) ?? '-'}`,
    ...(money
      ? [
          `money a day: ${money.policy.toFixed(2)} lost, ${money.allAllowed.toFixed(2)} if all were allowed; saves ${interval(money.saved)}`,
        ]
      : []),
  ]
}
