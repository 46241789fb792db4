import type { PositionPropensity, SearchClickBias, SearchJudgement } from '../training/index.ts'
import { interval, table } from './output.ts'

/** Places whose propensity is shown. */
const SHOWN = 5

/** A judgement of a search system as tables for people. */
export function searchText({ search }: { readonly search: SearchJudgement | undefined }): string {
  if (!search) return 'nothing to judge: no search after the last one learnt from has both a click and none'
  const { ranking, propensities = [] } = search
  const { model, text, random } = ranking
  const row = (name: string, quality: typeof text) => [name, interval(quality.ndcgAt10), interval(quality.auc)]
  return [
    `Ranking: ${ranking.lists} held-out searches of ${ranking.rows} rows, ${ranking.positives} positive`,
    table(['', 'NDCG@10', 'AUC'], [row('model', model), row('text', text), row('random', random)]),
    `calibration error ${model.calibrationError.toFixed(4)}, log loss ${model.logLoss.toFixed(4)}, Brier ${model.brier.toFixed(4)}`,
    ...(propensities.length > 0 ? [`places are looked at, relative to the top: ${looksText(propensities)}`] : []),
    '',
  ].join('\n')
}

/** What a ranker from clicks was corrected by. */
export function clickBiasText({ method, propensities }: SearchClickBias): string {
  return `clicks are corrected for how often places are looked at (${method}): ${looksText(propensities)}`
}

function looksText(propensities: readonly PositionPropensity[]): string {
  const shown = propensities.slice(0, SHOWN)
  return shown.map(({ position, propensity }) => `${position}: ${propensity.toFixed(2)}`).join(', ')
}
