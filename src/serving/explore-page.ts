import type { RequestFrame } from '../features/index.ts'
import { randomFrom } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import { type RateBelief, thompsonChoice, thompsonPropensities } from '../policy/index.ts'
import { placesOfBest } from '../ranking/index.ts'
import { arrangePage, type Page, rerank } from '../reranking/index.ts'
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

/** What was ranked, with one item to explore as the last. */
interface WayToExplore {
  readonly items: Int32Array
  readonly scores: Float64Array
  /** Of the last item alone. */
  readonly row: Float64Array
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
  const ways = waysToExplore(live, ranked, call, items)
  if (typeof ways === 'string') return ways
  const row = ranked.items.length
  const fitting = ways.filter((way) => fits(live, exploration, way, request))
  const beliefs = fitting.map((way) => exploration.newItems.belief(request.at, way.items[row]!))
  const chosen = thompsonChoice(beliefs, random)
  if (chosen < 0) return undefined
  const propensities = thompsonPropensities(beliefs)
  const choices = beliefs.map((belief, index) => ({
    item: fitting[index]!.items[row]!,
    ...belief,
    propensity: propensities[index]!,
  }))
  const way = fitting[chosen]!
  const page = rerank(pageCandidates(live, way, row), live.system.reranking, pageOptions(live, request))
  const rows = joined(ranked.rows, way.row)
  return {
    items: way.items,
    rows,
    scores: way.scores,
    page,
    explored: { item: choices[chosen]!.item, row, pageShare, choices, chosen },
  }
}

/** Whether the rules let the item that is to be explored have its place. */
function fits(
  live: LiveSystem,
  { position }: OpenExploration,
  way: WayToExplore,
  request: ExplorationCall['request'],
): boolean {
  const row = way.items.length - 1
  const arranged = arrangePage(pageCandidates(live, way, row), live.system.reranking, pageOptions(live, request))
  return arranged[position - 1] === way.items[row]
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

/**
 * What was ranked with each of some items, one more row each, whether the rules let it have its place or not: only what
 * fits may take part in the draw, or its propensities would be wrong.
 */
function waysToExplore(
  live: LiveSystem,
  { items, scores }: RankedPage,
  { request, frame, model }: ExplorationCall,
  chosen: Int32Array,
): WayToExplore[] | typeof EXPLORATION_FAILED {
  const { width } = live.rows
  const own = new Float64Array(chosen.length * width)
  live.rows.fill(frame, request.subject, chosen, own)
  const ownScores = new Float64Array(chosen.length)
  if (model && !scoresAll(model, own, chosen.length, ownScores)) return EXPLORATION_FAILED
  return Array.from(chosen, (item, index) => ({
    items: joined(items, Int32Array.of(item)),
    row: own.subarray(index * width, (index + 1) * width),
    scores: joined(scores, ownScores.subarray(index, index + 1)),
  }))
}

function joined<Numbers extends Int32Array | Float64Array>(first: Numbers, second: Numbers): Numbers {
  const both = new (first.constructor as new (length: number) => Numbers)(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
