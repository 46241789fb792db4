import type { Kernels } from '../../foundation/index.ts'
import { CATEGORICAL, type TreeEnsemble } from './tree-ensemble.ts'
import { asksForZeros, type QuestionLayout, writeQuestion } from './tree-questions.ts'

/** An ensemble laid out in the memory of the kernels; `assembly/tree-walks.ts` says how. */
export interface TreePlan {
  /** The address that the compiled functions take. */
  readonly address: number
  /** Whether nodes ask for what is nearly zero as missing. */
  readonly hasZeros: boolean
}

const NODE_BYTES = 16
const GROUP = 8

/**
 * Lays an ensemble out. Nodes are as `tree-questions.ts` writes
 * them, breadth first.
 *
 * @param ensemble - sound: see `requireSoundEnsemble`
 * @remarks 16 bytes a node or leaf; O(nodes).
 */
export function layOutTrees(kernels: Kernels, ensemble: TreeEnsemble): TreePlan {
  const { arena } = kernels
  const count = ensemble.splitFeatures.length + ensemble.leafValues.length
  const bits = arena.uint32s(ensemble.categoryBits.length)
  bits.set(ensemble.categoryBits)
  // In 16 bytes a node, written as doubles and as words.
  const doubles = arena.float64s(2 * count)
  const words = new Uint32Array(doubles.buffer, doubles.byteOffset, 4 * count)
  const hasZeros = asksForZeros(ensemble)
  const layout = { doubles, words, start: doubles.byteOffset, bits: bits.byteOffset, hasZeros }
  const trees = Array.from({ length: ensemble.treeCount }, (_, tree) => layOutTree(ensemble, tree, layout))
  return { address: writePlan(kernels, ensemble, trees, hasZeros), hasZeros }
}

interface Layout extends QuestionLayout {
  /** Address of the first node. */
  readonly start: number
  readonly hasZeros: boolean
}

interface LaidOutTree {
  readonly tree: number
  readonly root: number
  /** Whether it can be walked together with others: it has no categorical nodes. */
  readonly isInterleaved: boolean
  /** To a leaf, on average over the training rows. */
  readonly usualSteps: number
  readonly mostSteps: number
}

/** Breadth first: what most rows pass is close together. */
function layOutTree(ensemble: TreeEnsemble, tree: number, layout: Layout): LaidOutTree {
  const [firstNode, firstLeaf] = [ensemble.nodeStarts[tree]!, ensemble.leafStarts[tree]!]
  const root = firstNode + firstLeaf
  const open = [{ child: ensemble.nodeStarts[tree + 1] === firstNode ? ~0 : 0, depth: 0 }]
  let deepest = 0
  let [weight, weightedDepth] = [0, 0]
  let isMixed = false
  // Growing while it is read: children come behind what is known.
  for (const [index, { child, depth }] of open.entries()) {
    const place = root + index
    if (child < 0) {
      writeLeaf(ensemble, layout, place, firstLeaf + ~child)
      // The count of rows, and one for a leaf whose rows are not known.
      const rows = 1 + ensemble.leafCounts[firstLeaf + ~child]!
      weight += rows
      weightedDepth += rows * depth
      deepest = Math.max(deepest, depth)
      continue
    }
    const node = firstNode + child
    const leftSecond = writeNode(ensemble, layout, place, node, root + open.length)
    isMixed ||= (ensemble.decisions[node]! & CATEGORICAL) !== 0
    const [left, right] = [ensemble.leftChildren[node]!, ensemble.rightChildren[node]!]
    open.push({ child: leftSecond ? right : left, depth: depth + 1 })
    open.push({ child: leftSecond ? left : right, depth: depth + 1 })
  }
  // Counts from outside may be anything; how many steps are taken must not.
  const usualSteps = Math.max(0, Math.min(deepest, Math.floor(weightedDepth / weight))) || 0
  const isInterleaved = !isMixed && deepest < 2 ** 15
  return { tree, root: layout.start + root * NODE_BYTES, isInterleaved, usualSteps, mostSteps: deepest }
}

function writeLeaf({ featureCount, leafValues }: TreeEnsemble, layout: Layout, place: number, leaf: number): void {
  layout.doubles[2 * place] = leafValues[leaf]!
  layout.words[4 * place + 2] = (layout.hasZeros ? 4 : 2) * featureCount * 8
  layout.words[4 * place + 3] = layout.start + place * NODE_BYTES
}

/** Returns whether the left child is the second one. */
function writeNode(ensemble: TreeEnsemble, layout: Layout, place: number, node: number, children: number): boolean {
  layout.words[4 * place + 3] = layout.start + children * NODE_BYTES
  return writeQuestion(ensemble, layout, 2 * place, node)
}

function writePlan(kernels: Kernels, ensemble: TreeEnsemble, trees: readonly LaidOutTree[], hasZeros: boolean): number {
  const { arena } = kernels
  const addressOf = (values: readonly number[]): number => {
    const placed = arena.int32s(values.length)
    placed.set(values)
    return placed.byteOffset
  }
  const mixed = trees.filter(({ isInterleaved }) => !isInterleaved)
  const sorted = trees.filter(({ isInterleaved }) => isInterleaved).sort((a, b) => a.mostSteps - b.mostSteps)
  const groups = groupsOf(sorted)
  // What fills up the last group writes behind the leaves of all trees.
  const placeOf = (tree: LaidOutTree | undefined): number => 8 * (tree?.tree ?? ensemble.treeCount)
  const rootOf = (tree: LaidOutTree | undefined): number => tree?.root ?? sorted[0]!.root
  return addressOf([
    ensemble.featureCount,
    hasZeros ? 1 : 0,
    ensemble.treeCount,
    ensemble.classCount,
    addressOf(trees.map(({ root }) => root)),
    addressOf(trees.map((tree) => (tree.isInterleaved ? stepsOf([tree]) : -1))),
    groups.length,
    addressOf(groups.map(stepsOf)),
    addressOf(groups.flatMap((group) => group.map(rootOf))),
    addressOf(groups.flatMap((group) => group.map(placeOf))),
    mixed.length,
    addressOf(mixed.map(({ root }) => root)),
    addressOf(mixed.map(placeOf)),
  ])
}

/** Steps without asking whether all have arrived, and in the upper half the most that may follow. */
function stepsOf(group: readonly (LaidOutTree | undefined)[]): number {
  const sure = Math.max(...group.map((tree) => tree?.usualSteps ?? 0))
  const most = Math.max(...group.map((tree) => tree?.mostSteps ?? 0))
  return sure + (most - sure) * 2 ** 16
}

function groupsOf(trees: readonly LaidOutTree[]): (LaidOutTree | undefined)[][] {
  const count = Math.ceil(trees.length / GROUP)
  return Array.from({ length: count }, (_, group) =>
    Array.from({ length: GROUP }, (_unused, index) => trees[group * GROUP + index]),
  )
}
