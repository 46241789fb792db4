import { RequestFrame } from '../../features/index.ts'
import { type Clock, hashFloats, SluiceError } from '../../foundation/index.ts'
import type { QueryClass, RowModel } from '../../models/index.ts'
import {
  type FoundByQuery,
  findDocuments,
  LONGEST_QUERY,
  type PinnedDocument,
  type TextSnapshot,
} from '../../retrieval/index.ts'
import type { Stage } from '../rank-page.ts'
import { scoresAll } from '../scores-all.ts'
import { type ArrangedFound, type Arranging, arrangeFound, isArranged } from './arrange-found.ts'
import type { LiveSearch } from './live-search.ts'
import type { SearchRequest } from './search-decision.ts'

/** How a search is made this time. */
export interface SearchCall {
  readonly at: number
  readonly clock: Clock
  readonly budgetMs: number
  /** Documents that must not be found. */
  readonly exclude?: ReadonlySet<string>
  /** What a replay has to leave out, as `degraded` named it. */
  readonly leaveOut?: ReadonlySet<string>
  readonly onStage?: (stage: Stage, ms: number) => void
}

/** A search with everything that led to its page. */
export interface SearchTrace {
  /** The offset of the state when the rows were taken. */
  readonly asOf: number
  /** The offset of the last change of a document that was indexed. */
  readonly indexed: number
  readonly found: FoundByQuery
  /** The classes of documents that the query likeliest means, as of the state; undefined when the system learns none. */
  readonly intent: readonly QueryClass[] | undefined
  /** Shape (scored * width,), row-major, in the order of the text; empty when nothing ranked. */
  readonly rows: Float64Array
  readonly rowsHash: string
  /** Shape (found,): the ranker's, then those of the text for what was not scored. */
  readonly scores: Float64Array
  /** How many were scored by `model`, the first by text. */
  readonly scored: number
  /** What scored; undefined when the order of the text stood in for the ranker. */
  readonly model: RowModel | undefined
  /** What is pinned for the query. */
  readonly pins: readonly PinnedDocument[]
  /** Places in `found`, in the order of the page, from its first document to its last. */
  readonly page: Int32Array
  /** How the documents of the page came there, and those before them; undefined without rules and pins. */
  readonly arranged: ArrangedFound | undefined
  readonly degraded: readonly string[]
}

/** The query was longer than what is read of it. */
export const QUERY_CUT = 'query: cut'
/** Averages of the index have moved on, and not all impacts have followed: a fresh index would score otherwise. */
export const INDEX_SETTLING = 'index: settling'
const NO_MODEL = 'ranker: no model'
const RANKER_LATE = 'ranker: deadline'
const RANKER_FAILED = 'ranker: failed'
const FALLBACK_RANKED = 'ranker: fallback'
/** A search spends as long on an index that is not settled as so many documents take. */
const DOCUMENTS_A_SEARCH = 100
/** Classes that a search is said to mean, at most. */
const LIKELIEST = 3
/** The deepest document that a page may hold. */
const DEEPEST = 10_000

/** Refuses a page that is too large or too deep. @throws SluiceError `LIMIT_EXCEEDED` */
export function pageBounds({ system }: Pick<LiveSearch, 'system'>, request: SearchRequest) {
  const { limit = system.page.limit, offset = 0 } = request
  if (limit > system.page.maxLimit) {
    throw new SluiceError(
      'LIMIT_EXCEEDED',
      `limit: expected at most ${system.page.maxLimit}, got ${limit}; ask for less`,
    )
  }
  if (offset > 0 && request.group !== undefined) {
    throw new SluiceError('INVALID_ARGUMENT', `offset: expected none with groups, got ${offset}; ask for more groups`)
  }
  if (offset + limit > DEEPEST) {
    throw new SluiceError(
      'LIMIT_EXCEEDED',
      `offset and limit: expected at most ${DEEPEST} together, got ${offset + limit}; narrow the search`,
    )
  }
  return { limit, offset }
}

/**
 * Understands, retrieves, ranks. What is slow or broken after retrieval costs quality and is named in `degraded`; what
 * is found comes in the order of its text then. The same state, request and models give the same bytes.
 *
 * @throws SluiceError `LIMIT_EXCEEDED`, and `UNKNOWN_FIELD`, `WRONG_TYPE` at a filter that cannot be
 */
export function answerSearch(live: LiveSearch, request: SearchRequest, call: SearchCall): SearchTrace {
  const { index } = live
  const { limit, offset } = pageBounds(live, request)
  const started = call.clock()
  const { sort, group } = request
  const isOrdered = sort !== undefined || group !== undefined
  const { found, pins } = find(live, request, { limit, offset, isOrdered, exclude: call.exclude })
  const retrieved = call.clock()
  call.onStage?.('retrieval', retrieved - started)
  const asOf = live.state.offset
  const isLate = call.leaveOut?.has(RANKER_LATE) || retrieved - started > call.budgetMs
  const ranked = isOrdered ? unranked(found) : isLate ? unranked(found, RANKER_LATE) : rank(live, request, found, call)
  const order = bestFirst(ranked.scores.subarray(0, ranked.scored))
  // Groups are limited, and not what is in them.
  const length = group === undefined ? Math.min(limit, found.items.length - offset) : found.items.length
  const arranging = arrangingOf(live, { found, ranked, order, pins, limit, offset, at: call.at })
  const arranged = !isOrdered && isArranged(live, pins) ? arrangeFound(live, arranging) : undefined
  const best = arranged ? arranged.places.map(({ place }) => place) : order
  const page = Int32Array.from({ length: Math.max(0, length) }, (_, at) => best[offset + at] ?? offset + at)
  return {
    asOf,
    indexed: index.indexed,
    found,
    intent: live.intent?.likeliest(
      found.terms.map(({ term }) => term),
      LIKELIEST,
    ),
    ...ranked,
    rowsHash: hashFloats(ranked.rows),
    pins,
    page,
    arranged,
    degraded: [
      ...(index.isWeighed ? [] : [INDEX_SETTLING]),
      ...(request.query.length > LONGEST_QUERY || call.leaveOut?.has(QUERY_CUT) ? [QUERY_CUT] : []),
      ...ranked.degraded,
    ],
  }
}

