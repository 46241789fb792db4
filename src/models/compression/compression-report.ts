import { assert, SluiceError } from '../../foundation/index.ts'

/** A metric of scored rows: `rows` are the places of the rows that count, ascending. */
export type ScoreMetric = (scores: Float64Array, rows: Uint32Array) => number

export interface CompressionQuestion {
  /** Sizes of the saved models. */
  readonly bytesBefore: number
  readonly bytesAfter: number
  /** Shape (n,), of the same rows in the same order. */
  readonly scoresBefore: Float64Array
  readonly scoresAfter: Float64Array
  /** By name; more is better. */
  readonly metrics: Readonly<Record<string, ScoreMetric>>
  /** Shape (n,): a number from 0 for the segment of each row; absent means one segment of all. */
  readonly segments?: { readonly names: readonly string[]; readonly ofRow: ArrayLike<number> } | undefined
}

export interface MetricChange {
  readonly before: number
  readonly after: number
  /** before - after: above 0 is worse. */
  readonly loss: number
}

export interface CompressionReport {
  readonly bytesBefore: number
  readonly bytesAfter: number
  /** bytesAfter / bytesBefore. */
  readonly sizeRatio: number
  /** Largest and root mean square change of a score. */
  readonly largestChange: number
  readonly meanSquareChange: number
  readonly overall: Readonly<Record<string, MetricChange>>
  /** By name of segment; those without a row are left out. */
  readonly segments: Readonly<Record<string, Readonly<Record<string, MetricChange>>>>
}

/**
 * What a smaller model costs: bytes, how far its scores moved, and every metric before and after, over all rows and by
 * segment.
 *
 * @throws SluiceError `SHAPE_MISMATCH` when the scores or segments differ in length
 * @remarks O(n) and the cost of the metrics.
 */
export function compressionReport(question: CompressionQuestion): CompressionReport {
  const { bytesBefore, bytesAfter, scoresBefore, scoresAfter, segments } = question
  requireLength('scores of the smaller model', scoresBefore.length, scoresAfter.length)
  if (segments !== undefined) requireLength('segments', scoresBefore.length, segments.ofRow.length)
  const changes = scoresBefore.map((score, row) => Math.abs(score - scoresAfter[row]!))
  const squares = changes.reduce((sum, change) => sum + change * change, 0)
  return {
    bytesBefore,
    bytesAfter,
    sizeRatio: bytesAfter / bytesBefore,
    largestChange: changes.reduce((most, change) => Math.max(most, change), 0),
    meanSquareChange: changes.length === 0 ? 0 : squares / changes.length,
    overall: changesOf(question, Uint32Array.from(changes.keys())),
    segments: segmentChanges(question),
  }
}

function segmentChanges(question: CompressionQuestion): CompressionReport['segments'] {
  const { names, ofRow } = question.segments ?? { names: [], ofRow: [] }
  const rows: number[][] = names.map(() => [])
  for (let row = 0; row < ofRow.length; row++) {
    const segment = rows[ofRow[row]!]
    assert(segment !== undefined, 'every row is of a segment that has a name')
    segment.push(row)
  }
  return Object.fromEntries(
    names.flatMap((name, segment) =>
      rows[segment]!.length === 0 ? [] : [[name, changesOf(question, Uint32Array.from(rows[segment]!))]],
    ),
  )
}

function changesOf(question: CompressionQuestion, rows: Uint32Array): Record<string, MetricChange> {
  const { metrics, scoresBefore, scoresAfter } = question
  return Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => {
      const [before, after] = [metric(scoresBefore, rows), metric(scoresAfter, rows)]
      return [name, { before, after, loss: before - after }]
    }),
  )
}

function requireLength(what: string, expected: number, got: number): void {
  if (expected === got) return
  throw new SluiceError('SHAPE_MISMATCH', `${what}: expected ${expected} values, got ${got}; score the same rows`)
}
