import type { Interval } from '../evaluation/index.ts'
import type { RowModel } from '../models/index.ts'
import type { Examples } from './example-set.ts'
import type { RankingJudgement } from './judge-ranking.ts'

/** What a model weighs, how fast it is and how well it orders. */
export interface CompressionFigures {
  readonly name: string
  readonly bytes: number
  /** Median time to score as many rows as a page has candidates, in microseconds. */
  readonly micros: number
  readonly ndcgAt10: number
  readonly auc: number | null
  readonly logLoss: number
}

/** NDCG@10 lost in a part of the lists; below 0 it got better. */
export interface SegmentLoss {
  readonly lists: number
  readonly loss: number
  /** The least that is lost, beyond chance. */
  readonly lossAtLeast: number
}

/** A smaller model beside the one that it may replace. */
export interface CompressionTrial extends CompressionFigures {
  readonly loss: number
  readonly segments: Readonly<Record<string, SegmentLoss>>
  /** Smaller, not slower, and within the loss. */
  readonly holds: boolean
  readonly reasons: readonly string[]
}

/** Two timings of one and the same model differ by so much. */
const TIMING_NOISE = 1.1
const TIMING_ROUNDS = 41

export function figuresOf(name: string, model: RowModel, judged: RankingJudgement, micros: number): CompressionFigures {
  const { ndcgAt10, auc, logLoss } = judged.model
  return {
    name,
    bytes: model.save().length,
    micros,
    ndcgAt10: ndcgAt10.estimate,
    auc: auc?.estimate ?? null,
    logLoss,
  }
}

/**
 * Weighs a smaller model against the original. Overall the loss itself counts, in a segment what is lost beyond chance:
 * segments are small.
 *
 * @param gain - NDCG@10 of the smaller minus that of the original, list by list
 */
export function compressionTrial(
  own: CompressionFigures,
  original: CompressionFigures,
  gain: Pick<Interval, 'estimate'>,
  segments: Readonly<Record<string, SegmentLoss>>,
  maxLoss: number,
): CompressionTrial {
  const reasons: string[] = []
  const loss = -gain.estimate
  if (own.bytes >= original.bytes) reasons.push(`bytes: expected below ${original.bytes}, got ${own.bytes}`)
  if (own.micros > original.micros * TIMING_NOISE) {
    reasons.push(`time: expected about ${original.micros.toFixed(0)} us at most, got ${own.micros.toFixed(0)} us`)
  }
  if (loss > maxLoss) reasons.push(`NDCG@10 lost: expected at most ${maxLoss}, got ${loss.toFixed(4)}`)
  for (const [name, { lossAtLeast }] of Object.entries(segments)) {
    if (lossAtLeast <= maxLoss) continue
    reasons.push(`NDCG@10 lost for ${name}: expected at most ${maxLoss}, got at least ${lossAtLeast.toFixed(4)}`)
  }
  return { ...own, loss, segments, holds: reasons.length === 0, reasons }
}

/**
 * Median times of scoring the first `batch` rows, in rounds in which every model has its turn.
 *
 * @param clockMicros - a clock in microseconds
 */
export function timeModels(
  models: readonly RowModel[],
  { rows, rowCount, featureCount }: Examples,
  batch: number,
  clockMicros: () => number,
): number[] {
  const count = Math.min(batch, rowCount)
  const part = rows.subarray(0, count * featureCount)
  const out = new Float64Array(count)
  const times: number[][] = models.map(() => [])
  for (let round = 0; round < TIMING_ROUNDS; round++) {
    models.forEach((model, index) => {
      const start = clockMicros()
      model.scoreRows(part, count, out)
      times[index]!.push(clockMicros() - start)
    })
  }
  return times.map((values) => values.sort((a, b) => a - b)[TIMING_ROUNDS >> 1]!)
}
