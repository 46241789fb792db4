import { RequestFrame } from '../features/index.ts'
import { type Clock, hashFloats } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import { type Page, rerank } from '../reranking/index.ts'
import type { Candidates } from '../retrieval/index.ts'
import { EXPLORATION_FAILED, type Explored, explorePage, type RankedPage } from './explore-page.ts'
import { type LightTrace, runLightStage } from './light-stage.ts'
import type { LiveSystem } from './live-system.ts'
import { pageCandidates, pageOptions } from './page-candidates.ts'
import { scoresAll } from './scores-all.ts'

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
  /** What chance hangs on: the id of the decision. Absent: the page explores nothing. */
  readonly chance?: string
  readonly onStage?: (stage: Stage, ms: number) => void
}

export type Stage = 'retrieval' | 'light' | 'features' | 'ranking' | 'reranking'

/** A page with everything that led to it. */
export interface PageTrace {
  /** The state's offset when the rows were taken. */
  readonly asOf: number
  readonly candidates: Candidates
  /** Absent when all candidates went on to the ranker. */
  readonly light: LightTrace | undefined
  /** The candidates that went on, in the order of retrieval; then what is explored, if anything is. */
  readonly items: Int32Array
  /** Shape (items * width,), row-major. */
  readonly rows: Float64Array
  /** Of the rows, and of those of the light stage. */
  readonly rowsHash: string
  /** Shape (items,). */
  readonly scores: Float64Array
  /** What scored; absent when the retrieval order stood in for the ranker. */
  readonly model: RowModel | undefined
  readonly page: Page
  /** Absent when the page explores nothing. */
  readonly explored: Explored | undefined
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
  const { state, system } = live
  const frame = new RequestFrame(state.schema).bind(system.subject, request.subject)
  frame.at = request.at
  const lap = stopwatch(call)
  const candidates = request.given ? givenCandidates(request.given) : await retrieve(live, frame, request, call)
  lap('retrieval')
  const asOf = state.offset
  const tried = runLightStage(live, { frame, subject: request.subject, items: candidates.items }, call.leaveOut)
  if (live.light) lap('light')
  const first = rankItems(live, { frame, request, candidates, light: tried }, call, lap)
  // Rules may leave a page short of what the light stage kept: then every candidate is ranked.
  const light = first.page.short ? undefined : tried
  const plain = light === tried ? first : rankItems(live, { frame, request, candidates, light }, call, lap)
  const { items, rows, scores, model, problem, page } = plain
  const ranked = explore(live, { items, rows, scores, page }, request, { call, frame, model })
  lap('reranking')
  const dropped = candidates.degraded.map(({ source, reason }) => `${source}: ${reason}`)
  return {
    asOf,
    candidates,
    light,
    items: ranked.items,
    rows: ranked.rows,
    rowsHash: light ? `${hashFloats(ranked.rows)}${hashFloats(light.rows)}` : hashFloats(ranked.rows),
    scores: ranked.scores,
    model,
    page: ranked.page,
    explored: ranked.explored,
    degraded: [
      ...leftOutSources(call.leaveOut),
      ...dropped,
      ...named(tried?.problem),
      ...named(problem),
      ...named(ranked.problem),
    ],
  }
}

/** The candidates that the light stage kept, or all of them, scored and arranged to a page. */
function rankItems(
  live: LiveSystem,
  asked: { frame: RequestFrame; request: PageRequest; candidates: Candidates; light: LightTrace | undefined },
  call: PageCall,
  lap: (stage: Stage) => void,
): RankedPage & Pick<PageTrace, 'model'> & { problem: string | undefined } {
  const { rows: ranking, system } = live
  const { frame, request, candidates, light } = asked
  const items = light ? light.kept.map((place) => candidates.items[place]!) : candidates.items
  const rows = new Float64Array(items.length * ranking.width)
  const known = light && live.light?.known
  if (light) known?.copy({ rows: light.rows, places: light.kept }, rows)
  ranking.fill(frame, request.subject, items, rows, undefined, known?.marks)
  lap('features')
  const { scores, model, problem } = score(live, rows, items.length, call.leaveOut)
  lap('ranking')
  const page = rerank(pageCandidates(live, { items, scores }), system.reranking, pageOptions(live, request))
  return { items, rows, scores, page, model, problem }
}

/** The page with what it explores, or as it is. Items that the caller brought are all there is to show. */
function explore(
  live: LiveSystem,
  ranked: RankedPage,
  request: PageRequest,
  { call, frame, model }: { call: PageCall; frame: RequestFrame; model: RowModel | undefined },
): RankedPage & { explored: Explored | undefined; problem?: string } {
  const { chance, leaveOut } = call
  if (chance === undefined || request.given) return { ...ranked, explored: undefined }
  const failed = { ...ranked, explored: undefined, problem: EXPLORATION_FAILED }
  if (leaveOut?.has(EXPLORATION_FAILED)) return failed
  const explored = explorePage(live, ranked, { request, frame, model, chance })
  if (explored === EXPLORATION_FAILED) return failed
  return explored ?? { ...ranked, explored: undefined }
}

function named(problem: string | undefined): readonly string[] {
  return problem === undefined ? [] : [problem]
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

function leftOutSources(leaveOut: ReadonlySet<string> | undefined): string[] {
  return [...(leaveOut ?? [])].filter((text) => !/^(ranker|light|exploration): /.test(text))
}

function stopwatch({ clock, onStage }: PageCall): (stage: Stage) => void {
  let last = clock()
  return (stage) => {
    const now = clock()
    onStage?.(stage, now - last)
    last = now
  }
}
