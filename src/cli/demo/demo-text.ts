import { judgementText } from '../judgement-text.ts'
import { interval, table } from '../output.ts'
import type { Latency } from './latency.ts'
import type { PageWorth, RetrievalWorth } from './page-worth.ts'
import type { Prepared } from './prepare-demo.ts'

/** The second half of the demo's report: what serving showed. */
export interface Served {
  readonly pageLatency: Latency
  readonly pageWorth: PageWorth
  readonly retrievalRecallAt100: RetrievalWorth
  readonly replay: { readonly decisions: number; readonly different: number }
}

/** The demo's report for people. */
export function demoText(report: Prepared & Served): string {
  const { world, import: imported, training, pageLatency, pageWorth, retrievalRecallAt100: recall, replay } = report
  return [
    `World: ${world.users} users, ${world.videos} videos, ${world.days} days, ${world.events} events (seed ${report.seed})`,
    `Import: ${imported.eventsPerSecond} events/s into log and state (${imported.seconds.toFixed(1)} s)`,
    `Training: ${training.version} in ${training.seconds.toFixed(1)} s from ${training.examples.rows} examples, ${
      training.promoted ? 'promoted' : `not promoted: ${training.gate.reasons.join('; ')}`
    }\n`,
    judgementText(report),
    '\nWorth to the people of the world, who are hidden from the engine: the mean probability of a long watch over a page',
    'of ten, and the share of the 100 videos truly best for someone among 100 candidates',
    table(
      ['', 'long watch', 'recall@100'],
      (['model', 'popular', 'random'] as const).map((way) => [way, interval(pageWorth[way]), interval(recall[way])]),
    ),
    `\nPages of 20 over HTTP: p50 ${pageLatency.p50Ms.toFixed(1)} ms, p99 ${pageLatency.p99Ms.toFixed(1)} ms (${pageLatency.requests} requests)`,
    `Replay: ${replay.decisions} pages made again from the log, ${replay.different} different`,
  ].join('\n')
}
