import { bootstrapMean, catalogueCoverage, type Interval, rankMetricsByUser } from '../evaluation/index.ts'
import type { Answer, PageAnswers } from './page-answers.ts'

/** One way of answering against what people met afterwards; means over subjects with intervals. */
export interface PageQuality {
  readonly recallAt100: Interval
  readonly recallAt10: Interval
  readonly ndcgAt10: Interval
  readonly hitRateAt10: Interval
  readonly meanReciprocalRankAt10: Interval
  readonly averagePrecisionAt10: Interval
  /** Share of the catalogue that is on at least one page of ten. */
  readonly coverageAt10: number
}

/**
 * Pages answered at a moment of the held-out time against everything that their subjects met from that moment on.
 * `retrieval` is the order of the candidates before ranking, `model` after it.
 */
export interface PageJudgement {
  readonly subjects: number
  readonly model: PageQuality
  readonly retrieval: PageQuality
  readonly popular: PageQuality
  readonly random: PageQuality
}

/** Judges answered pages; undefined when nobody was answered. */
export function judgePages(
  answers: PageAnswers,
  options: { seed: number; itemCount: number },
): PageJudgement | undefined {
  if (answers.size === 0) return undefined
  const quality = (way: keyof Answer): PageQuality => pageQuality(answers, way, options)
  return {
    subjects: answers.size,
    model: quality('ranked'),
    retrieval: quality('retrieved'),
    popular: quality('popular'),
    random: quality('random'),
  }
}

function pageQuality(
  answers: PageAnswers,
  way: keyof Answer,
  { seed, itemCount }: { seed: number; itemCount: number },
): PageQuality {
  const lists = answers.lists(way)
  const truths = answers.truths()
  const top = rankMetricsByUser(lists, truths, 10)
  const mean = (values: Float64Array): Interval => bootstrapMean(values, { seed })
  return {
    recallAt100: mean(rankMetricsByUser(lists, truths, 100).recall),
    recallAt10: mean(top.recall),
    ndcgAt10: mean(top.ndcg),
    hitRateAt10: mean(top.hit),
    meanReciprocalRankAt10: mean(top.reciprocalRank),
    averagePrecisionAt10: mean(top.averagePrecision),
    coverageAt10: catalogueCoverage(topTen(lists), itemCount),
  }
}

function topTen({ starts, items }: { starts: Uint32Array; items: Int32Array }): Int32Array {
  return items.filter((_, place) => {
    let list = 0
    let high = starts.length - 1
    while (list < high) {
      const middle = (list + high + 1) >>> 1
      if (starts[middle]! <= place) list = middle
      else high = middle - 1
    }
    return place - starts[list]! < 10
  })
}
