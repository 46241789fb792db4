import { GrowingArray } from '../growing-array.ts'
import type { TextSnapshot } from '../text-snapshot.ts'
import { invalid, isRecord, shown, wrongType } from './field-filter.ts'
import { firstOfGroups, type LeadingKeys } from './first-of-groups.ts'
import { type KeywordPart, keywordCounts, keywordParts, sharedDictionary } from './keyword-counts.ts'
import { documentsWithin, type Matches } from './matches.ts'

/** The best few documents of each value of a keyword field; of a document with several values its first one counts. */
export interface GroupRequest {
  readonly by: string
  /** Documents of a group, from 1 to 100; 3 when absent. */
  readonly size?: number
}

export interface DocumentGroup {
  /** Absent: the documents without a value. */
  readonly value?: string
  /** How many documents of the query are in it. */
  readonly count: number
  /** The best of them. */
  readonly documents: readonly number[]
}

const LARGEST_SIZE = 100
/** So many documents are looked at first, and so many times as many when they were too few. */
const FIRST_LOOK = 128
const LOOK_FURTHER = 4

/** The documents of a query in their order. */
interface OrderedDocuments {
  /** The first of them, as many as are asked for; with `among` only of these ascending ones. */
  first(count: number, among?: Int32Array): ArrayLike<number>
  /** By what all of them can be compared; undefined where they cannot. */
  keys(documents: Int32Array): LeadingKeys | undefined
}

/**
 * The groups of the best documents, in the order of their best ones.
 *
 * @throws SluiceError `UNKNOWN_FIELD` at a field that does not filter, `WRONG_TYPE` at one of another kind,
 * `INVALID_ARGUMENT` at a size outside its range
 * @remarks O(matches), and once more for each group that the first documents do not fill.
 */
export function groupDocuments(
  snapshot: TextSnapshot,
  request: GroupRequest,
  matches: Matches,
  limit: number,
  order: OrderedDocuments,
): { groups: DocumentGroup[]; groupCount: number } {
  const { by, size } = requireGroup(request)
  const parts = keywordParts(snapshot.fieldParts(by))
  if (!parts) throw wrongType(by, 'a keyword to group by', snapshot.layout.fields[by]?.kind)
  const counts = keywordCounts(parts, matches, true)
  const groupCount = counts.reduce((sum, count) => sum + Number(count > 0), 0)
  const groups = firstGroups(parts, matches.documents, Math.min(limit, groupCount), size, order)
  const members = membersOf(parts, matches.documents, notFull(groups, counts, size))
  for (const [value, documents] of members) {
    groups.set(value, Array.from(order.first(Math.min(size, documents.length), documents)))
  }
  return { groups: Array.from(groups, ([value, own]) => groupOf(parts, value, counts[value]!, own)), groupCount }
}

/** So many groups with the best documents of each, as far as they are among the first that were looked at. */
function firstGroups(
  parts: readonly KeywordPart[],
  matches: Int32Array,
  wanted: number,
  size: number,
  order: OrderedDocuments,
): Map<number, number[]> {
  for (let looked = Math.max(FIRST_LOOK, 2 * wanted * size); ; looked *= LOOK_FURTHER) {
    const documents = order.first(looked)
    const groups = gather(parts, documents, wanted, size)
    if (groups.size === wanted || documents.length < looked) return groups
    // The first documents are of few groups: those of the next may come far behind.
    const keys = order.keys(matches)
    if (!keys) continue
    for (const [value, document] of firstOfGroups(parts, matches, keys, wanted)) {
      if (groups.size < wanted && !groups.has(value)) groups.set(value, [document])
    }
    return groups
  }
}

function notFull(groups: ReadonlyMap<number, readonly number[]>, counts: Uint32Array, size: number): number[] {
  return Array.from(groups).flatMap(([value, own]) => (own.length < Math.min(size, counts[value]!) ? [value] : []))
}

/** The matches of each of the values, ascending. */
function membersOf(
  parts: readonly KeywordPart[],
  matches: Int32Array,
  values: readonly number[],
): Map<number, Int32Array> {
  const isWanted = new Uint8Array(sharedDictionary(parts)?.size ?? 0)
  for (const value of values) isWanted[value] = 1
  const lists = new Map(Array.from(values, (value) => [value, new GrowingArray(new Int32Array())]))
  for (const part of values.length > 0 ? parts : []) {
    const { first } = part.values.list.views()
    const documents = documentsWithin(matches, part.first, part.documents)
    for (let place = 0; place < documents.length; place++) {
      const value = first[documents[place]! - part.first]!
      if (isWanted[value] === 1) lists.get(value)!.push(documents[place]!)
    }
  }
  return new Map(Array.from(lists, ([value, list]) => [value, list.view()]))
}

function requireGroup(request: unknown): Required<GroupRequest> {
  if (!isRecord(request) || typeof request.by !== 'string') throw invalid('group', '{ by, size }', shown(request))
  const { by, size = 3, ...more } = request
  const [other] = Object.keys(more)
  if (other !== undefined) throw invalid('group', 'by and size', other)
  if (Number.isSafeInteger(size) && Number(size) >= 1 && Number(size) <= LARGEST_SIZE) return { by, size: Number(size) }
  throw invalid('group, size', `a whole number from 1 to ${LARGEST_SIZE}`, shown(size))
}

/** By number of a value: the first documents that have it. */
function gather(
  parts: readonly KeywordPart[],
  documents: ArrayLike<number>,
  limit: number,
  size: number,
): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  const views = parts.map(({ first, values }) => ({ first, values: values.list.views().first }))
  for (let place = 0; place < documents.length; place++) {
    const document = documents[place]!
    const part = views.findLast(({ first }) => first <= document)!
    const value = part.values[document - part.first]!
    const own = groups.get(value)
    if (own && own.length < size) own.push(document)
    else if (!own && groups.size < limit) groups.set(value, [document])
  }
  return groups
}

function groupOf(parts: readonly KeywordPart[], value: number, count: number, documents: number[]): DocumentGroup {
  const named = value === 0 ? {} : { value: sharedDictionary(parts)!.valueOf(value) }
  return { ...named, count, documents }
}
