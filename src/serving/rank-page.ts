import { RequestFrame } from '../features/index.ts'
import { type Clock, hashFloats } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import { type Page, type PageCandidate, rerank } from '../reranking/index.ts'
import type { Candidates } from '../retrieval/index.ts'
import type { LiveSystem } from './live-system.ts'

/** A request in the engine's own numbers. */
export interface PageRequest {
  /** -1 for a stranger. */
  readonly subject: number
  readonly at: number
  readonly limit: number
  readonly exclude: ReadonlySet<number>
  /** Items to choose from instead of retrieval's. */
  readonly given?: Int32Array
}

/** How a page is made this time. */
export interface PageCall {
  readonly clock: Clock
  readonly budgetMs: number
  /** What a replay has to leave out, as {@link PageTrace.degraded} named it. */
  readonly leaveOut?: ReadonlySet<string>
  readonly onStage?: (stage: Stage, ms: number) => void
}

export type Stage = 'retrieval' | 'features' | 'ranking' | 'reranking'

/** A page with everything that led to it. */
export interface PageTrace {
  /** The state's offset when the rows were taken. */
  readonly asOf: number
  readonly candidates: Candidates
  /** Shape (candidates * width,), row-major. */
  readonly rows: Float64Array
  readonly rowsHash: string
  /** Shape (candidates,). */
  readonly scores: Float64Array
  /** What scored; absent when the retrieval order stood in for the ranker. */
  readonly model: RowModel | undefined
  readonly page: Page
  readonly degraded: readonly string[]
}

const NO_MODEL = 'ranker: no model'
const RANKER_FAILED = 'ranker: failed'
const FALLBACK_RANKED = 'ranker: fallback'

/**
 * Retrieval, ranking and re-ranking of one request. What is slow or broken costs quality and is named in `degraded`;
 * a page always comes. The same state, request and models give the same bytes.
 */
export async function rankPage(live: LiveSystem, request: PageRequest, call: PageCall): Promise<PageTrace> {
  const { state, system, rows: ranking } = live
  const frame = new RequestFrame(state.schema).bind(system.subject, request.subject)
  frame.at = request.at
  const lap = stopwatch(call)
  const candidates = request.given ? givenCandidates(request.given) : await retrieve(live, frame, request, call)
  lap('retrieval')
  const asOf = state.offset
  const rows = new Float64Array(candidates.items.length * ranking.width)
  ranking.fill(frame, request.subject, candidates.items, rows)
  lap('features')
  const { scores, model, problem } = score(live, rows, candidates.items.length, call.leaveOut)
  lap('ranking')
  const page = rerank(pageCandidates(live, candidates.items, scores), system.reranking, {
    limit: request.limit,
    attributes: live.pageAttributes.read,
  })
  lap('reranking')
  const dropped = candidates.degraded.map(({ source, reason }) => `${source}: ${reason}`)
  return {
    asOf,
    candidates,
    rows,
    rowsHash: hashFloats(rows),
    scores,
    model,
    page,
    degraded: [...leftOutSources(call.leaveOut), ...dropped, ...(problem === undefined ? [] : [problem])],
  }
}

/** Candidates as page rules take them. */
export function pageCandidates(live: LiveSystem, items: Int32Array, scores: Float64Array): PageCandidate[] {
  const { sponsored } = live.system
  const { attributes } = live.state
  return Array.from(items, (item, row) => ({
    item,
    score: scores[row]!,
    sponsored: sponsored !== undefined && attributes.number(sponsored, item) === 1,
  }))
}

function retrieve(live: LiveSystem, frame: RequestFrame, request: PageRequest, call: PageCall): Promise<Candidates> {
  const { subject, exclude, limit } = request
  const names = [...(call.leaveOut ?? [])].map((text) => text.split(': ')[0] ?? '')
  return live.retriever.retrieve({ ...call, frame, subject, exclude, atLeast: limit, leaveOut: new Set(names) })
}

function givenCandidates(items: Int32Array): Candidates {
  return {
    items,
    sources: new Uint32Array(items.length),
    because: new Int32Array(items.length).fill(-1),
    found: {},
    filtered: {},
    degraded: [],
  }
}

/**
 * Scores rows by the ranker; when it fails, by the fallback; when that fails too or there is no model, the order of
 * retrieval, first at 1 and falling to 0.
 */
function score(
  { ranker, fallback }: LiveSystem,
  rows: Float64Array,
  count: number,
  leaveOut: ReadonlySet<string> = new Set(),
): { scores: Float64Array; model: RowModel | undefined; problem: string | undefined } {
  const scores = new Float64Array(count)
  if (!leaveOut.has(RANKER_FAILED)) {
    if (!leaveOut.has(FALLBACK_RANKED) && scoresAll(ranker, rows, count, scores)) {
      return { scores, model: ranker, problem: undefined }
    }
    if (scoresAll(fallback, rows, count, scores)) return { scores, model: fallback, problem: FALLBACK_RANKED }
  }
  const problem = ranker === undefined ? NO_MODEL : RANKER_FAILED
  return { scores: scores.map((_, rank) => 1 - rank / count), model: undefined, problem }
}

/** Whether the model is there and gave every row a finite score. */
function scoresAll(model: RowModel | undefined, rows: Float64Array, count: number, scores: Float64Array): boolean {
  try {
    model?.scoreRows(rows, count, scores)
    return model !== undefined && scores.every(Number.isFinite)
  } catch {
    return false
  }
}

function leftOutSources(leaveOut: ReadonlySet<string> | undefined): string[] {
  return [...(leaveOut ?? [])].filter((text) => !text.startsWith('ranker: '))
}

function stopwatch({ clock, onStage }: PageCall): (stage: Stage) => void {
  let last = clock()
  return (stage) => {
    const now = clock()
    onStage?.(stage, now - last)
    last = now
  }
}
