import type { Kernels } from './kernels.ts'

/** Lists of rows and what LambdaMART's gradients on them depend on, apart from the scores. */
export interface LambdaLists {
  /** Shape (lists + 1,): list `l` has the rows `starts[l]` to `starts[l + 1]` (excluded). */
  readonly starts: Uint32Array
  /** Shape (rows,): what each row is worth at the top of its list, at least 0. */
  readonly gains: Float64Array
  /** Shape (lists,): one over the largest discounted gain of each list; 0 for a list that pulls nothing. */
  readonly inverseIdeals: Float64Array
  /** Shape (longest list,): what each place counts; they decrease. */
  readonly discounts: Float64Array
  /** Shape (rows,), at least 0; absent means 1 each. */
  readonly weights?: Float64Array | undefined
  /** Pairs count of which one row is among so many first. */
  readonly truncation: number
  /** Steepness of the logistic function between a difference of scores and a probability. */
  readonly sigmoid: number
  /** Whether pairs count less the farther their scores lie apart, and lists by the logarithm of what they pull. */
  readonly normalise: boolean
}

/**
 * LambdaMART's first and second derivatives in compiled code, over arrays of its own.
 *
 * @remarks O(n (log n + truncation)) a list of n. It remembers the order of each list, so that sorting a list that
 * hardly changed is nearly free; the result does not depend on it. About 45 ns a row in lists of 50 at truncation 30.
 * @see Burges 2010, MSR-TR-2010-82
 */
export class LambdaKernel {
  /** Shape (rows,): write the scores here. */
  readonly scores: Float64Array
  /** Shape (rows,): {@link run} writes them for the rows of its lists. */
  readonly gradients: Float32Array
  readonly hessians: Float32Array
  readonly #run: (from: number, to: number) => void

  constructor(kernels: Kernels, lists: LambdaLists) {
    const { arena, program } = kernels
    const rowCount = lists.gains.length
    const longest = lists.discounts.length
    const starts = arena.uint32s(lists.starts.length)
    starts.set(lists.starts)
    const order = arena.uint32s(rowCount)
    for (let list = 0; list + 1 < starts.length; list++) {
      for (let row = starts[list]!; row < starts[list + 1]!; row++) order[row] = row - starts[list]!
    }
    const floats = (values: Float64Array): number => {
      // One more than there are, because the compiled code reads in pairs.
      const copy = arena.float64s(values.length + 1)
      copy.set(values)
      return arena.offsetOf(copy)
    }
    this.scores = arena.float64s(rowCount)
    this.gradients = arena.float32s(rowCount)
    this.hessians = arena.float32s(rowCount)
    const scratch = arena.uint8s(program.lambdaScratchBytes(longest))
    const inputs = [
      arena.offsetOf(starts),
      arena.offsetOf(this.scores),
      floats(lists.gains),
      arena.offsetOf(order),
      floats(lists.inverseIdeals),
      floats(lists.discounts),
      lists.weights ? floats(lists.weights) : 0,
    ] as const
    const outputs = [arena.offsetOf(this.gradients), arena.offsetOf(this.hessians), arena.offsetOf(scratch)] as const
    const { truncation, sigmoid, normalise } = lists
    this.#run = (from, to) => {
      program.lambdaGradients(from, to, ...inputs, truncation, sigmoid, normalise ? 1 : 0, ...outputs, longest)
    }
  }

  /** Computes the lists `fromList` to `toList` (excluded) from the scores. */
  run(fromList: number, toList: number): void {
    this.#run(fromList, toList)
  }
}
