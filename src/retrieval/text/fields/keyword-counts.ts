import { assert } from '../../../foundation/index.ts'
import type { FieldPart } from '../text-snapshot.ts'
import type { KeywordDictionary } from './keyword-dictionary.ts'
import { KeywordValues } from './keyword-values.ts'
import { documentsWithin, type Matches } from './matches.ts'

/** The values of a keyword field in all parts of a snapshot. */
export interface KeywordPart {
  readonly first: number
  readonly documents: number
  readonly values: KeywordValues
}

/** The parts of a field whose values are keywords; undefined of another kind. */
export function keywordParts(parts: readonly FieldPart[]): KeywordPart[] | undefined {
  const keywords = parts.flatMap(({ first, documents, values: { column } }) =>
    column instanceof KeywordValues ? [{ first, documents, values: column }] : [],
  )
  return keywords.length < parts.length ? undefined : keywords
}

/** The dictionary that all parts share. */
export function sharedDictionary(parts: readonly KeywordPart[]): KeywordDictionary | undefined {
  const dictionary = parts[0]?.values.dictionary
  assert(
    parts.every(({ values }) => values.dictionary === dictionary),
    'the parts of an index share a dictionary',
  )
  return dictionary
}

/**
 * How many of the matches have each value; those with none are under 0.
 *
 * @param isFirstOnly - whether only the first value of a document counts
 * @returns by number of the dictionary
 * @remarks O(matches + further values + values of the dictionary).
 */
export function keywordCounts(parts: readonly KeywordPart[], matches: Matches, isFirstOnly = false): Uint32Array {
  const counts = new Uint32Array(sharedDictionary(parts)?.size ?? 1)
  for (const part of parts) {
    const { first, furtherDocuments, further } = part.values.list.views()
    countFirst(counts, first, documentsWithin(matches.documents, part.first, part.documents), part.first)
    if (isFirstOnly) continue
    for (let place = 0; place < further.length; place++) {
      counts[further[place]!]! += matches.mask[part.first + furtherDocuments[place]!]!
    }
  }
  return counts
}

function countFirst(counts: Uint32Array, first: Uint32Array, documents: Int32Array, offset: number): void {
  for (let place = 0; place < documents.length; place++) counts[first[documents[place]! - offset]!]!++
}
