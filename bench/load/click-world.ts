import { randomFrom } from '../../src/foundation/index.ts'
import { type ClickLog, fitTrees, type ListExamples, TreeModel, treeObjective } from '../../src/models/index.ts'

/** How people look at a page and click. */
export interface ClickBehaviour {
  /** Rankers whose pages are shown, in turn by chance; one: every document has one place. */
  readonly rankers: number
  /** The chance to look at place `k` from 0 is 1 / (k + 1) to this power. */
  readonly steepness: number
  /** By place, the chance that an irrelevant and a perfect document is clicked by someone who looks at it. */
  readonly irrelevant: (place: number) => number
  readonly perfect: (place: number) => number
}

export const PLACES = 10
/** A logging ranker learns from the labels of so many queries, by shallow trees. */
const LOGGING_QUERIES = 3
const HIGHEST_LABEL = 4

export interface ClickWorld {
  readonly log: ClickLog
  /** Scores of the rows by the first logging ranker. */
  readonly logged: Float64Array
  /** What is to be found: the chance to look, by place. */
  readonly looks: Float64Array
}

/** Sessions with a query drawn at random, a page of ten by one of the logging rankers, and clicks; a function of the seed. */
export function clickWorld(lists: ListExamples, behaviour: ClickBehaviour, sessions: number, seed: number): ClickWorld {
  const scores = Array.from({ length: behaviour.rankers }, (_, ranker) => loggingScores(lists, seed, ranker))
  const pages = scores.map((each) => pagesBy(lists, each))
  const looks = Float64Array.from({ length: PLACES }, (_, place) => (place + 1) ** -behaviour.steepness)
  const random = randomFrom(seed, 'clicks')
  const [pairs, positions, clicked]: [number[], number[], number[]] = [[], [], []]
  for (let session = 0; session < sessions; session++) {
    const page = pages[random.integer(pages.length)]![random.integer(lists.starts.length - 1)]!
    for (const [place, row] of page.entries()) {
      const gain = (2 ** lists.labels[row]! - 1) / (2 ** HIGHEST_LABEL - 1)
      const low = behaviour.irrelevant(place)
      const chance = looks[place]! * (low + (behaviour.perfect(place) - low) * gain)
      pairs.push(row)
      positions.push(place)
      clicked.push(random.uniform() < chance ? 1 : 0)
    }
  }
  return {
    log: {
      ...{ pairs: Int32Array.from(pairs), positions: Int32Array.from(positions) },
      ...{ clicked: Uint8Array.from(clicked), pairCount: lists.rowCount },
    },
    logged: scores[0]!,
    looks,
  }
}

function loggingScores(lists: ListExamples, seed: number, ranker: number): Float64Array {
  const queries = Array.from({ length: lists.starts.length - 1 }, (_, query) => query)
  const few = takeQueries(lists, randomFrom(seed, 'logging', ranker).shuffle(queries).slice(0, LOGGING_QUERIES))
  const groups = few.starts.slice(1).map((start, query) => start - few.starts[query]!)
  const trees = fitTrees(few, treeObjective({ kind: 'lambdarank', labels: few.labels, groups }), {
    ...{ leaves: 4, iterations: 20, minRowsInLeaf: 3, featureFraction: 0.5, seed: seed + ranker },
  })
  const scores = new Float64Array(lists.rowCount)
  new TreeModel(trees).scoreRows(lists.rows, lists.rowCount, scores)
  return scores
}

function pagesBy({ starts }: ListExamples, scores: Float64Array): number[][] {
  return Array.from({ length: starts.length - 1 }, (_, query) => {
    const rows = Array.from({ length: starts[query + 1]! - starts[query]! }, (_, row) => starts[query]! + row)
    return rows.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, PLACES)
  })
}

function takeQueries(lists: ListExamples, queries: readonly number[]): ListExamples {
  const { featureCount, starts } = lists
  const rows = queries.flatMap((query) =>
    Array.from({ length: starts[query + 1]! - starts[query]! }, (_, row) => starts[query]! + row),
  )
  const ends = queries.map((query) => starts[query + 1]! - starts[query]!)
  const values = new Float64Array(rows.length * featureCount)
  rows.forEach((row, index) => {
    values.set(lists.rows.subarray(row * featureCount, (row + 1) * featureCount), index * featureCount)
  })
  return {
    ...{ rows: values, rowCount: rows.length, featureCount },
    labels: Float64Array.from(rows, (row) => lists.labels[row]!),
    starts: Uint32Array.from([
      0,
      ...ends.map((_, query) => ends.slice(0, query + 1).reduce((sum, size) => sum + size, 0)),
    ]),
  }
}
