import { assert } from '../../../foundation/index.ts'
import type { FieldPart } from '../text-snapshot.ts'
import { type Matches, matchesWithin } from './matches.ts'
import { type Interval, NumberValues } from './number-values.ts'

/** The numbers of matches in one field. */
export interface NumbersOfMatches {
  /** The first value of each match that has one. */
  readonly first: Float64Array
  /** All values of each match that has several. */
  readonly several: readonly (readonly number[])[]
  /** Matches without a value. */
  readonly missing: number
}

/** @remarks O(matches + further values). */
export function numbersOf(parts: readonly FieldPart[], matches: Matches): NumbersOfMatches {
  const all = new Float64Array(matches.documents.length)
  const several: number[][] = []
  let count = 0
  for (const part of parts) {
    const { column } = part.values
    assert(column instanceof NumberValues, 'a field of numbers')
    const { first, furtherDocuments, further } = column.list.views()
    const documents = matchesWithin(matches, part.first, part.documents)
    for (let place = 0; place < documents.length; place++) {
      const value = first[documents[place]! - part.first]!
      all[count] = value
      count += Number(!Number.isNaN(value))
    }
    for (let place = 0; place < further.length; place++) {
      const document = furtherDocuments[place]!
      if (matches.mask[part.first + document] === 0) continue
      if (furtherDocuments[place - 1] !== document) several.push([first[document]!])
      several.at(-1)!.push(further[place]!)
    }
  }
  return { first: all.subarray(0, count), several, missing: all.length - count }
}

/** How many have a value within the interval; one with two counts once. */
export function countWithin({ first, several }: NumbersOfMatches, { least, greatest }: Interval): number {
  let count = 0
  for (let place = 0; place < first.length; place++) {
    count += Number(first[place]! >= least) & Number(first[place]! <= greatest)
  }
  const isIn = (value: number): boolean => value >= least && value <= greatest
  for (const [one, ...further] of several) if (!isIn(one!) && further.some(isIn)) count++
  return count
}

/** The smallest and the largest value; undefined without any. */
export function extent({ first, several }: NumbersOfMatches): Interval | undefined {
  let least = Number.POSITIVE_INFINITY
  let greatest = Number.NEGATIVE_INFINITY
  const take = (value: number): void => {
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  for (let place = 0; place < first.length; place++) take(first[place]!)
  for (const values of several) for (const value of values) take(value)
  return first.length === 0 ? undefined : { least, greatest }
}

/** How many have a value in each bin; one with two values in a bin counts once. */
export function countBins(numbers: NumbersOfMatches, bins: number, binOf: (value: number) => number): Uint32Array {
  const counts = new Uint32Array(bins)
  for (let place = 0; place < numbers.first.length; place++) counts[binOf(numbers.first[place]!)]!++
  for (const [first, ...further] of numbers.several) {
    const own = new Set(further.map(binOf))
    own.delete(binOf(first!))
    for (const bin of own) counts[bin]!++
  }
  return counts
}
