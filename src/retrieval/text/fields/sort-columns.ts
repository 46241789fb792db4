import { assert } from '../../../foundation/index.ts'
import type { FieldPart, TextSnapshot } from '../text-snapshot.ts'
import { type GeoPoint, requirePoint } from './field-filter.ts'
import { firstFrom } from './first-from.ts'
import { CHORD_ERROR, GeoValues } from './geo-values.ts'
import { type KeywordPart, keywordParts, sharedDictionary } from './keyword-counts.ts'
import { rangeWithin } from './matches.ts'
import { NumberValues } from './number-values.ts'

/**
 * A field that documents are sorted by, or how near its points are. Of several values of a document the first in the order
 * counts. A document without a value comes last in either order.
 */
export interface FieldOrder {
  readonly field: string
  /** `ascending` when absent. */
  readonly order?: 'ascending' | 'descending'
  /** For points: sorted by the distance from here. */
  readonly near?: GeoPoint
}

/** The order of documents by one field. */
export interface SortColumn {
  /**
   * Writes keys, of which a smaller one comes first; infinity without a value.
   *
   * @param documents - ascending
   * @param keys - shape of `documents`
   */
  fill(documents: Int32Array, keys: Float64Array): void
  /** The keys may be wrong by so much; those of {@link fillExactly} are not, and cost more. */
  readonly error: number
  fillExactly(documents: Int32Array, keys: Float64Array): void
  /** The order of documents with equal keys; absent where such documents are equal. */
  readonly tie?: (one: number, other: number) => number
  /** What a document is sorted by; undefined when it has no value. */
  sortedBy(document: number): string | number | undefined
}

/**
 * @throws SluiceError `UNKNOWN_FIELD` at a field that does not filter, `WRONG_TYPE` at points without a place to be near
 * @remarks Keys cost O(documents + further values between the first and the last of them).
 */
export function sortColumn(snapshot: TextSnapshot, { field, order, near }: FieldOrder): SortColumn {
  const parts = snapshot.fieldParts(field)
  const kind = snapshot.layout.fields[field]!.kind
  const sign = order === 'descending' ? -1 : 1
  if (kind === 'geo') return geoColumn(parts, requirePoint(`sort ${field}, near`, near), sign)
  if (kind === 'keyword' || kind === 'boolean') return keywordColumn(keywordParts(parts)!, sign)
  return numberColumn(parts, sign)
}

function numberColumn(parts: readonly FieldPart[], sign: number): SortColumn {
  const views = parts.map(({ first: offset, documents: count, values: { column } }) => {
    assert(column instanceof NumberValues, 'a field of numbers')
    return { offset, count, ...column.list.views() }
  })
  const fill = (documents: Int32Array, keys: Float64Array): void => {
    for (const { offset, count, first, furtherDocuments, further } of views) {
      const { from, to } = rangeWithin(documents, offset, count)
      const own = documents.subarray(from, to)
      takeNumbers(keys, from, own, first, offset, sign)
      eachFurther(own, offset, furtherDocuments, (place, at) => {
        keys[from + place] = Math.min(keys[from + place]!, sign * further[at]!)
      })
    }
  }
  const sortedBy = (document: number): number | undefined => {
    const key = new Float64Array(1)
    fill(Int32Array.of(document), key)
    return Number.isFinite(key[0]) ? sign * key[0]! : undefined
  }
  return { fill, error: 0, fillExactly: fill, sortedBy }
}

function takeNumbers(
  keys: Float64Array,
  from: number,
  documents: Int32Array,
  first: Float64Array,
  offset: number,
  sign: number,
): void {
  for (let place = 0; place < documents.length; place++) {
    const value = first[documents[place]! - offset]!
    keys[from + place] = Number.isNaN(value) ? Number.POSITIVE_INFINITY : sign * value
  }
}

/**
 * Calls with every further value of some documents of a part: the place of the document, and that of the value.
 *
 * @param documents - ascending
 * @param offset - the number of the first document of the part
 */
