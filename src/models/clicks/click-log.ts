import { SluiceError } from '../../foundation/index.ts'

/**
 * What was shown and what was clicked, one entry a result that somebody saw on a page.
 *
 * A pair is a query and a document, numbered from 0 as rows of features are: the same document for the same words is
 * one pair wherever it stood.
 */
export interface ClickLog {
  /** Shape (shown,): the pair that was shown. */
  readonly pairs: Int32Array
  /** Shape (shown,): where it stood, 0 being the top. */
  readonly positions: Int32Array
  /** Shape (shown,): 1 when it was clicked, else 0. */
  readonly clicked: Uint8Array
  readonly pairCount: number
  /**
   * Shape (pairCount,): the query of every pair, numbered from 0. Standard errors take queries for independent of each
   * other; absent: pairs.
   */
  readonly queries?: Int32Array | undefined
}

/** A log summed up: pair `p` has the cells `starts[p]` to `starts[p + 1]` (excluded), one a position where it stood. */
export interface ClickCounts {
  readonly pairCount: number
  readonly positionCount: number
  /** Shape (pairCount + 1,). */
  readonly starts: Uint32Array
  /** Shape (cells,), ascending within a pair. */
  readonly positions: Int32Array
  /** Shape (cells,): how often the pair was shown there, above 0. */
  readonly shown: Float64Array
  /** Shape (cells,): how often it was clicked there. */
  readonly clicks: Float64Array
  /** Shape (pairCount,): the query of every pair, or the pair itself. */
  readonly queries: Int32Array
  readonly queryCount: number
}

/** Deeper pages tell next to nothing, and every position is a parameter. */
export const MOST_POSITIONS = 200

/**
 * Sums a log up by pair and position. All that is learnt of positions from clicks is learnt from these sums.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without an entry, `SHAPE_MISMATCH` when lengths differ, `OUT_OF_RANGE` at a pair,
 * query or position that is none, a click that is neither 0 nor 1, or a position from 200 on
 * @remarks O(shown + pairCount * positions) time, O(shown) memory of its own.
 */
export function countClicks(log: ClickLog): ClickCounts {
  requireClickLog(log)
  const { pairs, positions, clicked, pairCount } = log
  const positionCount = 1 + largest(positions)
  const queries = log.queries ?? Int32Array.from({ length: pairCount }, (_, pair) => pair)
  const order = entriesByPair(log)
  const cells = { positions: new Int32Array(pairs.length), shown: new Float64Array(pairs.length) }
  const clicks = new Float64Array(pairs.length)
  const starts = new Uint32Array(pairCount + 1)
  const ofPair = { shown: new Float64Array(positionCount), clicks: new Float64Array(positionCount) }
  let cell = 0
  let entry = 0
  for (let pair = 0; pair < pairCount; pair++) {
    for (; entry < order.length && pairs[order[entry]!] === pair; entry++) {
      const position = positions[order[entry]!]!
      ofPair.shown[position]! += 1
      ofPair.clicks[position]! += clicked[order[entry]!]!
    }
    for (let position = 0; position < positionCount; position++) {
      if (ofPair.shown[position] === 0) continue
      cells.positions[cell] = position
      cells.shown[cell] = ofPair.shown[position]!
      clicks[cell++] = ofPair.clicks[position]!
    }
    ofPair.shown.fill(0)
    ofPair.clicks.fill(0)
    starts[pair + 1] = cell
  }
  return {
    ...{ pairCount, positionCount, starts, queries, queryCount: 1 + largest(queries) },
    positions: cells.positions.slice(0, cell),
    shown: cells.shown.slice(0, cell),
    clicks: clicks.slice(0, cell),
  }
}

/** What was shown at the first positions. */
export function shownAbove(log: ClickLog, positionCount: number): ClickLog {
  const kept = (_: unknown, entry: number): boolean => log.positions[entry]! < positionCount
  return {
    ...log,
    ...{ pairs: log.pairs.filter(kept), positions: log.positions.filter(kept), clicked: log.clicked.filter(kept) },
  }
}

/** Every `stride`-th query with its pairs, both numbered anew. */
export function everyQuery(counts: ClickCounts, stride: number): ClickCounts {
  const pairs = Array.from(counts.queries.keys()).filter((pair) => counts.queries[pair]! % stride === 0)
  const starts = new Uint32Array(pairs.length + 1)
  pairs.forEach((pair, index) => {
    starts[index + 1] = starts[index]! + counts.starts[pair + 1]! - counts.starts[pair]!
  })
  const cells = pairs.flatMap((pair) =>
    Array.from({ length: counts.starts[pair + 1]! - counts.starts[pair]! }, (_, cell) => counts.starts[pair]! + cell),
  )
  return {
    ...{ pairCount: pairs.length, positionCount: counts.positionCount, starts },
    positions: Int32Array.from(cells, (cell) => counts.positions[cell]!),
    shown: Float64Array.from(cells, (cell) => counts.shown[cell]!),
    clicks: Float64Array.from(cells, (cell) => counts.clicks[cell]!),
    queries: Int32Array.from(pairs, (pair) => counts.queries[pair]! / stride),
    queryCount: Math.ceil(counts.queryCount / stride),
  }
}

/** Entries in the order of their pairs, by counting. */
function entriesByPair({ pairs, pairCount }: ClickLog): Uint32Array {
  const next = new Uint32Array(pairCount + 1)
  for (let entry = 0; entry < pairs.length; entry++) next[pairs[entry]! + 1]! += 1
  for (let pair = 0; pair < pairCount; pair++) next[pair + 1]! += next[pair]!
  const order = new Uint32Array(pairs.length)
  for (let entry = 0; entry < pairs.length; entry++) order[next[pairs[entry]!]!++] = entry
  return order
}

function requireClickLog({ pairs, positions, clicked, pairCount, queries }: ClickLog): void {
  if (pairs.length === 0) {
    throw new SluiceError(
      'NO_TRAINING_DATA',
      'click log: expected results that were shown, got none; gather some pages',
    )
  }
  requireLength('positions', pairs.length, positions.length)
  requireLength('clicks', pairs.length, clicked.length)
  requireRange('pair', pairs, 0, pairCount - 1)
  requireRange('position', positions, 0, MOST_POSITIONS - 1)
  requireRange('click', clicked, 0, 1)
  if (queries === undefined) return
  requireLength('queries of pairs', pairCount, queries.length)
  requireRange('query', queries, 0, Number.MAX_SAFE_INTEGER)
}

function requireLength(what: string, expected: number, got: number): void {
  if (expected === got) return
  throw new SluiceError('SHAPE_MISMATCH', `click log, ${what}: expected ${expected} entries, got ${got}; pass one each`)
}

function requireRange(what: string, values: Int32Array | Uint8Array, least: number, most: number): void {
  const entry = values.findIndex((value: number) => !(value >= least && value <= most))
  if (entry < 0) return
  throw new SluiceError(
    'OUT_OF_RANGE',
    `click log, ${what} ${entry}: expected a number from ${least} to ${most}, got ${values[entry]}; leave the entry out`,
  )
}

function largest(values: Int32Array): number {
  let most = -1
  for (let index = 0; index < values.length; index++) most = Math.max(most, values[index]!)
  return most
}
