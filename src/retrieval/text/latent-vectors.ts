import { SluiceError } from '../../foundation/index.ts'
import { columnDirections } from '../../models/index.ts'
import type { TextSnapshot } from './text-snapshot.ts'
import { type TextVectors, textVectors, type WeightedWords } from './text-vectors.ts'

export interface LatentOptions {
  /** Length of the vectors, from 1 to 512; 128 when absent. The literature has 100 to 300. */
  readonly dimensions?: number
  /** Of the start of the iteration. */
  readonly seed?: number
  /** Documents that are learnt from, evenly over all of them; 20,000 when absent. All get vectors. */
  readonly sample?: number
}

/** A term of one document says nothing of any other. */
const LEAST_DOCUMENTS = 2
/** The most frequent terms are learnt; the others are rare enough to be found by themselves. */
const MOST_TERMS = 30_000
/** Two settle a decomposition that starts at random far enough for similarities (Halko et al. 2011). */
const ITERATIONS = 2

/**
 * Vectors of documents and queries that are learnt from the documents alone, so that those which use words of the same
 * meaning lie near each other: the truncated singular value decomposition of logarithmic tf-idf.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at an option out of range, `NO_TRAINING_DATA` when no term stands in two documents
 * @remarks O(iterations * (words of the sample * k + min(sample, terms) * k^2)): some 3 s for CACM's 3,204 documents.
 * Deterministic.
 * @see Deerwester et al. 1990, JASIS 41(6), for latent semantic indexing; Dumais 1991, Behavior Research Methods 23(2), for
 * the weights.
 */
export function latentVectors(snapshot: TextSnapshot, options: LatentOptions = {}): TextVectors {
  const { dimensions = 128, seed = 1, sample = 20_000 } = options
  requireCount('dimensions', dimensions, 512)
  requireCount('sample', sample, 1_000_000)
  const live = snapshot.liveDocuments()
  const documents = Array.from(live.keys()).filter((document) => live[document] === 1)
  const step = Math.max(1, documents.length / sample)
  const sampled = Array.from(
    { length: Math.ceil(documents.length / step) },
    (_, at) => documents[Math.floor(at * step)]!,
  )
  const bags = sampled.map((document) => unitWeights(weightsOf(snapshot, snapshot.wordsOf(document))))
  const numbers = termNumbers(bags)
  const { vectors, count } = columnDirections(sparseRows(bags, numbers), {
    wanted: dimensions,
    iterations: ITERATIONS,
    seed,
  })
  const project = (weights: WeightedWords): Float32Array => {
    const sum = new Float64Array(count)
    for (const [term, weight] of weights) {
      const number = numbers.get(term)
      if (number === undefined) continue
      for (let k = 0; k < count; k++) sum[k]! += weight * vectors[number * count + k]!
    }
    return Float32Array.from(sum)
  }
  return textVectors(snapshot, {
    ...{ dimensions: count, modelId: 'latent', seed },
    vectorOf: (_, document) => project(weightsOf(snapshot, snapshot.wordsOf(document))),
    vectorOfWords: (at, words) => project(weightsOf(at, words)),
  })
}

/** (1 + ln tf) idf. */
function weightsOf(snapshot: TextSnapshot, counts: WeightedWords): Map<string, number> {
  return new Map(
    Array.from(counts, ([term, count]) => [
      term,
      (count >= 1 ? 1 + Math.log(count) : count) * snapshot.inverseFrequency(term),
    ]),
  )
}

function unitWeights(weights: WeightedWords): WeightedWords {
  const length = Math.sqrt([...weights.values()].reduce((sum, weight) => sum + weight * weight, 0))
  return new Map(Array.from(weights, ([term, weight]) => [term, weight / length]))
}

/** The terms that are learnt, with a number each, in the order of their letters. */
function termNumbers(bags: readonly WeightedWords[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const bag of bags) for (const term of bag.keys()) counts.set(term, (counts.get(term) ?? 0) + 1)
  const known = [...counts].filter(([, count]) => count >= LEAST_DOCUMENTS)
  if (known.length === 0) {
    throw new SluiceError(
      'NO_TRAINING_DATA',
      'latent vectors: expected terms that stand in two documents, got none; add documents',
    )
  }
  const frequent = known.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_TERMS)
  const terms = frequent.map(([term]) => term).sort()
  return new Map(terms.map((term, number) => [term, number]))
}

function sparseRows(bags: readonly WeightedWords[], numbers: ReadonlyMap<string, number>) {
  const rows = bags.map((bag) =>
    [...bag].flatMap(([term, value]) => {
      const column = numbers.get(term)
      return column === undefined ? [] : [{ column, value }]
    }),
  )
  const starts = new Uint32Array(rows.length + 1)
  for (const [row, entries] of rows.entries()) starts[row + 1] = starts[row]! + entries.length
  const entries = rows.flatMap((row) => row.sort((a, b) => a.column - b.column))
  return {
    ...{ rowCount: rows.length, columnCount: numbers.size, starts },
    columns: Int32Array.from(entries, ({ column }) => column),
    values: Float64Array.from(entries, ({ value }) => value),
  }
}

function requireCount(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `latent vectors, ${name}: expected a whole number from 1 to ${most}, got ${value}`,
  )
}
