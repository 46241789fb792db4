import { SluiceError } from '../foundation/index.ts'
import { NumberIndex } from './number-index.ts'

/** What a candidate is to the page: an organic one competes for every place, the others stand in slots of their own. */
export const CANDIDATE_KIND = { organic: 0, sponsored: 1, exploration: 2 } as const

/** What ranking hands over, as arrays of shape (n,) in any order. */
export interface PageCandidates {
  /** The item's number. A number may come once of each kind (from an auction and from ranking); it is shown once. */
  readonly items: Int32Array
  /** Larger is better; finite. */
  readonly scores: Float64Array
  /** Of `CANDIDATE_KIND`; all are organic when absent. */
  readonly kinds?: Uint8Array | undefined
}

/** Candidates in scored order as arrays of shape (n,); the index is the rank less one. */
export interface RankedCandidates {
  readonly count: number
  readonly items: Int32Array
  readonly scores: Float64Array
  readonly kinds: Uint8Array
  /** Where each came in the input. */
  readonly order: Int32Array
  /** The number of different items. */
  readonly different: number
}

/**
 * Orders candidates by falling score; ties keep input order.
 *
 * @throws SluiceError `SHAPE_MISMATCH` when the arrays differ in length, `NOT_FINITE` when a score is NaN or infinite,
 *   `INVALID_ARGUMENT` when a kind is unknown or an item comes twice as the same kind
 * @remarks O(n) when they come in order already, else O(n log n). The input is not touched.
 */
export function rankCandidates(candidates: PageCandidates): RankedCandidates {
  const { items, scores, kinds } = candidates
  requireShapes(candidates)
  const count = items.length
  const order = scoredOrder(items, scores)
  const ranked = {
    count,
    items: new Int32Array(count),
    scores: new Float64Array(count),
    kinds: new Uint8Array(count),
    order,
  }
  for (let rank = 0; rank < count; rank++) {
    const from = order[rank]!
    ranked.items[rank] = items[from]!
    ranked.scores[rank] = scores[from]!
    if (kinds) ranked.kinds[rank] = kinds[from]!
  }
  return { ...ranked, different: countDifferent(ranked.items, ranked.kinds) }
}

function requireShapes({ items, scores, kinds }: PageCandidates): void {
  if (scores.length === items.length && (kinds === undefined || kinds.length === items.length)) return
  throw new SluiceError(
    'SHAPE_MISMATCH',
    `page candidates: expected as many scores and kinds as items, got ${items.length} items, ${scores.length} scores and ${kinds?.length ?? 'no'} kinds`,
  )
}

/** Refuses an item that comes twice as the same kind; returns how many different items there are. */
function countDifferent(items: Int32Array, kinds: Uint8Array): number {
  const numbers = new NumberIndex(items.length)
  const known = new Uint8Array(items.length)
  for (let rank = 0; rank < items.length; rank++) {
    const kind = kinds[rank]!
    if (kind > CANDIDATE_KIND.exploration) {
      throw new SluiceError('INVALID_ARGUMENT', `candidate ${items[rank]}: expected a kind of 0, 1 or 2, got ${kind}`)
    }
    const number = numbers.intern(items[rank]!)
    if ((known[number]! & (1 << kind)) !== 0) {
      throw new SluiceError(
        'INVALID_ARGUMENT',
        `candidate ${items[rank]}: expected it once of a kind, got it twice; merge the sources before ranking`,
      )
    }
    known[number]! |= 1 << kind
  }
  return numbers.size
}

/** Shape (n,): indices by falling score, ties in input order. */
function scoredOrder(items: Int32Array, scores: Float64Array): Int32Array {
  const order = new Int32Array(items.length)
  let ordered = true
  let previous = Number.POSITIVE_INFINITY
  for (let index = 0; index < items.length; index++) {
    const score = scores[index]!
    if (!Number.isFinite(score)) throw notFinite(items[index]!, score)
    if (score > previous) ordered = false
    previous = score
    order[index] = index
  }
  return ordered ? order : mergeSorted(order, scores)
}

/** Bottom-up merges: stable, and without the calls of a comparator. */
function mergeSorted(order: Int32Array, scores: Float64Array): Int32Array {
  let from = order
  let to = new Int32Array(order.length)
  for (let width = 1; width < order.length; width *= 2) {
    for (let start = 0; start < order.length; start += 2 * width) merge(from, to, start, width, scores)
    const sorted = to
    to = from as Int32Array<ArrayBuffer>
    from = sorted
  }
  return from
}

function merge(from: Int32Array, to: Int32Array, start: number, width: number, scores: Float64Array): void {
  const middle = Math.min(start + width, from.length)
  const end = Math.min(start + 2 * width, from.length)
  let left = start
  let right = middle
  for (let at = start; at < end; at++) {
    const takesLeft = left < middle && (right >= end || scores[from[left]!]! >= scores[from[right]!]!)
    to[at] = takesLeft ? from[left++]! : from[right++]!
  }
}

function notFinite(item: number, score: number): SluiceError {
  return new SluiceError(
    'NOT_FINITE',
    `candidate ${item}: expected a finite score, got ${score}; leave out what the ranker could not score`,
  )
}
