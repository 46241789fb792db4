import { assert, type Kernels, openKernels, SluiceError, startThread, type Thread } from '../../foundation/index.ts'
import { waitWhile } from '../tree-training/thread-team.ts'
import { divideByIterations } from './predict-trees.ts'
import { BLOCK_ROWS, layOutSeats, type ScoringSeat, scoreBlock } from './scoring-seat.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'

/** Positions of the signals, 64 bytes apart: the number of the call, threads that ended it, the next block, its rows. */
export const SCORING_SIGNALS = { call: 0, done: 16, next: 32, rows: 48 } as const

/** Rows that are in the shared memory at a time. */
const CHUNK_ROWS = 64 * BLOCK_ROWS
const MOST_THREADS = 64

/** What a thread needs to take part; all of it can be sent. */
export interface ScoringPlace {
  readonly seat: ScoringSeat
  readonly memory: WebAssembly.Memory
  readonly signals: Int32Array
}

/**
 * Opens threads that score many rows together.
 *
 * @param threads - how many there are with the caller's own, from 1 to 64
 * @throws SluiceError `INVALID_ARGUMENT` when `threads` is out of its range
 * @remarks Starting a thread takes some tens of milliseconds: keep them open. Worth it from some thousand rows on.
 */
export async function openTreeScoringThreads(ensemble: TreeEnsemble, threads: number): Promise<TreeScoringThreads> {
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new SluiceError('INVALID_ARGUMENT', `scoring threads: expected from 1 to ${MOST_THREADS}, got ${threads}`)
  }
  const kernels = openKernels()
  const places = layOutPlaces(kernels, ensemble, threads)
  const started: Thread[] = []
  try {
    for (const place of places.slice(1)) {
      started.push(startThread(workerModule(), place))
    }
    await Promise.all(started.map(({ ready }) => ready))
  } catch (error) {
    await Promise.all(started.map((thread) => thread.stop()))
    throw error
  }
  return new TreeScoringThreads(ensemble, kernels, places[0]!, started)
}

/** An ensemble on several threads; see {@link openTreeScoringThreads}. Scores are those of one thread, to the bit. */
export class TreeScoringThreads {
  readonly #ensemble: TreeEnsemble
  readonly #kernels: Kernels
  readonly #place: ScoringPlace
  readonly #rows: Float64Array
  readonly #scores: Float64Array
  #others: readonly Thread[]

  constructor(ensemble: TreeEnsemble, kernels: Kernels, place: ScoringPlace, others: readonly Thread[]) {
    this.#ensemble = ensemble
    this.#kernels = kernels
    this.#place = place
    this.#others = others
    const { buffer } = kernels.memory
    this.#rows = new Float64Array(buffer, place.seat.rows, CHUNK_ROWS * ensemble.featureCount)
    this.#scores = new Float64Array(buffer, place.seat.scores, CHUNK_ROWS * ensemble.classCount)
  }

  /**
   * Raw scores of rows; blocks the caller's thread, which takes part, until all are there.
   *
   * @param rows - shape (rowCount * featureCount,), row-major; NaN is missing, nothing is infinite
   * @param out - shape (rowCount * classCount,), row-major
   */
  scoreRows(rows: Float64Array, rowCount: number, out: Float64Array): void {
    const { featureCount, classCount, treeCount, averageOutput } = this.#ensemble
    assert(rows.length >= rowCount * featureCount && out.length >= rowCount * classCount, 'rows and scores fit')
    for (let from = 0; from < rowCount; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rowCount - from)
      this.#rows.set(rows.subarray(from * featureCount, (from + count) * featureCount))
      this.#scores.fill(0)
      this.#scoreChunk(count)
      out.set(this.#scores.subarray(0, count * classCount), from * classCount)
    }
    if (averageOutput) divideByIterations(out.subarray(0, rowCount * classCount), treeCount / classCount)
  }

  /** Ends the other threads; the caller's own goes on alone. */
  async close(): Promise<void> {
    const others = this.#others
    this.#others = []
    await Promise.all(others.map((thread) => thread.stop()))
  }

  #scoreChunk(rowCount: number): void {
    const { signals } = this.#place
    signals[SCORING_SIGNALS.rows] = rowCount
    signals[SCORING_SIGNALS.next] = 0
    signals[SCORING_SIGNALS.done] = 0
    Atomics.add(signals, SCORING_SIGNALS.call, 1)
    Atomics.notify(signals, SCORING_SIGNALS.call)
    takeBlocks(this.#kernels.program, this.#place)
    waitWhile(signals, SCORING_SIGNALS.done, (done) => done < this.#others.length)
  }
}

/** Scores one block after the other, whichever is next, until none is left. */
export function takeBlocks(program: Kernels['program'], { seat, signals }: ScoringPlace): void {
  const rowCount = Atomics.load(signals, SCORING_SIGNALS.rows)
  for (;;) {
    const from = BLOCK_ROWS * Atomics.add(signals, SCORING_SIGNALS.next, 1)
    if (from >= rowCount) return
    scoreBlock(program, seat, from, Math.min(BLOCK_ROWS, rowCount - from))
  }
}

function workerModule(): URL {
  return new URL(`./tree-scoring-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}

function layOutPlaces(kernels: Kernels, ensemble: TreeEnsemble, threads: number): ScoringPlace[] {
  const signals = new Int32Array(new SharedArrayBuffer(64 * 4))
  return layOutSeats(kernels, ensemble, CHUNK_ROWS, threads).map((seat) => ({ seat, memory: kernels.memory, signals }))
}
