import { randomFrom, SluiceError } from '../../foundation/index.ts'
import { type CellIndex, TUNED_LIMIT } from './cell-index.ts'

/** Queries that choose how many cells to read, and as many others that measure the recall. */
const QUERIES = 96

interface Question {
  readonly query: Float32Array
  /** The exact best. */
  readonly best: ReadonlySet<number>
}

/**
 * Chooses how many cells a search reads, the fewest of a series with which a first sample of queries and then a second
 * one reach the declared recall, and writes both to the report of the index; the recall is that of the second sample.
 *
 * @param queries - drawn from; as {@link CellIndex.search} takes them
 * @throws SluiceError `GATE_FAILED` when all cells do not reach it
 */
export function tuneRecall(
  index: CellIndex,
  queries: readonly Float32Array[],
  options: { seed: number; declaredRecall: number },
): void {
  if (index.size === 0 || queries.length === 0) return
  const drawn = randomFrom(options.seed, 'vector-recall').shuffle([...queries.keys()])
  const questions = drawn.slice(0, 2 * QUERIES).map((place) => askExactly(index, queries[place]!))
  const second = questions.slice(-QUERIES)
  const first = questions.length > QUERIES ? questions.slice(0, -QUERIES) : second
  // A little more than declared, for the second sample is another one.
  const wanted = index.cellCount === 1 ? 0 : options.declaredRecall + (1 - options.declaredRecall) / 10
  let isEnough = false
  for (const probes of series(index.cellCount)) {
    index.report.probes = probes
    isEnough ||= recallOf(index, first) >= wanted
    if (!isEnough && probes < index.cellCount) continue
    index.report.recall = recallOf(index, second)
    if (index.report.recall >= options.declaredRecall) return
  }
  throw new SluiceError(
    'GATE_FAILED',
    `vector index: expected a recall of ${options.declaredRecall}, got ${index.report.recall}; declare less, or spread vectors that lie too close together`,
  )
}

/** Whole numbers that grow by a tenth, at least by one, up to a number. */
function* series(last: number): Generator<number> {
  for (let probes = Math.min(4, last); probes < last; probes = Math.ceil(probes * 1.1)) yield probes
  yield last
}

function askExactly(index: CellIndex, query: Float32Array): Question {
  return { query, best: new Set(index.searchExact(query, TUNED_LIMIT).items) }
}

function recallOf(index: CellIndex, questions: readonly Question[]): number {
  let [found, all] = [0, 0]
  for (const { query, best } of questions) {
    all += best.size
    for (const item of index.search(query, TUNED_LIMIT).items) if (best.has(item)) found++
  }
  return found / all
}
