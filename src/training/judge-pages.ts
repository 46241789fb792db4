import { bootstrapMean, bootstrapMeanDifference, type Interval, rankMetricsByUser } from '../evaluation/index.ts'
import type { Answer, PageAnswers } from './page-answers.ts'
import { type Catalogue, type PageWorth, pageWorth } from './page-worth.ts'

/** Resamples of a page's intervals: 24 of them are drawn. */
const SAMPLES = 500

/** One way of answering against what people met afterwards; means over subjects with intervals. */
export interface PageQuality extends PageWorth {
  readonly recallAt100: Interval
  readonly recallAt10: Interval
  readonly ndcgAt10: Interval
  readonly hitRateAt10: Interval
  readonly meanReciprocalRankAt10: Interval
  readonly averagePrecisionAt10: Interval
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
  /** NDCG@10 of the model minus that of the others, subject by subject. */
  readonly gainOverPopular: Interval
  readonly gainOverRetrieval: Interval
}

/** Judges answered pages; undefined when nobody was answered. */
export function judgePages(
  answers: PageAnswers,
  options: { seed: number; catalogue: Catalogue },
): PageJudgement | undefined {
  if (answers.size === 0) return undefined
  const quality = (way: keyof Answer): PageQuality => pageQuality(answers, way, options)
  const gains = (way: keyof Answer): Float64Array => rankMetricsByUser(answers.lists(way), answers.truths(), 10).ndcg
  const gain = (over: keyof Answer): Interval =>
    bootstrapMeanDifference(gains('ranked'), gains(over), { seed: options.seed, samples: SAMPLES })
  return {
    subjects: answers.size,
    model: quality('ranked'),
    retrieval: quality('retrieved'),
    popular: quality('popular'),
    random: quality('random'),
    gainOverPopular: gain('popular'),
    gainOverRetrieval: gain('retrieved'),
  }
}

function pageQuality(
  answers: PageAnswers,
  way: keyof Answer,
  { seed, catalogue }: { seed: number; catalogue: Catalogue },
): PageQuality {
  const lists = answers.lists(way)
  const truths = answers.truths()
  const top = rankMetricsByUser(lists, truths, 10)
  const mean = (values: Float64Array): Interval => bootstrapMean(values, { seed, samples: SAMPLES })
  return {
    recallAt100: mean(rankMetricsByUser(lists, truths, 100).recall),
    recallAt10: mean(top.recall),
    ndcgAt10: mean(top.ndcg),
    hitRateAt10: mean(top.hit),
    meanReciprocalRankAt10: mean(top.reciprocalRank),
    averagePrecisionAt10: mean(top.averagePrecision),
    ...pageWorth(lists, catalogue),
  }
}
