import type { TrainingResult } from '../../../training/index.ts'
import { judgementText } from '../../judgement-text.ts'
import { interval, table } from '../../output.ts'
import type { DemoReport, Measured } from '../demo-report.ts'
import { type Latency, latencyText } from '../latency.ts'
import { preparedText } from '../prepared-text.ts'
import type { PageWorth, RetrievalWorth } from './page-worth.ts'

/** What serving pages showed. */
export interface MeasuredPages extends Measured {
  readonly pageLatency: Latency
  readonly pageWorth: PageWorth
  readonly retrievalRecallAt100: RetrievalWorth
}

/** The report of the video demo for people. */
export function videoText(report: DemoReport<TrainingResult, MeasuredPages>): string {
  const { pageLatency, pageWorth, retrievalRecallAt100: recall, replay } = report
  return [
    preparedText(report),
    judgementText(report),
    '\nWorth to the people of the world, who are hidden from the engine: the mean probability of a long watch over a page',
    'of ten, and the share of the 100 videos truly best for someone among 100 candidates',
    table(
      ['', 'long watch', 'recall@100'],
      (['model', 'popular', 'random'] as const).map((way) => [way, interval(pageWorth[way]), interval(recall[way])]),
    ),
    `\nPages of 20 over HTTP: ${latencyText(pageLatency)}`,
    `Replay: ${replay.decisions} pages made again from the log, ${replay.different} different`,
  ].join('\n')
}
