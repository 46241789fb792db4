import { ByteWriter, SluiceError } from '../../foundation/index.ts'
import { requireItems } from '../interaction-rows.ts'
import { distinctHistory, requireHistory } from '../item-history.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import type { ScoredItems } from '../top-items.ts'
import { placeRowProblem, ROW_PROBLEM_WORDS, vectorWidth } from './als-memory.ts'
import type { AlsOptions } from './als-options.ts'
import { notPositiveDefinite } from './als-team.ts'
import type { LatentItemModel } from './latent-model.ts'
import { LatentVectors } from './latent-vectors.ts'
import { rowPenalty } from './row-penalties.ts'

const KIND = 'als'
const VERSION = 1
/** Room for all of a saved model but its arrays, so that the writer need not grow and copy. */
const HEADER_BYTES = 1024

interface AlsFacts {
  readonly options: AlsOptions
  /** The mean confidence that a user takes part in. */
  readonly meanConfidence: number
  /** What training left of what it made small. */
  readonly objective: number
}

export interface AlsState extends AlsFacts {
  /** Row-major, shape (itemCount * width,), where `width` is `factors` up to a multiple of 4; copied. */
  readonly vectors: Float32Array
  /** Shape (width * width,): the sum of v v' over the items; copied. */
  readonly gram: Float32Array
}

/**
 * Items and people as vectors whose dot product says how likely they meet, learnt by alternating least squares over all
 * pairs, those that never met counting little. A person is folded in from a history, by the same equation that training
 * solves for its users, so a new one needs no training.
 *
 * @see Hu, Koren and Volinsky 2008, Collaborative filtering for implicit feedback datasets, ICDM.
 */
export class Als implements LatentItemModel {
  readonly kind = KIND
  readonly #facts: AlsFacts
  readonly #vectors: LatentVectors
  readonly #gram: Float32Array
  readonly #person: Float32Array

  constructor({ vectors, gram, ...facts }: AlsState) {
    this.#facts = facts
    const width = vectorWidth(facts.options.factors)
    this.#vectors = new LatentVectors(vectors, width)
    const { arena } = this.#vectors.kernels
    this.#gram = arena.float32s(width * width)
    this.#gram.set(gram)
    this.#person = arena.float32s(width)
  }

  get itemCount(): number {
    return this.#vectors.itemCount
  }

  get options(): AlsOptions {
    return this.#facts.options
  }

  /** `factors` up to a multiple of 4; what is beyond is 0. */
  get dimensions(): number {
    return this.#vectors.dimensions
  }

  get itemVectors(): Float32Array {
    return this.#vectors.matrix
  }

  /**
   * What training made small, after its last iteration: the sum over all pairs of confidence times (1 if they met, else
   * 0, less the score) squared, and the penalties.
   */
  get objective(): number {
    return this.#facts.objective
  }

  /**
   * The vector of a person, solved exactly (Cholesky), each item of the history once.
   *
   * @throws SluiceError `SHAPE_MISMATCH`, `INVALID_ARGUMENT` or `NOT_FINITE`, as `scoreItems`
   * @remarks O(history * factors^2 / 2 + factors^3 / 6): 0.1 ms for 50 items and 64 factors.
   */
  foldIn(history: Int32Array, weights: Float64Array | undefined, out: Float32Array): void {
    requireHistory(this, history, weights)
    if (out.length !== this.dimensions) {
      throw new SluiceError('SHAPE_MISMATCH', `als: expected room for ${this.dimensions} factors, got ${out.length}`)
    }
    this.#solve(distinctHistory(history, weights))
    out.set(this.#person)
  }

  scoreItems(history: Int32Array, weights: Float64Array | undefined, out: Float64Array): void {
    requireHistory(this, history, weights, out)
    this.#solve(distinctHistory(history, weights))
    this.#vectors.scoreAll(this.#person, out)
  }

  /**
   * The items whose vectors point most nearly where an item's does, best first, with their cosines.
   *
   * @throws SluiceError `INVALID_ARGUMENT` when there is no such item
   */
  neighbours(item: number, limit: number): ScoredItems {
    requireItems(Int32Array.of(item), this.itemCount)
    return this.#vectors.neighbours(item, limit)
  }

  save(): Uint8Array {
    const { options, meanConfidence, objective } = this.#facts
    const { matrix } = this.#vectors
    const arrays = matrix.byteLength + this.#gram.byteLength
    const payload = new ByteWriter(arrays + HEADER_BYTES).json({ options })
    payload.float64(meanConfidence).float64(objective).float32s(matrix).float32s(this.#gram)
    return writeModelFile(KIND, VERSION, payload.finish())
  }

  /** Writes the person's vector; items of weight 0 are as if they had not been met. */
  #solve(history: ReadonlyMap<number, number>): void {
    const entries = Array.from(history).filter(([, weight]) => weight > 0)
    const { kernels, matrix } = this.#vectors
    const { arena, program } = kernels
    const { options, meanConfidence } = this.#facts
    const mark = arena.mark()
    const problem = arena.uint32s(ROW_PROBLEM_WORDS)
    const starts = arena.uint32s(2)
    const columns = arena.uint32s(entries.length)
    const confidences = arena.float32s(entries.length + 3)
    const penalties = arena.float32s(1)
    let confidence = this.itemCount
    entries.forEach(([item, weight], entry) => {
      columns[entry] = item
      confidences[entry] = 1 + options.alpha * weight
      confidence += options.alpha * weight
    })
    starts[1] = entries.length
    penalties[0] = rowPenalty(confidence, meanConfidence, options)
    const arrays = { starts, columns, confidences, penalties, solved: this.#person, fixed: matrix, gram: this.#gram }
    placeRowProblem(problem, { width: this.dimensions, steps: 0, ...arrays })
    const scratch = arena.uint8s(program.leastSquaresScratchBytes(this.dimensions, entries.length) >>> 0)
    const failure = program.solveLeastSquares(problem.byteOffset, 0, 1, scratch.byteOffset, entries.length)
    arena.release(mark)
    if (failure !== 0) throw notPositiveDefinite()
  }
}

/** @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH`, see {@link openModelFile} */
export function loadAls(bytes: Uint8Array): Als {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const { options } = payload.json() as { options: AlsOptions }
  const [meanConfidence, objective] = [payload.float64(), payload.float64()]
  return new Als({ options, meanConfidence, objective, vectors: payload.float32s(), gram: payload.float32s() })
}
