import type { RequestFrame } from '../features/index.ts'
import { randomFrom } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import type { RankingRows } from '../ranking/index.ts'
import type { Candidates, Retriever } from '../retrieval/index.ts'
import type { ItemPopularity } from './item-popularity.ts'
import type { Answer } from './page-answers.ts'

/** How many answers deep every way of answering goes. */
export const ANSWER_DEPTH = 100
const NO_ITEMS: ReadonlySet<number> = new Set()

/** What answers a page, and what it is compared with. */
export interface PageTools {
  readonly retriever: Retriever
  readonly rows: RankingRows
  readonly model: RowModel
  readonly popularity: ItemPopularity
  readonly seed: number
}

/** A page's candidates in every order that is judged. All of them keep to the same filters. */
export function answerPage(
  { retriever, rows, model, popularity, seed }: PageTools,
  { frame, subject, found, itemCount }: { frame: RequestFrame; subject: number; found: Candidates; itemCount: number },
): Answer {
  const accept = (item: number): boolean => retriever.refusal(subject, item, NO_ITEMS) === undefined
  const matrix = new Float64Array(found.items.length * rows.width)
  rows.fill(frame, subject, found.items, matrix)
  const scores = new Float64Array(found.items.length)
  model.scoreRows(matrix, found.items.length, scores)
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
  return {
    retrieved: found.items.slice(0, ANSWER_DEPTH),
    ranked: order.subarray(0, ANSWER_DEPTH).map((place) => found.items[place]!),
    popular: popularity.top(ANSWER_DEPTH, accept),
    random: randomItems(randomFrom(seed, 'random page', subject), itemCount, accept),
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
