import { bootstrapMean, bootstrapMeanDifference, type Interval, rankMetricsByUser } from '../evaluation/index.ts'
import type { ServingRanker } from './model-registry.ts'
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
  /** What the light stage lets through; absent when the system has none. */
  readonly light?: LightQuality
}

/** A light stage beside the ranker behind it. */
export interface LightQuality {
  readonly keep: number
  /** The share of the ranker's own first 30 of all candidates that is kept; 1 where there is nothing to cut. */
  readonly recallAt30: Interval
}

/** What pages are judged with. */
export interface PageJudging {
  readonly seed: number
  readonly catalogue: Catalogue
  /** The ranker whose pages are judged. */
  readonly serves: ServingRanker
  /** How many the light stage keeps; undefined without one. */
  readonly keep: number | undefined
}

/** Judges answered pages; undefined when nobody was answered. */
export function judgePages(answers: PageAnswers, options: PageJudging): PageJudgement | undefined {
  if (answers.size === 0) return undefined
  const { serves, keep, seed } = options
  const quality = (way: keyof Answer): PageQuality => pageQuality(answers, way, options)
  const gains = (way: keyof Answer): Float64Array => rankMetricsByUser(answers.lists(way), answers.truths(), 10).ndcg
  const gain = (over: keyof Answer): Interval =>
    bootstrapMeanDifference(gains(serves), gains(over), { seed, samples: SAMPLES })
  return {
    subjects: answers.size,
    model: quality(serves),
    retrieval: quality('retrieved'),
    popular: quality('popular'),
    random: quality('random'),
    gainOverPopular: gain('popular'),
    gainOverRetrieval: gain('retrieved'),
    ...(keep === undefined
      ? {}
      : { light: { keep, recallAt30: bootstrapMean(answers.lightRecall(serves), { seed, samples: SAMPLES }) } }),
  }
}

function pageQuality(
  answers: PageAnswers,
  way: keyof Answer,
  { seed, catalogue }: Pick<PageJudging, 'seed' | 'catalogue'>,
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
