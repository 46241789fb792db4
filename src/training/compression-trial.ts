import type { Interval } from '../evaluation/index.ts'
import type { RowModel } from '../models/index.ts'

/** Metrics of a model by name, such as `ndcgAt10` or `averagePrecision`; null where one is not defined. */
export type ModelQuality = Readonly<Record<string, number | null>>

/** What a model weighs, how fast it is and how good. */
export interface CompressionFigures {
  readonly name: string
  readonly bytes: number
  /** Median time of what a request asks of it, a page of candidates or one event, in microseconds. */
  readonly micros: number
  readonly quality: ModelQuality
}

/** What is lost of the main metric in a part of what was held out; below 0 it got better. */
export interface SegmentLoss {
  /** Lists, or events. */
  readonly size: number
  readonly loss: number
  /** The least that is lost, beyond chance. */
  readonly lossAtLeast: number
}

/** What a smaller model loses, told by how much the larger one is better on the same lists or events. */
export interface CompressionLoss {
  /** Of the main metric. */
  readonly loss: number
  /** Of the other metrics that count, beyond chance, by the names that people know them by. */
  readonly others: Readonly<Record<string, number>>
  readonly segments: Readonly<Record<string, SegmentLoss>>
}

/** A smaller model beside the one that it may replace. */
export interface CompressionTrial extends CompressionFigures, CompressionLoss {
  /** Smaller, not slower, and within the loss. */
  readonly holds: boolean
  readonly reasons: readonly string[]
}

/** What is timed: the first rows of a set, so many at a call and so many calls. */
export interface TimedRows {
  /** Shape (rows, features). */
  readonly rows: Float64Array
  readonly featureCount: number
  readonly batch: number
  readonly calls: number
}

/** Two timings of one and the same model differ by so much. */
const TIMING_NOISE = 1.1
const TIMING_ROUNDS = 41

/** What is lost, by how much the smaller model is better than the larger, with its interval. */
export function lossOf(size: number, gain: Interval): SegmentLoss {
  return { size, loss: -gain.estimate, lossAtLeast: -gain.high }
}

/**
 * Weighs a smaller model against the original. Of the main metric the loss itself counts, overall; of other metrics and in a
 * segment what is lost beyond chance: segments are small.
 *
 * @param metric - the main one, as people know it
 */
export function compressionTrial(
  own: CompressionFigures,
  original: CompressionFigures,
  lost: CompressionLoss,
  { metric, maxLoss }: { readonly metric: string; readonly maxLoss: number },
): CompressionTrial {
  const reasons: string[] = []
  if (own.bytes >= original.bytes) reasons.push(`bytes: expected below ${original.bytes}, got ${own.bytes}`)
  if (own.micros > original.micros * TIMING_NOISE) {
    reasons.push(`time: expected about ${shownMicros(original)} us at most, got ${shownMicros(own)} us`)
  }
  if (lost.loss > maxLoss) reasons.push(`${metric} lost: expected at most ${maxLoss}, got ${lost.loss.toFixed(4)}`)
  for (const [name, lossAtLeast] of Object.entries(lost.others)) {
    if (lossAtLeast <= maxLoss) continue
    reasons.push(`${name} lost: expected at most ${maxLoss}, got at least ${lossAtLeast.toFixed(4)}`)
  }
  for (const [name, { lossAtLeast }] of Object.entries(lost.segments)) {
    if (lossAtLeast <= maxLoss) continue
    reasons.push(`${metric} lost for ${name}: expected at most ${maxLoss}, got at least ${lossAtLeast.toFixed(4)}`)
  }
  return { ...own, ...lost, holds: reasons.length === 0, reasons }
}

function shownMicros({ micros }: CompressionFigures): string {
  return micros < 100 ? micros.toPrecision(3) : micros.toFixed(0)
}

/**
 * Median times of a call, in rounds in which every model has its turn.
 *
 * @param clockMicros - a clock in microseconds
 */
export function timeModels(models: readonly RowModel[], timed: TimedRows, clockMicros: () => number): number[] {
  const { rows, featureCount } = timed
  const all = Math.floor(rows.length / featureCount)
  const batch = Math.min(timed.batch, all)
  const calls = Math.min(timed.calls, Math.floor(all / batch))
  const parts = Array.from({ length: calls }, (_, call) =>
    rows.subarray(call * batch * featureCount, (call + 1) * batch * featureCount),
  )
  const out = new Float64Array(batch)
  const times: number[][] = models.map(() => [])
  for (let round = 0; round < TIMING_ROUNDS; round++) {
    models.forEach((model, index) => {
      const start = clockMicros()
      for (const part of parts) model.scoreRows(part, batch, out)
      times[index]!.push((clockMicros() - start) / calls)
    })
  }
  return times.map((values) => values.sort((a, b) => a - b)[TIMING_ROUNDS >> 1]!)
}