function eachFurther(
  documents: Int32Array,
  offset: number,
  furtherDocuments: Uint32Array,
  visit: (place: number, at: number) => void,
): void {
  if (documents.length === 0) return
  let at = firstFrom(furtherDocuments, documents[0]! - offset)
  for (let place = 0; place < documents.length && at < furtherDocuments.length; place++) {
    const document = documents[place]! - offset
    while (at < furtherDocuments.length && furtherDocuments[at]! < document) at++
    for (; at < furtherDocuments.length && furtherDocuments[at] === document; at++) visit(place, at)
  }
}

function keywordColumn(parts: readonly KeywordPart[], sign: number): SortColumn {
  const dictionary = sharedDictionary(parts)
  const order = dictionary?.orderKeys() ?? new Float64Array(1)
  const views = parts.map(({ first: offset, documents: count, values }) => ({ offset, count, ...values.list.views() }))
  const keyOf = (number: number): number => (number === 0 ? Number.POSITIVE_INFINITY : sign * order[number]!)
  const comesBefore = (number: number, other: number): boolean =>
    number !== 0 && (other === 0 || sign * dictionary!.compare(number, other) < 0)
  const fill = (documents: Int32Array, keys: Float64Array): void => {
    for (const { offset, count, first, furtherDocuments, further } of views) {
      const { from, to } = rangeWithin(documents, offset, count)
      const own = documents.subarray(from, to)
      takeOrders(keys, from, own, first, offset, order, sign)
      eachFurther(own, offset, furtherDocuments, (place, at) => {
        keys[from + place] = Math.min(keys[from + place]!, keyOf(further[at]!))
      })
    }
  }
  const numberOf = (document: number): number => {
    const { offset, first, furtherDocuments, further } = views.findLast((part) => part.offset <= document)!
    let number = first[document - offset]!
    eachFurther(Int32Array.of(document), offset, furtherDocuments, (_, at) => {
      if (comesBefore(further[at]!, number)) number = further[at]!
    })
    return number
  }
  const tie = (one: number, other: number): number => sign * (dictionary?.compare(numberOf(one), numberOf(other)) ?? 0)
  const sortedBy = (document: number): string | undefined => {
    const number = numberOf(document)
    return number === 0 ? undefined : dictionary!.valueOf(number)
  }
  return { fill, error: 0, fillExactly: fill, ...(dictionary?.isOrdered ? {} : { tie }), sortedBy }
}

function takeOrders(
  keys: Float64Array,
  from: number,
  documents: Int32Array,
  first: Uint32Array,
  offset: number,
  order: Float64Array,
  sign: number,
): void {
  for (let place = 0; place < documents.length; place++) {
    const number = first[documents[place]! - offset]!
    keys[from + place] = number === 0 ? Number.POSITIVE_INFINITY : sign * order[number]!
  }
}

/** Distances cost sines, so all documents have their chords for keys first. */
function geoColumn(parts: readonly FieldPart[], near: GeoPoint, sign: number): SortColumn {
  const columns = parts.map(({ first, documents: count, values: { column } }) => {
    assert(column instanceof GeoValues, 'a field of points')
    return { first, count, column }
  })
  const fill = (documents: Int32Array, keys: Float64Array): void => {
    for (const { first, count, column } of columns) {
      const { from, to } = rangeWithin(documents, first, count)
      const own = keys.subarray(from, to)
      column.nearest(documents.subarray(from, to), first, near, own)
      for (let place = 0; sign < 0 && place < own.length; place++) {
        if (own[place]! < Number.POSITIVE_INFINITY) own[place]! *= sign
      }
    }
  }
  const distanceOf = (document: number): number | undefined => {
    const part = columns.findLast(({ first }) => first <= document)!
    return part.column.distance(document - part.first, near)
  }
  const fillExactly = (documents: Int32Array, keys: Float64Array): void => {
    for (let place = 0; place < documents.length; place++) {
      const distance = distanceOf(documents[place]!)
      keys[place] = distance === undefined ? Number.POSITIVE_INFINITY : sign * distance
    }
  }
  return { fill, error: 2 * CHORD_ERROR, fillExactly, sortedBy: distanceOf }
}
