import { type Kernels, openKernels, randomFrom, startThread, type Thread } from '../../foundation/index.ts'
import type { SparseRows } from '../interaction-rows.ts'
import { type AlsMemory, type AlsSide, layOutAls, PARTS } from './als-memory.ts'
import type { AlsOptions } from './als-options.ts'
import { type AlsSeat, type SideName, seatsOf, takeStep } from './als-team.ts'

/** Standard deviation of the first item vectors' length. */
const START_LENGTH = 0.1

/**
 * The vectors of users and items while they are learnt. Sums are taken over fixed parts of the rows and every row is
 * solved by itself, so that the result is the same to the bit on any number of threads.
 */
export class AlsTraining {
  readonly memory: AlsMemory
  readonly #kernels: Kernels
  readonly #seat: AlsSeat
  #others: readonly Thread[] = []

  /** With the first vectors of items drawn, and those of users at 0; `threads` must sit down before the first step. */
  constructor(rows: SparseRows, options: AlsOptions, threads = 1) {
    this.#kernels = openKernels()
    this.memory = layOutAls(this.#kernels, rows, options, threads)
    const seats = seatsOf(this.#kernels, this.memory, threads)
    this.#seat = seats[0]!
    drawVectors(this.memory, options)
  }

  /** Starts the other threads. */
  async open(): Promise<void> {
    const { parts } = this.#seat
    try {
      this.#others = Array.from({ length: parts - 1 }, (_, other) =>
        startThread(workerModule(), { ...this.#seat, part: other + 1 }),
      )
      await Promise.all(this.#others.map(({ ready }) => ready))
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const others = this.#others
    this.#others = []
    await Promise.all(others.map((thread) => thread.stop()))
  }

  /** Solves the users against the items, then the items against the users. */
  iterate(): void {
    this.sumProducts('items')
    takeStep(this.#kernels.program, this.#seat, 'solve', 'users')
    this.sumProducts('users')
    takeStep(this.#kernels.program, this.#seat, 'solve', 'items')
  }

  /**
   * What is made small: the sum over all pairs of confidence * (1 if they met else 0, less the score)^2, and the
   * penalties of all vectors.
   *
   * @remarks As much work as a fifth of an iteration.
   */
  objective(): number {
    const { users, items, width } = this.memory
    this.sumProducts('users')
    this.sumProducts('items')
    takeStep(this.#kernels.program, this.#seat, 'lose', 'users')
    const loss = sum(users.losses) + penaltyOf(items, width)
    return loss + sumOfSquaredScores(users.exactGram, items.exactGram, width)
  }

  /** Brings the Gram matrix of a side up to date. */
  sumProducts(name: SideName): void {
    takeStep(this.#kernels.program, this.#seat, 'sum', name)
    foldSums(this.memory[name], this.memory.width)
  }
}

function drawVectors({ items, width }: AlsMemory, { factors, seed }: AlsOptions): void {
  const random = randomFrom(seed, 'als')
  const deviation = START_LENGTH / Math.sqrt(factors)
  for (let item = 0; item < items.rowCount; item++) {
    for (let factor = 0; factor < factors; factor++) {
      items.vectors[item * width + factor] = random.normal() * deviation
    }
  }
}

/** Adds the parts in order and mirrors the triangle. */
function foldSums({ sums, gram, exactGram }: AlsSide, width: number): void {
  const size = width * width
  for (let row = 0; row < width; row++) {
    for (let column = 0; column <= row; column++) {
      const at = row * width + column
      let total = 0
      for (let part = 0; part < PARTS; part++) total += sums[part * size + at]!
      exactGram[at] = total
      gram[at] = total
      gram[column * width + row] = total
    }
  }
}

/** The sum of (x'y)^2 over all pairs: of the products of both Gram matrices. */
function sumOfSquaredScores(users: Float64Array, items: Float64Array, width: number): number {
  let total = 0
  for (let row = 0; row < width; row++) {
    for (let column = 0; column <= row; column++) {
      const product = users[row * width + column]! * items[row * width + column]!
      total += column < row ? 2 * product : product
    }
  }
  return total
}

function penaltyOf({ rowCount, penalties, vectors }: AlsSide, width: number): number {
  let total = 0
  for (let row = 0; row < rowCount; row++) {
    let squares = 0
    for (let at = row * width; at < (row + 1) * width; at++) squares += vectors[at]! ** 2
    total += penalties[row]! * squares
  }
  return total
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}

/** The worker beside this file, under the name it has where this code runs. */
function workerModule(): URL {
  return new URL(`./als-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}
