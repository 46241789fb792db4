import { SluiceError } from '../sluice-error.ts'
import { KERNELS_BASE64 } from './generated/binary.ts'
import type { LeastSquaresProgram } from './least-squares-program.ts'
import type { TextProgram } from './text-program.ts'
import type { TowerProgram } from './tower-program.ts'
import type { TreeProgram } from './tree-program.ts'
import type { TreeWalkProgram } from './tree-walk-program.ts'
import type { VectorProgram } from './vector-program.ts'

/** The compiled functions as they are: byte offsets into the memory and counts, nothing checked. */
export interface KernelProgram
  extends TextProgram,
    TowerProgram,
    TreeProgram,
    TreeWalkProgram,
    LeastSquaresProgram,
    VectorProgram {
  heapBase(): number
  dotProducts(matrix: number, query: number, out: number, rowCount: number, width: number): void
  lambdaScratchBytes(longest: number): number
  lambdaGradients(
    fromList: number,
    toList: number,
    starts: number,
    scores: number,
    gains: number,
    order: number,
    inverseIdeals: number,
    discounts: number,
    weights: number,
    truncation: number,
    sigmoid: number,
    normalise: number,
    gradients: number,
    hessians: number,
    scratch: number,
    longest: number,
  ): void
  scoreFactorRows(machine: number, rows: number, out: number, rowCount: number): void
  trainFactorRows(
    machine: number,
    rows: number,
    order: number,
    rowCount: number,
    learningRate: number,
    linearL2: number,
    factorL2: number,
  ): void
  symmetricInverseScratchBytes(size: number): number
  invertSymmetric(matrix: number, size: number, scratch: number): number
}

let compiled: WebAssembly.Module | undefined

/**
 * An instance of the kernels over a shared memory. Several workers may each start one over the same memory.
 *
 * @throws SluiceError `UNSUPPORTED_RUNTIME` when this runtime has no WebAssembly SIMD with shared memory
 */
export function startKernelProgram(memory: WebAssembly.Memory): KernelProgram {
  compiled ??= compile()
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as KernelProgram
}

function compile(): WebAssembly.Module {
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(KERNELS_BASE64), (letter) => letter.charCodeAt(0)))
  } catch (cause) {
    throw new SluiceError(
      'UNSUPPORTED_RUNTIME',
      'kernels: expected WebAssembly with SIMD and shared memory, got a runtime without; use Node 22.18 or newer',
      { cause },
    )
  }
}