/** Finds the documents, those that are pinned for the query among them. */
function find(
  live: LiveSearch,
  request: SearchRequest,
  asked: { limit: number; offset: number; isOrdered: boolean; exclude: ReadonlySet<string> | undefined },
): Pick<SearchTrace, 'found' | 'pins'> {
  const { system, index, pinned } = live
  const { limit, offset, isOrdered, exclude } = asked
  const { query: text, filters, facets, sort, group } = request
  const most = isOrdered ? offset + limit : Math.max(system.candidates, offset + limit)
  const snapshot = settledSnapshot(live)
  const names = live.state.attributes.keys(system.documents)
  const place = { keyOf: (id: string) => names.find(id), reading: index.reading }
  const question = { text, filters, facets, sort, group, limit: most, exclude }
  const findWith = (pins: readonly PinnedDocument[]) => {
    const within = { ids: pins.map(({ document }) => document), within: system.candidates }
    return findDocuments(snapshot, place, { ...question, ...(pins.length > 0 ? { pinned: within } : {}) })
  }
  const pins = isOrdered ? [] : (pinned?.of(text, []) ?? [])
  const found = findWith(pins)
  if (isOrdered || pins.length > 0 || found.answer.corrections.length === 0) return { found, pins }
  // A slip asks for the same pins as the words that were meant.
  const terms = found.terms.map(({ term }) => term)
  const meant = pinned?.of(text, terms) ?? []
  return meant.length > 0 ? { found: findWith(meant), pins: meant } : { found, pins }
}

/** What rules arrange: what was scored; without scores, as many of the best by text. */
export function arrangingOf(
  { system }: Pick<LiveSearch, 'system'>,
  { ranked, order, ...rest }: Omit<Arranging, 'scores'> & { readonly ranked: Pick<Ranked, 'scores' | 'scored'> },
): Arranging {
  const { scores, scored } = ranked
  const count = Math.min(system.candidates, rest.found.items.length)
  return { ...rest, scores, order: scored > 0 ? order : Int32Array.from({ length: count }, (_, place) => place) }
}

/** What can be found now; a small index is weighed anew at once. */
function settledSnapshot({ index }: LiveSearch): TextSnapshot {
  const { snapshot } = index
  if (index.isWeighed) return snapshot
  index.settle(DOCUMENTS_A_SEARCH)
  return index.snapshot
}

/** Places by score, best first; of equal ones the earlier. */
export function bestFirst(scores: Float64Array): Int32Array {
  return Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
}

type Ranked = Pick<SearchTrace, 'rows' | 'scores' | 'scored' | 'model' | 'degraded'>

function unranked({ scores }: FoundByQuery, ...degraded: readonly string[]): Ranked {
  return { rows: new Float64Array(), scores, scored: 0, model: undefined, degraded }
}

function rank(live: LiveSearch, request: SearchRequest, found: FoundByQuery, call: SearchCall): Ranked {
  const { rows: ranking, ranker, fallback } = live
  if (!ranking) return unranked(found)
  if (!ranker) return unranked(found, NO_MODEL)
  const lap = call.clock()
  const rows = fillRows(live, request, found, call.at)
  const filled = call.clock()
  call.onStage?.('features', filled - lap)
  const scored = rows.length / ranking.width
  const scores = found.scores.slice()
  const { model, degraded } = score({ ranker, fallback }, rows, scores.subarray(0, scored), call.leaveOut)
  call.onStage?.('ranking', call.clock() - filled)
  return model ? { rows, scores, scored, model, degraded } : unranked(found, ...degraded)
}

/** The rows of the best documents by text, as the ranker reads them. */
function fillRows(live: LiveSearch, { subject }: SearchRequest, found: FoundByQuery, at: number): Float64Array {
  const { state, system, rows: ranking, columns } = live
  const items = found.items.slice(0, system.candidates)
  const out = new Float64Array(items.length * (ranking?.width ?? 0))
  const number = subject === undefined ? -1 : state.attributes.keys(system.subject).find(subject)
  const frame = new RequestFrame(state.schema).bind(system.subject, number)
  frame.at = at
  columns.about(found)
  ranking?.fill(frame, number, items, out)
  return out
}

function score(
  { ranker, fallback }: Pick<LiveSearch, 'ranker' | 'fallback'>,
  rows: Float64Array,
  scores: Float64Array,
  leaveOut: ReadonlySet<string> = new Set(),
): Pick<Ranked, 'model' | 'degraded'> {
  const doesRank = !leaveOut.has(FALLBACK_RANKED) && !leaveOut.has(RANKER_FAILED)
  if (doesRank && scoresAll(ranker, rows, scores.length, scores)) return { model: ranker, degraded: [] }
  if (!leaveOut.has(RANKER_FAILED) && scoresAll(fallback, rows, scores.length, scores)) {
    return { model: fallback, degraded: [FALLBACK_RANKED] }
  }
  return { model: undefined, degraded: [RANKER_FAILED] }
}
