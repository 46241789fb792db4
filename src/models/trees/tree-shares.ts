import { type Kernels, openKernels } from '../../foundation/index.ts'
import type { QuadratureRule } from './gauss-legendre.ts'
import type { TreeEdges } from './tree-edges.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { placeSets, type RowBlocks, rowBlocksOf, writeQuestion } from './tree-questions.ts'
import { ZERO_THRESHOLD } from './tree-walk.ts'

const FORK_BYTES = 80

/** The compiled part of `TreeExplainer`: trees as forks in a memory of their own, as `assembly/tree-shares.ts` wants them. */
export class TreeShares {
  readonly #kernels: Kernels
  readonly #plan: number
  readonly #forks: number
  readonly #targets: number
  /** In edges; forks are half as many. */
  readonly #starts: Int32Array
  readonly #rules: readonly { address: number; pointCount: number }[]
  readonly #row: Float64Array
  readonly #values: number
  readonly #slots: number
  readonly #parts: number
  readonly #out: Float64Array

  /** @param rules - per tree, exact for the features on its ways */
  constructor(ensemble: TreeEnsemble, edges: TreeEdges, rules: readonly QuadratureRule[]) {
    const kernels = openKernels()
    const { arena, program } = kernels
    this.#kernels = kernels
    this.#starts = edges.starts
    const blocks = rowBlocksOf(ensemble)
    const plan = arena.int32s(2)
    plan.set([ensemble.featureCount, blocks.flags])
    this.#plan = plan.byteOffset
    const addresses = new Map([...new Set(rules)].map((rule) => [rule, placeRule(kernels, rule)]))
    this.#rules = rules.map((rule) => addresses.get(rule)!)
    this.#forks = placeForks(kernels, ensemble, edges, this.#rules, blocks)
    this.#targets = placeTargets(kernels, ensemble, edges)
    this.#row = arena.float64s(ensemble.featureCount)
    this.#values = arena.uint8s(program.treeRowBytes(ensemble.featureCount, blocks.flags)).byteOffset
    const counts = this.#rules.map((_, index) => edges.starts[index + 1]! - edges.starts[index]!)
    const slotBytes = this.#rules.map(
      ({ pointCount }, index) => (counts[index]! + 1) * program.treeSlotBytes(pointCount),
    )
    this.#slots = arena.uint8s(largest(slotBytes)).byteOffset
    this.#parts = arena.float64s(2 * largest(counts)).byteOffset
    this.#out = arena.float64s(ensemble.classCount * (ensemble.featureCount + 1))
  }

  /**
   * The contributions of all trees to one row, those of the i-th tree in block `(firstTree + i) % classCount`.
   *
   * @returns shape (classCount * (featureCount + 1),), overwritten by the next call
   */
  contributionsOf(rows: Float64Array, start: number, firstTree: number): Float64Array {
    const { program } = this.#kernels
    const out = this.#out.fill(0)
    const row = this.#row
    for (let feature = 0; feature < row.length; feature++) row[feature] = rows[start + feature]!
    program.prepareTreeRows(this.#plan, row.byteOffset, 1, ZERO_THRESHOLD, this.#values)
    const block = row.length + 1
    const classCount = out.length / block
    for (let index = 0; index < this.#rules.length; index++) {
      const { address, pointCount } = this.#rules[index]!
      const from = this.#starts[index]!
      program.addTreeShares(
        this.#forks + (from / 2) * FORK_BYTES,
        (this.#starts[index + 1]! - from) / 2,
        address,
        pointCount,
        this.#values,
        this.#slots,
        this.#parts,
        this.#targets + 4 * from,
        out.byteOffset + 8 * block * ((firstTree + index) % classCount),
      )
    }
    return out
  }
}

function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0)
}

/** Places, their complements and weights, filled up to an even count by a point of no weight. */
function placeRule({ arena }: Kernels, { points, weights }: QuadratureRule): { address: number; pointCount: number } {
  const pointCount = points.length + (points.length % 2)
  const placed = arena.float64s(3 * pointCount)
  placed.fill(0.5, 0, 2 * pointCount)
  placed.set(points)
  placed.set(
    points.map((point) => 1 - point),
    pointCount,
  )
  placed.set(weights, 2 * pointCount)
  return { address: placed.byteOffset, pointCount }
}

function placeForks(
  kernels: Kernels,
  ensemble: TreeEnsemble,
  edges: TreeEdges,
  rules: readonly { pointCount: number }[],
  blocks: RowBlocks,
): number {
  const { arena, program } = kernels
  const doubles = arena.float64s((edges.nodes.length * FORK_BYTES) / 16)
  const words = new Uint32Array(doubles.buffer, doubles.byteOffset, 2 * doubles.length)
  const layout = { doubles, words, sets: placeSets(kernels, ensemble), blocks, offsetAt: 2 }
  let position = 0
  for (const [tree, { pointCount }] of rules.entries()) {
    const slotBytes = program.treeSlotBytes(pointCount)
    const start = edges.starts[tree]!
    const end = edges.starts[tree + 1]!
    for (const [left, right] of forksOf(edges, start, end)) {
      const leftSecond = writeQuestion(ensemble, layout, position, edges.nodes[left]!)
      words[2 * position + 3] = leftSecond ? 1 : 0
      words[2 * position + 4] = (edges.parents[left]! + 1) * slotBytes
      words[2 * position + 5] = (edges.previous[left]! + 1) * slotBytes
      for (const [side, edge] of [left, right].entries()) {
        const leaf = edges.leaves[edge]!
        words[2 * position + 6 + side] = (edge - start + 1) * slotBytes
        doubles[position + 4 + side] = edges.shares[edge]!
        doubles[position + 6 + side] = leaf < 0 ? 0 : ensemble.leafValues[leaf]!
        words[2 * position + 16 + side] = 16 * (end - 1 - edge)
      }
      position += FORK_BYTES / 8
    }
  }
  return doubles.byteOffset
}

/** The left and the right edge of every node of a tree, in the order of the left ones. */
function forksOf({ nodes, isLeft }: TreeEdges, start: number, end: number): [left: number, right: number][] {
  const rights = new Map<number, number>()
  for (let edge = start; edge < end; edge++) if (isLeft[edge] === 0) rights.set(nodes[edge]!, edge)
  const forks: [number, number][] = []
  for (let edge = start; edge < end; edge++) if (isLeft[edge] === 1) forks.push([edge, rights.get(nodes[edge]!)!])
  return forks
}

/** Byte offsets of the features of the edges of each tree, the last edge first: children are added before parents. */
function placeTargets({ arena }: Kernels, { splitFeatures }: TreeEnsemble, { starts, nodes }: TreeEdges): number {
  const targets = arena.uint32s(nodes.length)
  for (let tree = 0; tree + 1 < starts.length; tree++) {
    const start = starts[tree]!
    const end = starts[tree + 1]!
    for (let edge = start; edge < end; edge++) targets[start + end - 1 - edge] = 8 * splitFeatures[nodes[edge]!]!
  }
  return targets.byteOffset
}
