import { startKernelProgram } from '../../foundation/index.ts'
import type { TreeObjective } from './objective.ts'
import type { TaskContext } from './task-context.ts'
import { MAX_THREADS, type TrainingMemory } from './training-memory.ts'
import { TASKS, type TaskName } from './training-tasks.ts'

/** Threads that take steps together. The caller's thread is the first of them. */
export interface Team {
  readonly size: number
  /** Whether every thread can compute gradients; otherwise they are the caller's alone. */
  readonly knowsObjective: boolean
  /** Takes one step: all threads begin together, and all have ended when it returns. */
  run(task: TaskName, ...args: readonly number[]): void
  /** Takes one step on the caller's thread alone; for what is too small to share. */
  runAlone(task: TaskName, ...args: readonly number[]): void
  /** What the last step left behind its arguments: args[index]. */
  result(index: number): number
}

/** Where threads meet, 64 bytes apart; all but the arguments are whole numbers. */
export interface MeetingPlace {
  /** At 0 the number of the step, at 16 how many threads have ended it, at 32 the next number to take, at 48 the task. */
  readonly signals: Int32Array
  readonly args: Float64Array
}

const STEP = 0
const DONE = 16
const NEXT = 32
const TASK = 48
const FAILED = 49
/** How often a waiting thread looks before it goes to sleep: some tens of microseconds. */
const LOOKS = 4000
const TASK_NAMES = Object.keys(TASKS) as TaskName[]

export function openMeetingPlace(): MeetingPlace {
  return {
    signals: new Int32Array(new SharedArrayBuffer(64 * 4)),
    args: new Float64Array(new SharedArrayBuffer((16 + MAX_THREADS) * 8)),
  }
}

/** What a thread needs to take part; all of it can be sent. */
export interface TeamSeat {
  readonly memory: TrainingMemory
  readonly wasm: WebAssembly.Memory
  readonly place: MeetingPlace
  readonly part: number
  readonly parts: number
}

/** The caller's place in a team of `parts` threads; the others sit in {@link serveTeam}. */
export function leadTeam(seat: TeamSeat, objective: TreeObjective, knowsObjective: boolean): Team {
  const { place, parts } = seat
  const { signals, args } = place
  const context = contextOf(seat, objective)
  const alone = (task: TaskName, values: readonly number[]): void => {
    args.set(values)
    signals[NEXT] = 0
    TASKS[task](context, 0, 1, args)
  }
  return {
    size: parts,
    knowsObjective,
    runAlone: (task, ...values) => alone(task, values),
    run(task, ...values) {
      if (parts === 1) return alone(task, values)
      args.set(values)
      signals[NEXT] = 0
      signals[DONE] = 0
      signals[TASK] = TASK_NAMES.indexOf(task)
      Atomics.add(signals, STEP, 1)
      Atomics.notify(signals, STEP)
      TASKS[task](context, 0, parts, args)
      waitWhile(signals, DONE, (done) => done < parts - 1)
      if (Atomics.load(signals, FAILED) !== 0) throw new Error(`assertion failed: a thread could not ${task}`)
    },
    result: (index) => args[index]!,
  }
}

/** Takes part in every step of the leader, for ever: the thread is stopped from outside. */
export function serveTeam(seat: TeamSeat, objective: TreeObjective | undefined): never {
  const { signals, args } = seat.place
  const context = contextOf(seat, objective)
  for (let step = 0; ; step++) {
    waitWhile(signals, STEP, (current) => current === step)
    try {
      TASKS[TASK_NAMES[signals[TASK]!]!](context, seat.part, seat.parts, args)
    } catch {
      Atomics.store(signals, FAILED, 1)
    }
    Atomics.add(signals, DONE, 1)
    Atomics.notify(signals, DONE)
  }
}

function contextOf({ memory, wasm, place }: TeamSeat, objective: TreeObjective | undefined): TaskContext {
  const take = (): number => Atomics.add(place.signals, NEXT, 1)
  return { memory, program: startKernelProgram(wasm), objective, take }
}

/** Looks for a while, then sleeps until it is told. */
export function waitWhile(signals: Int32Array, index: number, isEarly: (value: number) => boolean): void {
  for (let look = 0; look < LOOKS; look++) {
    if (!isEarly(Atomics.load(signals, index))) return
  }
  for (let value = Atomics.load(signals, index); isEarly(value); value = Atomics.load(signals, index)) {
    Atomics.wait(signals, index, value)
  }
}
