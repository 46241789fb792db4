import type { KernelProgram } from '../../foundation/index.ts'
import type { TreeObjective } from './objective.ts'
import type { TrainingMemory } from './training-memory.ts'

/** What a thread works with. */
export interface TaskContext {
  readonly memory: TrainingMemory
  readonly program: KernelProgram
  /** On a thread that can compute gradients itself. */
  readonly objective?: TreeObjective | undefined
  /** Gives every number from 0 on to one thread alone, until the next task. */
  take(): number
}
