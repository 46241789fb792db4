import { type KernelProgram, type Kernels, SluiceError } from '../../foundation/index.ts'
import { waitWhile } from '../tree-training/thread-team.ts'
import { type AlsMemory, type AlsSide, PARTS } from './als-memory.ts'

/** `sum` adds up v v' of a side, `solve` solves it against the other, `lose` adds up its part of the objective. */
export type AlsTask = 'sum' | 'solve' | 'lose'
export type SideName = 'users' | 'items'

/** What a thread needs to take part; all of it can be sent. */
export interface AlsSeat {
  readonly memory: AlsMemory
  readonly wasm: WebAssembly.Memory
  /** See {@link SIGNALS}. */
  readonly signals: Int32Array
  readonly part: number
  readonly parts: number
}

/** Positions, 64 bytes apart where threads look often: number of the step, who ended it, the next chunk, its task. */
const SIGNALS = { step: 0, done: 16, next: 32, task: 48, side: 49, failed: 50 } as const
const SIGNAL_COUNT = 64

/** Rows that a thread takes at a time. */
const CHUNK_ROWS = 64

const TASK_NAMES: readonly AlsTask[] = ['sum', 'solve', 'lose']
const SIDE_NAMES: readonly SideName[] = ['users', 'items']

/** A seat for each of `threads`; the caller's is the first. */
export function seatsOf(kernels: Kernels, memory: AlsMemory, threads: number): AlsSeat[] {
  const signals = new Int32Array(new SharedArrayBuffer(SIGNAL_COUNT * 4))
  return Array.from({ length: threads }, (_, part) => ({
    ...{ memory, wasm: kernels.memory, signals, part },
    parts: threads,
  }))
}

/**
 * Takes one step on all threads; they have ended it when this returns.
 *
 * @throws SluiceError `NOT_FINITE` when a row's matrix is not positive definite
 */
export function takeStep(program: KernelProgram, seat: AlsSeat, task: AlsTask, side: SideName): void {
  const { signals, parts } = seat
  signals[SIGNALS.next] = 0
  signals[SIGNALS.done] = 0
  signals[SIGNALS.failed] = 0
  signals[SIGNALS.task] = TASK_NAMES.indexOf(task)
  signals[SIGNALS.side] = SIDE_NAMES.indexOf(side)
  Atomics.add(signals, SIGNALS.step, 1)
  Atomics.notify(signals, SIGNALS.step)
  takePart(program, seat)
  waitWhile(signals, SIGNALS.done, (done) => done < parts - 1)
  if (Atomics.load(signals, SIGNALS.failed) !== 0) throw notPositiveDefinite()
}

/** Takes part in every step of the leader, for ever: the thread is stopped from outside. */
export function serveSteps(program: KernelProgram, seat: AlsSeat): never {
  const { signals } = seat
  for (let step = 0; ; step++) {
    waitWhile(signals, SIGNALS.step, (current) => current === step)
    takePart(program, seat)
    Atomics.add(signals, SIGNALS.done, 1)
    Atomics.notify(signals, SIGNALS.done)
  }
}

export function notPositiveDefinite(): SluiceError {
  return new SluiceError(
    'NOT_FINITE',
    'als: expected matrices that are positive definite in single precision, got one that is not; raise l2 or lower alpha',
  )
}

function takePart(program: KernelProgram, seat: AlsSeat): void {
  const { memory, signals } = seat
  const side = memory[SIDE_NAMES[signals[SIGNALS.side]!]!]
  const task = TASK_NAMES[signals[SIGNALS.task]!]!
  if (task === 'solve') solveChunks(program, seat, side)
  else sumParts(program, seat, side, task)
}

function solveChunks(program: KernelProgram, { memory, signals, part }: AlsSeat, side: AlsSide): void {
  const scratch = memory.scratch[part]!
  for (;;) {
    const from = CHUNK_ROWS * Atomics.add(signals, SIGNALS.next, 1)
    if (from >= side.rowCount) return
    const to = Math.min(side.rowCount, from + CHUNK_ROWS)
    const failure = program.solveLeastSquares(side.problem.byteOffset, from, to, scratch, memory.longest)
    if (failure !== 0) Atomics.store(signals, SIGNALS.failed, 1)
  }
}

function sumParts(program: KernelProgram, { memory, signals }: AlsSeat, side: AlsSide, task: 'sum' | 'lose'): void {
  const { width } = memory
  const size = width * width
  for (let part = Atomics.add(signals, SIGNALS.next, 1); part < PARTS; part = Atomics.add(signals, SIGNALS.next, 1)) {
    const from = Math.floor((side.rowCount * part) / PARTS)
    const to = Math.floor((side.rowCount * (part + 1)) / PARTS)
    if (task === 'lose') {
      side.losses[part] = program.leastSquaresLoss(side.problem.byteOffset, from, to)
      continue
    }
    side.sums.fill(0, part * size, (part + 1) * size)
    program.addVectorProducts(side.vectors.byteOffset, width, from, to, side.sums.byteOffset + 8 * part * size)
  }
}
