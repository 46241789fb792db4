import type { ScoringTrainingResult } from '../../../training/index.ts'
import { table } from '../../output.ts'
import { scoringText } from '../../scoring-text.ts'
import type { DemoReport, MadeAgain, Measured } from '../demo-report.ts'
import { type Latency, latencyText } from '../latency.ts'
import { preparedText } from '../prepared-text.ts'
import type { ExplainedPayment } from './explain-payment.ts'
import type { ReviewedCase } from './review-one-case.ts'
import type { ActionCounts } from './score-payments.ts'

/** What serving payments showed. */
export interface MeasuredPayments extends Measured {
  readonly paymentLatency: Latency
  readonly again: MadeAgain
  /** What became of fresh payments, beside what is true of them. */
  readonly fresh: ActionCounts
  readonly explained: ExplainedPayment | null
  readonly review: ReviewedCase
}

/** The report of the fraud demo for people. */
export function fraudText(report: DemoReport<ScoringTrainingResult, MeasuredPayments>): string {
  const { paymentLatency, again, fresh, explained, review, replay } = report
  return [
    preparedText(report),
    scoringText(report),
    `\nFresh payments over HTTP, each in the log before it is answered: ${latencyText(paymentLatency)}`,
    table(
      ['action', 'payments', 'frauds'],
      Object.entries(fresh).map(([action, { payments, frauds }]) => [action, String(payments), String(frauds)]),
    ),
    ...(explained ? [explainedText(explained)] : []),
    reviewText(review),
    `Again: ${again.decisions} payments sent a second time, ${again.different} decisions different`,
    `Replay: ${replay.decisions} decisions made again from the log, ${replay.different} different`,
  ].join('\n')
}

function explainedText({ payment, truth, action, reasons }: ExplainedPayment): string {
  const { id, card, terminal, amount, currency = '' } = payment
  const what = `payment ${String(id)} of card ${String(card)} at terminal ${String(terminal)}, ${Number(amount).toFixed(2)} ${String(currency)}`
  return [
    `\nWhy ${action}? ${what}; in truth ${truth === 'none' ? 'honest' : `a fraud (${truth})`}`,
    ...reasons.map(({ source, name, action: asked, because }) => {
      const who = source === 'rule' || source === 'list' ? `${source} ${name}: ` : ''
      return `  - ${who}${because}${asked ? `: ${asked}` : ''}`
    }),
    '',
  ].join('\n')
}

function reviewText({ waiting, decided }: ReviewedCase): string {
  const queue = `Review: ${counted(waiting, 'case')} in the queue`
  if (!decided) return queue
  const { card, alerts, expectedLoss, verdict, labels } = decided
  const about = `card ${card} (${counted(alerts, 'alert')}, expected loss ${expectedLoss.toFixed(2)})`
  return `${queue}; the most urgent, ${about}, was claimed and found ${verdict}: ${counted(labels, 'label')} into the log`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
