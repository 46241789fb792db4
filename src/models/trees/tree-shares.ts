import { type Kernels, openKernels } from '../../foundation/index.ts'
import type { QuadratureRule } from './gauss-legendre.ts'
import type { TreeEdges } from './tree-edges.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { placeSets, type RowBlocks, rowBlocksOf, writeQuestion } from './tree-questions.ts'
import { ZERO_THRESHOLD } from './tree-walk.ts'

const EDGE_BYTES = 48

/** The compiled part of `TreeExplainer`: trees as edges in a memory of their own, as `assembly/tree-shares.ts` wants them. */
export class TreeShares {
  readonly #kernels: Kernels
  readonly #plan: number
  readonly #edges: number
  readonly #starts: Int32Array
  readonly #rules: readonly { address: number; pointCount: number }[]
  readonly #row: Float64Array
  readonly #values: number
  readonly #slots: number
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
    this.#edges = placeEdges(kernels, ensemble, edges, this.#rules, blocks)
    this.#row = arena.float64s(ensemble.featureCount)
    this.#values = arena.uint8s(program.treeRowBytes(ensemble.featureCount, blocks.flags)).byteOffset
    const slotBytes = this.#rules.map(({ pointCount }, index) => {
      return (edges.starts[index + 1]! - edges.starts[index]! + 1) * program.treeSlotBytes(pointCount)
    })
    this.#slots = arena.uint8s(slotBytes.reduce((most, bytes) => Math.max(most, bytes), 0)).byteOffset
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
        this.#edges + from * EDGE_BYTES,
        this.#starts[index + 1]! - from,
        address,
        pointCount,
        this.#values,
        this.#slots,
        out.byteOffset + 8 * block * ((firstTree + index) % classCount),
      )
    }
    return out
  }
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

function placeEdges(
  kernels: Kernels,
  ensemble: TreeEnsemble,
  edges: TreeEdges,
  rules: readonly { pointCount: number }[],
  blocks: RowBlocks,
): number {
  const { arena, program } = kernels
  const doubles = arena.float64s((edges.nodes.length * EDGE_BYTES) / 8)
  const words = new Uint32Array(doubles.buffer, doubles.byteOffset, 2 * doubles.length)
  const layout = { doubles, words, sets: placeSets(kernels, ensemble), blocks, offsetAt: 2 }
  for (const [tree, { pointCount }] of rules.entries()) {
    const slotBytes = program.treeSlotBytes(pointCount)
    for (let edge = edges.starts[tree]!; edge < edges.starts[tree + 1]!; edge++) {
      const position = (edge * EDGE_BYTES) / 8
      const node = edges.nodes[edge]!
      const leaf = edges.leaves[edge]!
      const leftSecond = writeQuestion(ensemble, layout, position, node)
      words[2 * position + 3] = leftSecond === (edges.isLeft[edge] === 1) ? 1 : 0
      words[2 * position + 4] = (edges.parents[edge]! + 1) * slotBytes
      words[2 * position + 5] = (edges.previous[edge]! + 1) * slotBytes
      words[2 * position + 6] = 8 * ensemble.splitFeatures[node]!
      doubles[position + 4] = edges.shares[edge]!
      doubles[position + 5] = leaf < 0 ? 0 : ensemble.leafValues[leaf]!
    }
  }
  return doubles.byteOffset
}
