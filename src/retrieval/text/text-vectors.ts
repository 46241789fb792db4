import { SluiceError } from '../../foundation/index.ts'
import { buildVectorIndex } from '../vectors/build-vector-index.ts'
import type { VectorIndex } from '../vectors/vector-index.ts'
import type { FoundDocuments } from './posting-search.ts'
import type { TextSnapshot } from './text-snapshot.ts'

/** Weights of terms, by term. */
export type WeightedWords = ReadonlyMap<string, number>

export interface TextVectorsOptions {
  /** From 1 to 8192. */
  readonly dimensions: number
  /** Names what made the vectors. */
  readonly modelId: string
  /** The vector of a document, of any length but 0; undefined, or all 0, for one that has none. */
  readonly vectorOf: (id: string, document: number) => Float32Array | undefined
  /** The vector of a query from its terms, where the vectors were made from terms. */
  readonly vectorOfWords?: (snapshot: TextSnapshot, words: WeightedWords) => Float32Array
  readonly seed?: number
}

/** Items of vectors as documents of a snapshot. */
interface ItemNumbers {
  /** By item; -1 for one that is gone. */
  readonly documents: Int32Array
  /** By document; -1 for one without a vector. */
  readonly items: Int32Array
  readonly areAllThere: boolean
}

/** Vectors of documents, by their ids, and how near they point to the vector of a query. */
export class TextVectors {
  readonly dimensions: number
  readonly #ids: readonly string[]
  readonly #index: VectorIndex
  readonly #vectorOfWords: TextVectorsOptions['vectorOfWords']
  readonly #numbers = new WeakMap<TextSnapshot, ItemNumbers>()

  /** @param index - of unit vectors; item i is the document with id `ids[i]` */
  constructor(ids: readonly string[], index: VectorIndex, vectorOfWords?: TextVectorsOptions['vectorOfWords']) {
    this.dimensions = index.dimensions
    this.#ids = ids
    this.#index = index
    this.#vectorOfWords = vectorOfWords
  }

  /** How many documents have a vector. */
  get size(): number {
    return this.#index.size
  }

  get memoryBytes(): number {
    return this.#index.memoryBytes
  }

  /**
   * The vector of a query as a unit vector: the one that is given, or that of its terms.
   *
   * @returns undefined when it is all 0
   * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`; `INVALID_ARGUMENT` when none is given and none can be made
   */
  queryVector(snapshot: TextSnapshot, given: Float32Array | undefined, words: WeightedWords): Float32Array | undefined {
    if (given === undefined && this.#vectorOfWords === undefined) {
      throw new SluiceError(
        'INVALID_ARGUMENT',
        'vectors: expected the vector of the query, got none; give vectors.query',
      )
    }
    const vector = given ?? this.#vectorOfWords!(snapshot, words)
    requireShape('vector of the query', vector, this.dimensions)
    return unitVector(vector)
  }

  /**
   * The documents that point most nearly where a query does, with their cosines; those of 0 or less are left out.
   *
   * @param query - a unit vector
   * @param accept - shape (documents,), 0 keeps a document out
   */
  near(snapshot: TextSnapshot, query: Float32Array, limit: number, accept: Uint8Array | undefined): FoundDocuments {
    const { documents, areAllThere } = this.#numbersIn(snapshot)
    const isOut = (item: number) => documents[item]! < 0 || (accept !== undefined && accept[documents[item]!] === 0)
    const isFiltered = accept !== undefined || !areAllThere
    const found = this.#index.search(query, limit, isFiltered ? (item) => !isOut(item) : undefined)
    const count = found.scores.findIndex((score) => score <= 0)
    const end = count < 0 ? found.scores.length : count
    return {
      documents: found.items.subarray(0, end).map((item) => documents[item]!),
      scores: found.scores.subarray(0, end),
    }
  }

  /** The cosine of each document with a query; 0 of one without a vector or with one that points away. */
  cosines(snapshot: TextSnapshot, query: Float32Array, documents: Int32Array): Float64Array {
    const { items } = this.#numbersIn(snapshot)
    const wanted = Array.from(documents, (document) => items[document]!)
    const known = wanted.filter((item) => item >= 0)
    const products = new Float64Array(known.length)
    this.#index.products(query, known, products)
    let next = 0
    return Float64Array.from(wanted, (item) => (item < 0 ? 0 : Math.max(0, products[next++]! || 0)))
  }

  #numbersIn(snapshot: TextSnapshot): ItemNumbers {
    const known = this.#numbers.get(snapshot)
    if (known) return known
    const documents = Int32Array.from(this.#ids, (id) => snapshot.documentOf(id) ?? -1)
    const items = new Int32Array(snapshot.documentCount).fill(-1)
    for (const [item, document] of documents.entries()) if (document >= 0) items[document] = item
    const made = { documents, items, areAllThere: !documents.includes(-1) }
    this.#numbers.set(snapshot, made)
    return made
  }
}

/**
 * Vectors that a model of one's own gives to documents, for searches by words and vectors together. They belong to ids: a
 * later snapshot of the same documents may be searched with them, those that came since have none.
 *
 * @throws SluiceError `SHAPE_MISMATCH` and `NOT_FINITE` at a vector that cannot be, what {@link buildVectorIndex} throws
 * @remarks O(documents * dimensions); from 100,000 documents on the search is approximate.
 */
export function textVectors(snapshot: TextSnapshot, options: TextVectorsOptions): TextVectors {
  const { dimensions, modelId, vectorOf, vectorOfWords, seed = 1 } = options
  const live = snapshot.liveDocuments()
  const ids: string[] = []
  const rows: Float32Array[] = []
  for (let document = 0; document < live.length; document++) {
    if (live[document] === 0) continue
    const id = snapshot.idOf(document)
    const vector = vectorOf(id, document)
    if (vector === undefined) continue
    requireShape(`vector of document ${id}`, vector, dimensions)
    const unit = unitVector(vector)
    if (unit === undefined) continue
    ids.push(id)
    rows.push(unit)
  }
  const vectors = new Float32Array(rows.length * dimensions)
  for (const [row, vector] of rows.entries()) vectors.set(vector, row * dimensions)
  return new TextVectors(ids, buildVectorIndex({ vectors, dimensions, modelId, seed }), vectorOfWords)
}

function unitVector(vector: Float32Array): Float32Array | undefined {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return length > 0 ? vector.map((value) => value / length) : undefined
}

function requireShape(what: string, vector: Float32Array, dimensions: number): void {
  if (vector.length !== dimensions) {
    throw new SluiceError('SHAPE_MISMATCH', `${what}: expected ${dimensions} numbers, got ${vector.length}`)
  }
  if (vector.every(Number.isFinite)) return
  throw new SluiceError('NOT_FINITE', `${what}: expected finite numbers, got NaN or infinite ones; correct the model`)
}
