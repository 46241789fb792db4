import { assert } from '../../../foundation/index.ts'
import type { FieldPart, TextSnapshot } from '../text-snapshot.ts'
import { type GeoPoint, requirePoint } from './field-filter.ts'
import { CHORD_ERROR, GeoValues } from './geo-values.ts'
import { type KeywordPart, keywordParts, sharedDictionary } from './keyword-counts.ts'
import { type Matches, matchesWithin } from './matches.ts'
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

/** The order of some documents by one field. */
export interface SortColumn {
  /** By document: a smaller one comes first. */
  readonly keys: Float64Array
  /** The keys may be wrong by so much; {@link exact} mends them. */
  readonly error: number
  /** Makes the keys of some documents right. */
  exact(documents: Int32Array): void
  /** The order of documents with equal keys. */
  tie(one: number, other: number): number
  /** What a document is sorted by; undefined when it has no value. */
  sortedBy(document: number): string | number | undefined
}

const NOTHING_TO_MEND = { error: 0, exact: (): void => undefined }

/**
 * @param matches - of the documents that are to be sorted
 * @throws SluiceError `UNKNOWN_FIELD` at a field that does not filter, `WRONG_TYPE` at points without a place to be near
 * @remarks O(matches + further values).
 */
export function sortColumn(snapshot: TextSnapshot, { field, order, near }: FieldOrder, matches: Matches): SortColumn {
  const parts = snapshot.fieldParts(field)
  const kind = snapshot.layout.fields[field]!.kind
  const sign = order === 'descending' ? -1 : 1
  if (kind === 'geo') return geoColumn(parts, requirePoint(`sort ${field}, near`, near), sign, matches)
  if (kind === 'keyword' || kind === 'boolean') return keywordColumn(keywordParts(parts)!, sign, matches)
  return numberColumn(parts, sign, matches)
}

function numberColumn(parts: readonly FieldPart[], sign: number, matches: Matches): SortColumn {
  const keys = new Float64Array(matches.mask.length)
  for (const part of parts) {
    const { column } = part.values
    assert(column instanceof NumberValues, 'a field of numbers')
    const { first, furtherDocuments, further } = column.list.views()
    takeNumbers(keys, first, matchesWithin(matches, part.first, part.documents), part.first, sign)
    for (let place = 0; place < further.length; place++) {
      const document = part.first + furtherDocuments[place]!
      if (matches.mask[document] === 1) keys[document] = Math.min(keys[document]!, sign * further[place]!)
    }
  }
  const sortedBy = (document: number): number | undefined =>
    Number.isFinite(keys[document]) ? sign * keys[document]! : undefined
  return { keys, ...NOTHING_TO_MEND, tie: () => 0, sortedBy }
}

function takeNumbers(
  keys: Float64Array,
  first: Float64Array,
  documents: Int32Array,
  offset: number,
  sign: number,
): void {
  for (let place = 0; place < documents.length; place++) {
    const document = documents[place]!
    const value = first[document - offset]!
    keys[document] = Number.isNaN(value) ? Number.POSITIVE_INFINITY : sign * value
  }
}

function keywordColumn(parts: readonly KeywordPart[], sign: number, matches: Matches): SortColumn {
  const keys = new Float64Array(matches.mask.length)
  const numbers = new Uint32Array(matches.mask.length)
  const dictionary = sharedDictionary(parts)
  const order = dictionary?.orderKeys() ?? keys
  const take = (document: number, number: number): void => {
    const before = numbers[document]!
    if (number === 0 || (before > 0 && sign * dictionary!.compare(number, before) >= 0)) return
    numbers[document] = number
    keys[document] = sign * order[number]!
  }
  for (const part of parts) {
    const { first, furtherDocuments, further } = part.values.list.views()
    const documents = matchesWithin(matches, part.first, part.documents)
    for (let place = 0; place < documents.length; place++) {
      const document = documents[place]!
      const number = first[document - part.first]!
      numbers[document] = number
      keys[document] = number === 0 ? Number.POSITIVE_INFINITY : sign * order[number]!
    }
    for (let place = 0; place < further.length; place++) {
      const document = part.first + furtherDocuments[place]!
      if (matches.mask[document] === 1) take(document, further[place]!)
    }
  }
  return {
    keys,
    ...NOTHING_TO_MEND,
    tie: (one, other) => sign * (dictionary?.compare(numbers[one]!, numbers[other]!) ?? 0),
    sortedBy: (document) => (numbers[document] === 0 ? undefined : dictionary!.valueOf(numbers[document]!)),
  }
}

/** Distances cost sines, so all documents have their chords for keys first. */
function geoColumn(parts: readonly FieldPart[], near: GeoPoint, sign: number, matches: Matches): SortColumn {
  const keys = new Float64Array(matches.mask.length)
  const columns = parts.map(({ first, documents, values: { column } }) => {
    assert(column instanceof GeoValues, 'a field of points')
    column.chords(near, keys.subarray(first, first + documents))
    return { first, column }
  })
  for (let place = 0; sign < 0 && place < matches.documents.length; place++) {
    const document = matches.documents[place]!
    if (keys[document]! < Number.POSITIVE_INFINITY) keys[document]! *= sign
  }
  const distanceOf = (document: number): number | undefined => {
    const part = columns.findLast(({ first }) => first <= document)!
    return part.column.distance(document - part.first, near)
  }
  const exact = (documents: Int32Array): void => {
    for (const document of documents) {
      const distance = distanceOf(document)
      keys[document] = distance === undefined ? Number.POSITIVE_INFINITY : sign * distance
    }
  }
  return { keys, error: 2 * CHORD_ERROR, exact, tie: () => 0, sortedBy: distanceOf }
}
