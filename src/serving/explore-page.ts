import type { RequestFrame } from '../features/index.ts'
import { randomFrom } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import { type RateBelief, thompsonChoice, thompsonPropensities } from '../policy/index.ts'
import { placesOfBest } from '../ranking/index.ts'
import { arrangeWithEach, type Page, rerank } from '../reranking/index.ts'
import type { LiveSystem, OpenExploration } from './live-system.ts'
import { pageCandidates, pageOptions } from './page-candidates.ts'
import { scoresAll } from './scores-all.ts'

/** What a page explores, and what else it might have. */
export interface Explored {
  readonly item: number
  /** Its row among the ranked ones: the last. */
  readonly row: number
  /** The probability that a page like this explores at all: the budget's share of its places. */
  readonly pageShare: number
  /** All items that a draw chose from. */
  readonly choices: readonly ExplorationChoice[]
  /** The index of the item among them. */
  readonly chosen: number
}

/** An item that might have been chosen. */
export interface ExplorationChoice extends RateBelief {
  readonly item: number
  /** The probability that it is chosen by a page that explores. */
  readonly propensity: number
}

/** A page in the making: what was ranked, in rows. */
export interface RankedPage {
  readonly items: Int32Array
  /** Shape (items * width,), row-major. */
  readonly rows: Float64Array
  /** Shape (items,). */
  readonly scores: Float64Array
  readonly page: Page
}

/** Items that may be explored, as they would have been ranked. */
interface Choosable {
  readonly items: Int32Array
  /** Shape (items * width,), row-major. */
  readonly rows: Float64Array
  /** Shape (items,). */
  readonly scores: Float64Array
}

/** Who asks for it, and with what it was ranked. */
export interface ExplorationCall {
  readonly request: {
    readonly subject: number
    readonly at: number
    readonly limit: number
    readonly exclude: ReadonlySet<number>
  }
  readonly frame: RequestFrame
  readonly model: RowModel | undefined
  /** What chance hangs on: the id of the decision. */
  readonly chance: string
}

/** A page that could not explore although it was to. */
export const EXPLORATION_FAILED = 'exploration: failed'

/**
 * The page with a new item in the place that is kept for exploration; undefined when this page does not explore, there
 * is nothing to explore, or the page's rules have no place for it. Items that are on the page as it is are left alone.
 *
 * @returns {@link EXPLORATION_FAILED} when a model cannot score what is to be explored
 * @remarks For a page that explores: rows of `pool` items for the light stage, and `choices` times the page's rules.
 */
export function explorePage(
  live: LiveSystem,
  ranked: RankedPage,
  call: ExplorationCall,
): (RankedPage & { explored: Explored }) | typeof EXPLORATION_FAILED | undefined {
  const { exploration } = live
  const { request, chance } = call
  if (!exploration || request.limit < exploration.position) return undefined
  const random = randomFrom(0, 'exploration', live.name, chance)
  const pageShare = Math.min(1, exploration.budgetShare * request.limit)
  if (random.uniform() >= pageShare) return undefined
  const items = chooseFrom(live, exploration, ranked.page, call)
  if (typeof items === 'string') return items
  const choosable = rankChoosable(live, call, items)
  if (typeof choosable === 'string') return choosable
  const fitting = whatFits(live, exploration, ranked, choosable, request)
  const beliefs = fitting.map((index) => exploration.newItems.belief(request.at, items[index]!))
  const chosen = thompsonChoice(beliefs, random)
  if (chosen < 0) return undefined
  const propensities = thompsonPropensities(beliefs)
  const choices = beliefs.map((belief, index) => ({
    item: items[fitting[index]!]!,
    ...belief,
    propensity: propensities[index]!,
  }))
  const row = ranked.items.length
  const extended = withOne(ranked, choosable, fitting[chosen]!)
  const page = rerank(pageCandidates(live, extended, row), live.system.reranking, pageOptions(live, request))
  return { ...extended, page, explored: { item: choices[chosen]!.item, row, pageShare, choices, chosen } }
}

/** The new items that suit the subject best: by the light stage, without one by the ranker, without that the least shown. */
function chooseFrom(
  live: LiveSystem,
  { newItems, choices }: OpenExploration,
  { page }: Page,
  { request, frame, model }: ExplorationCall,
): Int32Array | typeof EXPLORATION_FAILED {
  const { subject, exclude, at } = request
  const shown = new Set(page.map(({ item }) => item))
  const accept = (item: number): boolean =>
    !shown.has(item) && !live.isSponsored(item) && live.retriever.refusal(subject, item, exclude) === undefined
  const pool = newItems.leastShown(at, accept)
  const [rows, judge] = live.light ? [live.light.rows, live.light.model] : [live.rows, model]
  if (judge === undefined) return pool.slice(0, choices)
  const matrix = new Float64Array(pool.length * rows.width)
  rows.fill(frame, subject, pool, matrix)
  const scores = new Float64Array(pool.length)
  if (!scoresAll(judge, matrix, pool.length, scores)) return EXPLORATION_FAILED
  return placesOfBest(scores, Math.min(choices, pool.length)).map((place) => pool[place]!)
}

function rankChoosable(
  live: LiveSystem,
  { request, frame, model }: ExplorationCall,
  items: Int32Array,
): Choosable | typeof EXPLORATION_FAILED {
  const rows = new Float64Array(items.length * live.rows.width)
  live.rows.fill(frame, request.subject, items, rows)
  const scores = new Float64Array(items.length)
  return model && !scoresAll(model, rows, items.length, scores) ? EXPLORATION_FAILED : { items, rows, scores }
}

/**
 * The indices of the items that the page's rules let have the place, each alone with what was ranked: only what fits may
 * take part in the draw, or its propensities would be wrong.
 */
function whatFits(
  live: LiveSystem,
  { position }: OpenExploration,
  ranked: RankedPage,
  { items, scores }: Choosable,
  request: ExplorationCall['request'],
): number[] {
  const first = ranked.items.length
  const all = { items: joined(ranked.items, items), scores: joined(ranked.scores, scores) }
  const candidates = pageCandidates(live, all, first)
  const alternatives = Array.from(items, (_, index) => first + index)
  const pages = arrangeWithEach(candidates, alternatives, live.system.reranking, pageOptions(live, request))
  return [...items.keys()].filter((index) => pages[index]![position - 1] === items[index])
}

/** What was ranked, and one of the items that may be explored. */
function withOne(ranked: RankedPage, { items, rows, scores }: Choosable, index: number): Choosable {
  const width = rows.length / items.length
  return {
    items: joined(ranked.items, items.subarray(index, index + 1)),
    rows: joined(ranked.rows, rows.subarray(index * width, (index + 1) * width)),
    scores: joined(ranked.scores, scores.subarray(index, index + 1)),
  }
}

function joined<Numbers extends Int32Array | Float64Array>(first: Numbers, second: Numbers): Numbers {
  const both = new (first.constructor as new (length: number) => Numbers)(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
