import { lightSurvivors, type RankingSystem } from '../application/index.ts'
import type { RequestFrame } from '../features/index.ts'
import { randomFrom } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import type { RankingRows } from '../ranking/index.ts'
import type { Candidates, Retriever } from '../retrieval/index.ts'
import type { ItemPopularity } from './item-popularity.ts'
import type { Answer, RankedAnswer } from './page-answers.ts'
import type { SystemRankers } from './system-rankers.ts'

/** How many answers deep every way of answering goes. */
export const ANSWER_DEPTH = 100
/** How many of a ranker's first the light stage has to keep: a long page. */
const LIGHT_DEPTH = 30
const NO_ITEMS: ReadonlySet<number> = new Set()

/** What answers a page, and what it is compared with. */
export interface PageTools {
  readonly retriever: Retriever
  readonly rows: RankingRows
  readonly rankers: SystemRankers
  readonly system: RankingSystem
  readonly isSponsored: (item: number) => boolean
  readonly popularity: ItemPopularity
  readonly seed: number
}

/** A page's candidates in every order that is judged. All of them keep to the same filters. */
export function answerPage(
  { retriever, rows, rankers, system, isSponsored, popularity, seed }: PageTools,
  { frame, subject, found, itemCount }: { frame: RequestFrame; subject: number; found: Candidates; itemCount: number },
): Answer {
  const accept = (item: number): boolean => retriever.refusal(subject, item, NO_ITEMS) === undefined
  const { items } = found
  const matrix = new Float64Array(items.length * rows.width)
  rows.fill(frame, subject, items, matrix)
  const scoresOf = (model: RowModel): Float64Array => {
    const scores = new Float64Array(items.length)
    model.scoreRows(matrix, items.length, scores)
    return scores
  }
  const kept = new Uint8Array(items.length)
  const light = rankers.light && scoresOf(rankers.light)
  for (const place of lightSurvivors(system, light, items.length, (index) => isSponsored(items[index]!)))
    kept[place] = 1
  const answer = (model: RowModel | undefined): RankedAnswer =>
    model ? rankedAnswer(items, scoresOf(model), kept) : { items: found.items.slice(0, ANSWER_DEPTH), lightRecall: 1 }
  return {
    retrieved: items.slice(0, ANSWER_DEPTH),
    ranker: answer(rankers.ranker),
    fallback: answer(rankers.fallback),
    popular: popularity.top(ANSWER_DEPTH, accept),
    random: randomItems(randomFrom(seed, 'random page', subject), itemCount, accept),
  }
}

/** The order of a ranker among what the light stage kept, and how much of its own first places that is. */
function rankedAnswer(items: Int32Array, scores: Float64Array, kept: Uint8Array): RankedAnswer {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
  const first = order.subarray(0, LIGHT_DEPTH)
  return {
    items: order
      .filter((place) => kept[place] === 1)
      .subarray(0, ANSWER_DEPTH)
      .map((place) => items[place]!),
    lightRecall: first.length === 0 ? 1 : first.filter((place) => kept[place] === 1).length / first.length,
  }
}

/** Distinct acceptable items by lot. Of a catalogue that is small, or refused for the most part, a few are missed. */
function randomItems(
  random: { integer(bound: number): number },
  itemCount: number,
  accept: (item: number) => boolean,
): Int32Array {
  const drawn = new Set<number>()
  for (let draw = 0; draw < 20 * ANSWER_DEPTH && drawn.size < ANSWER_DEPTH; draw++) {
    const item = random.integer(itemCount)
    if (!drawn.has(item) && accept(item)) drawn.add(item)
  }
  return Int32Array.from(drawn)
}
