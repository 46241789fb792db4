import type { KernelArena, Kernels } from '../../foundation/index.ts'
import { type SparseRows, transpose } from '../interaction-rows.ts'
import type { AlsOptions } from './als-options.ts'
import { rowPenalties } from './row-penalties.ts'

/** Users or items: their vectors, their entries, and how they are solved for against the other side. */
export interface AlsSide {
  readonly rowCount: number
  /** Shape (rowCount + 1,). */
  readonly starts: Uint32Array
  /** Rows of the other side, one an entry. */
  readonly columns: Uint32Array
  /** Shape (entries + 3,): 1 + alpha * weight. */
  readonly confidences: Float32Array
  /** Shape (rowCount,). */
  readonly penalties: Float32Array
  /** Shape (rowCount, width), row-major. */
  readonly vectors: Float32Array
  /** Shape (width, width): the sum of v v' over the vectors, as the other side is solved against. */
  readonly gram: Float32Array
  /** The same in double precision, lower triangle. */
  readonly exactGram: Float64Array
  /** Shape (PARTS, width, width): what every part of the rows adds to it. */
  readonly sums: Float64Array
  /** Shape (PARTS,): what every part of the rows adds to the objective. */
  readonly losses: Float64Array
  /** Where the kernels read all this. */
  readonly problem: Uint32Array
}

/** The arrays of one training, all in the kernels' memory, laid out before any thread starts. */
export interface AlsMemory {
  /** Factors, up to a multiple of 4; what is beyond stays 0. */
  readonly width: number
  readonly users: AlsSide
  readonly items: AlsSide
  /** Entries of the longest row. */
  readonly longest: number
  /** Where the scratch of every thread begins. */
  readonly scratch: readonly number[]
}

/** Rows whose sums are taken together: however many threads there are, the order of sums is one. */
export const PARTS = 32

/** Scratch and arrays of users by items: about 16 bytes an entry and 4 a factor and row. */
export function layOutAls(kernels: Kernels, rows: SparseRows, options: AlsOptions, threads: number): AlsMemory {
  const { arena, program } = kernels
  const width = vectorWidth(options.factors)
  const byItem = transpose(rows)
  const longest = Math.max(longestRow(rows), longestRow(byItem))
  const users = layOutSide(arena, rows, width, options)
  const items = layOutSide(arena, byItem, width, options)
  const steps = options.solver === 'cholesky' ? 0 : options.steps
  placeProblem(users, items, width, steps)
  placeProblem(items, users, width, steps)
  const scratchBytes = program.leastSquaresScratchBytes(width, longest) >>> 0
  const scratch = Array.from({ length: threads }, () => arena.offsetOf(arena.uint8s(scratchBytes)))
  return { width, users, items, longest, scratch }
}

/** The length of vectors in the kernels' memory. */
export function vectorWidth(factors: number): number {
  return Math.ceil(factors / 4) * 4
}

/** Bytes of what {@link placeRowProblem} writes. */
export const ROW_PROBLEM_WORDS = 9

/** Arrays of the arena that rows are solved with; shapes as in {@link AlsSide}. */
export interface RowProblem {
  readonly width: number
  /** 0 solves exactly. */
  readonly steps: number
  readonly starts: Uint32Array
  readonly columns: Uint32Array
  readonly confidences: Float32Array
  readonly penalties: Float32Array
  readonly solved: Float32Array
  readonly fixed: Float32Array
  readonly gram: Float32Array
}

/** Writes what `RowProblem` of the assembly reads. */
export function placeRowProblem(block: Uint32Array, problem: RowProblem): void {
  const { width, steps, starts, columns, confidences, penalties, solved, fixed, gram } = problem
  const arrays = [starts, columns, confidences, penalties, solved, fixed, gram]
  block.set([width, steps, ...arrays.map(({ byteOffset }) => byteOffset)])
}

function placeProblem(side: AlsSide, other: AlsSide, width: number, steps: number): void {
  placeRowProblem(side.problem, { ...side, width, steps, solved: side.vectors, fixed: other.vectors, gram: other.gram })
}

function layOutSide(arena: KernelArena, rows: SparseRows, width: number, options: AlsOptions): AlsSide {
  const { rowCount, columns, values } = rows
  const side = {
    rowCount,
    starts: arena.uint32s(rowCount + 1),
    columns: arena.uint32s(columns.length),
    confidences: arena.float32s(columns.length + 3),
    penalties: arena.float32s(rowCount),
    vectors: arena.float32s(rowCount * width),
    gram: arena.float32s(width * width),
    exactGram: arena.float64s(width * width),
    sums: arena.float64s(PARTS * width * width),
    losses: arena.float64s(PARTS),
    problem: arena.uint32s(ROW_PROBLEM_WORDS),
  }
  side.starts.set(rows.starts)
  side.columns.set(columns)
  values.forEach((value, entry) => {
    side.confidences[entry] = 1 + options.alpha * value
  })
  side.penalties.set(rowPenalties(rows, options).penalties)
  return side
}

function longestRow({ rowCount, starts }: SparseRows): number {
  let longest = 0
  for (let row = 0; row < rowCount; row++) longest = Math.max(longest, starts[row + 1]! - starts[row]!)
  return longest
}
