import type { SearchTrainingResult } from '../../../training/index.ts'
import { interval, table } from '../../output.ts'
import { searchText } from '../../search-text.ts'
import type { DemoReport, Measured } from '../demo-report.ts'
import { latencyText } from '../latency.ts'
import { preparedText } from '../prepared-text.ts'
import type { AskedSearches } from './ask-searches.ts'
import type { AnswerWorth, SearchWorth } from './search-worth.ts'

/** What serving searches showed. */
export interface MeasuredSearches extends Measured, AskedSearches {
  readonly worth: SearchWorth
  /** How often places are truly looked at, relative to the top, from the first on. */
  readonly plantedPropensities: readonly number[]
}

/** The report of the search demo for people. */
export function searchDemoText(report: DemoReport<SearchTrainingResult, MeasuredSearches>): string {
  const { worth, searchLatency, suggestLatency, understood, suggested, replay, plantedPropensities } = report
  const { model, text, legacy, bestClicksPerPage: best, searches, nothingFound } = worth
  const row = (name: string, { ndcgAt10, clicksPerPage }: AnswerWorth) => [
    name,
    interval(ndcgAt10),
    interval(clicksPerPage),
  ]
  const planted = plantedPropensities.slice(0, 5).map((value, place) => `${place + 1}: ${value.toFixed(2)}`)
  const means = understood?.intent.map(({ name, probability }) => `${name} ${probability.toFixed(2)}`)
  const read = understood?.corrections.map(({ written, meant }) => `${written} as ${meant}`)
  return [
    preparedText(report),
    searchText(report),
    `planted in this world: ${planted.join(', ')}`,
    `\n${searches} searches of the next days, judged by what people truly looked for and would click, which is hidden from`,
    `the engine; ${(100 * nothingFound).toFixed(1)} in 100 found nothing`,
    table(
      ['', 'NDCG@10', 'clicks a page'],
      [
        row('model', model),
        row('text alone', text),
        row('legacy search', legacy),
        ['what each would like best', '', interval(best)],
      ],
    ),
    ...(understood && read ? [`\nUnderstood: "${understood.query}", reading ${read.join(', ')}`] : []),
    ...(means && means.length > 0 ? [`It means, as earlier clicks told: ${means.join(', ')}`] : []),
    `After "${suggested.typed}" people are offered: ${suggested.suggestions.join(', ') || 'nothing'}`,
    `Searches of 20 over HTTP: ${latencyText(searchLatency)}`,
    `Suggestions over HTTP: ${latencyText(suggestLatency)}`,
    `Replay: ${replay.decisions} searches made again from the log, ${replay.different} different`,
  ].join('\n')
}
