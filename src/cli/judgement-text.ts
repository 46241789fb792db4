import type { SystemJudgement } from '../training/index.ts'
import { interval, table } from './output.ts'

/** A judgement as tables for people. */
export function judgementText({ ranking, pages }: SystemJudgement): string {
  const parts: string[] = []
  if (ranking) {
    const { model, popular, random } = ranking
    const row = (name: string, quality: typeof popular) => [name, interval(quality.ndcgAt10), interval(quality.auc)]
    parts.push(
      `Ranking: ${ranking.lists} held-out lists of ${ranking.rows} rows, ${ranking.positives} positive`,
      table(['', 'NDCG@10', 'AUC'], [row('model', model), row('popular', popular), row('random', random)]),
      `calibration error ${model.calibrationError.toFixed(4)}, log loss ${model.logLoss.toFixed(4)}, Brier ${model.brier.toFixed(4)}\n`,
    )
  }
  if (pages) {
    const row = (name: string, quality: typeof pages.model) => [
      name,
      interval(quality.recallAt100),
      interval(quality.ndcgAt10),
      `${(quality.coverageAt10 * 100).toFixed(1)} %`,
    ]
    parts.push(
      `Pages: ${pages.subjects} subjects, against all that they met afterwards`,
      table(
        ['', 'recall@100', 'NDCG@10', 'coverage'],
        [
          row('ranked', pages.model),
          row('retrieved', pages.retrieval),
          row('popular', pages.popular),
          row('random', pages.random),
        ],
      ),
    )
    if (pages.light) {
      const { keep, recallAt30 } = pages.light
      parts.push(`Light stage: keeps ${keep}, and ${interval(recallAt30)} of the ranker's first 30\n`)
    }
  }
  return parts.length === 0
    ? 'nothing to judge: the log holds no events after the last one learnt from'
    : parts.join('\n')
}
