import { KernelArena } from './kernel-arena.ts'
import { type KernelProgram, startKernelProgram } from './program.ts'

const PAGE_BYTES = 65_536
const MAXIMUM_BYTES = 65_536 * PAGE_BYTES

/** A memory of its own, the compiled functions over it, and the arena that hands out arrays in it. */
export interface Kernels {
  readonly memory: WebAssembly.Memory
  readonly program: KernelProgram
  readonly arena: KernelArena
}

/**
 * Opens a fresh memory for the kernels. It grows as arrays are asked for, never shrinks, and goes when nobody refers
 * to it any more: one for each index or fit is right.
 *
 * @param options.maximumBytes - the arena refuses to grow beyond; at most 4 GiB, which is the default
 */
export function openKernels(options: { maximumBytes?: number } = {}): Kernels {
  const maximumBytes = Math.min(options.maximumBytes ?? MAXIMUM_BYTES, MAXIMUM_BYTES)
  const maximum = Math.max(1, Math.floor(maximumBytes / PAGE_BYTES))
  const memory = new WebAssembly.Memory({ initial: 1, maximum, shared: true })
  const program = startKernelProgram(memory)
  return { memory, program, arena: new KernelArena(memory, program.heapBase(), maximum * PAGE_BYTES) }
}
