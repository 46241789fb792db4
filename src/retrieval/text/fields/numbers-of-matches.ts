import { assert } from '../../../foundation/index.ts'
import type { FieldPart } from '../text-snapshot.ts'
import type { Bins } from './histogram.ts'
import { documentsWithin, type Matches } from './matches.ts'
import { type Interval, NumberValues, nextAbove } from './number-values.ts'

/** Of more intervals every value is looked up among their ends, instead of going through the values for each. */
const FEW_INTERVALS = 6

/** The first values of matches in a part of a field. */
interface PartOfMatches {
  /** Of the snapshot, of which document `first` has the first of the values. */
  readonly documents: Int32Array
  readonly first: number
  /** NaN where there is none. */
  readonly values: Float64Array
}

/** The numbers of matches in one field. */
export interface NumbersOfMatches {
  readonly parts: readonly PartOfMatches[]
  /** All values of each match that has several. */
  readonly several: readonly (readonly number[])[]
  /** Matches without a value. */
  readonly missing: number
  /** The smallest and the largest value; undefined without any. */
  readonly extent: Interval | undefined
}

/** @remarks O(matches + further values). */
export function numbersOf(parts: readonly FieldPart[], matches: Matches): NumbersOfMatches {
  const several: number[][] = []
  const ends = new Ends()
  const own = parts.map(({ first, documents: count, values: { column } }) => {
    assert(column instanceof NumberValues, 'a field of numbers')
    const { first: values, furtherDocuments, further } = column.list.views()
    for (let place = 0; place < further.length; place++) {
      const document = furtherDocuments[place]!
      if (matches.mask[first + document] === 0) continue
      if (furtherDocuments[place - 1] !== document) several.push([values[document]!])
      several.at(-1)!.push(further[place]!)
      ends.take(further[place]!)
    }
    const part = { documents: documentsWithin(matches.documents, first, count), first, values }
    ends.takeAll(part)
    return part
  })
  const extent = ends.present === 0 ? undefined : { least: ends.least, greatest: ends.greatest }
  return { parts: own, several, missing: matches.documents.length - ends.present, extent }
}

class Ends {
  least = Number.POSITIVE_INFINITY
  greatest = Number.NEGATIVE_INFINITY
  /** First values there were. */
  present = 0

  take(value: number): void {
    this.least = Math.min(this.least, value)
    this.greatest = Math.max(this.greatest, value)
  }

  takeAll({ documents, first, values }: PartOfMatches): void {
    let { least, greatest, present } = this
    for (let place = 0; place < documents.length; place++) {
      const value = values[documents[place]! - first]!
      if (value < least) least = value
      if (value > greatest) greatest = value
      present += Number(!Number.isNaN(value))
    }
    this.least = least
    this.greatest = greatest
    this.present = present
  }
}

/**
 * How many have a value within each of the intervals; one with two in it counts once.
 *
 * @remarks O(values * log intervals).
 */
export function countWithin({ parts, several }: NumbersOfMatches, intervals: readonly Interval[]): Uint32Array {
  const counts = new Uint32Array(intervals.length)
  if (intervals.length > FEW_INTERVALS) countByEnds(parts, intervals, counts)
  else {
    for (const [place, interval] of intervals.entries()) {
      for (const part of parts) counts[place]! += countBetween(part, interval)
    }
  }
  for (const [one, ...further] of several) {
    for (const [place, { least, greatest }] of intervals.entries()) {
      const isIn = (value: number): boolean => value >= least && value <= greatest
      if (!isIn(one!) && further.some(isIn)) counts[place]!++
    }
  }
  return counts
}

function countBetween({ documents, first, values }: PartOfMatches, { least, greatest }: Interval): number {
  let count = 0
  for (let place = 0; place < documents.length; place++) {
    const value = values[documents[place]! - first]!
    count += Number(value >= least) & Number(value <= greatest)
  }
  return count
}

/** Between two ends next to each other all values lie in the same intervals. */
function countByEnds(parts: readonly PartOfMatches[], intervals: readonly Interval[], counts: Uint32Array): void {
  const all = new Set(intervals.flatMap(({ least, greatest }) => [least, nextAbove(greatest)]))
  // Filled up to one less than a power of two, so that every search takes the same steps.
  const ends = new Float64Array(2 ** Math.ceil(Math.log2(all.size + 1)) - 1).fill(Number.POSITIVE_INFINITY)
  ends.set(Float64Array.from(all).sort())
  const between = new Uint32Array(ends.length + 1)
  for (const part of parts) countSlots(part, ends, between)
  for (const [place, { least, greatest }] of intervals.entries()) {
    for (let slot = 0; slot < ends.length; slot++) {
      if (ends[slot]! >= least && ends[slot]! <= greatest) counts[place]! += between[slot + 1]!
    }
  }
}

/** Counts by how many ends are not above a value; none is where there is no value. */
function countSlots({ documents, first, values }: PartOfMatches, ends: Float64Array, between: Uint32Array): void {
  const half = (ends.length + 1) >>> 1
  for (let place = 0; place < documents.length; place++) {
    const value = values[documents[place]! - first]!
    let slot = 0
    // Without a branch, which values would take either way at random.
    for (let step = half; step > 0; step >>>= 1) slot += step * Number(ends[slot + step - 1]! <= value)
    between[slot]!++
  }
}

/** How many have a value in each bin; one with two values in a bin counts once. */
export function countBins({ parts, several }: NumbersOfMatches, bins: Bins): Uint32Array {
  const counts = new Uint32Array(bins.count)
  for (const { documents, first, values } of parts) bins.add(values, documents, first, counts)
  for (const [first, ...further] of several) {
    const own = new Set(further.map((value) => bins.of(value)))
    own.delete(bins.of(first!))
    for (const bin of own) counts[bin]!++
  }
  return counts
}
