import { ByteWriter } from '../../foundation/index.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import { placeRowProblem, ROW_PROBLEM_WORDS, vectorWidth } from './als-memory.ts'
import type { AlsOptions } from './als-options.ts'
import { notPositiveDefinite } from './als-team.ts'
import { rowPenalty } from './row-penalties.ts'
import { VectorItemModel } from './vector-item-model.ts'

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
export class Als extends VectorItemModel {
  readonly kind = KIND
  readonly #facts: AlsFacts
  readonly #gram: Float32Array
  readonly #person: Float32Array

  constructor({ vectors, gram, ...facts }: AlsState) {
    const width = vectorWidth(facts.options.factors)
    super(vectors, width)
    this.#facts = facts
    const { arena } = this.vectors.kernels
    this.#gram = arena.float32s(width * width)
    this.#gram.set(gram)
    this.#person = arena.float32s(width)
  }

  get options(): AlsOptions {
    return this.#facts.options
  }

  /**
   * What training made small, after its last iteration: the sum over all pairs of confidence times (1 if they met, else
   * 0, less the score) squared, and the penalties.
   */
  get objective(): number {
    return this.#facts.objective
  }

  save(): Uint8Array {
    const { options, meanConfidence, objective } = this.#facts
    const { matrix } = this.vectors
    const arrays = matrix.byteLength + this.#gram.byteLength
    const payload = new ByteWriter(arrays + HEADER_BYTES).json({ options })
    payload.float64(meanConfidence).float64(objective).float32s(matrix).float32s(this.#gram)
    return writeModelFile(KIND, VERSION, payload.finish())
  }

  /**
   * Solved exactly (Cholesky); items of weight 0 are as if they had not been met.
   *
   * @remarks O(history * factors^2 / 2 + factors^3 / 6): 0.1 ms for 50 items and 64 factors.
   */
  protected override personOf(history: ReadonlyMap<number, number>): Float32Array {
    const entries = Array.from(history).filter(([, weight]) => weight > 0)
    const { kernels, matrix } = this.vectors
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
    return this.#person
  }
}

/** @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH`, see {@link openModelFile} */
export function loadAls(bytes: Uint8Array): Als {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const { options } = payload.json() as { options: AlsOptions }
  const [meanConfidence, objective] = [payload.float64(), payload.float64()]
  return new Als({ options, meanConfidence, objective, vectors: payload.float32s(), gram: payload.float32s() })
}
