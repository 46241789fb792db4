import type { Kernels } from '../../foundation/index.ts'
import { CATEGORICAL, type TreeEnsemble } from './tree-ensemble.ts'
import { placeSets, type QuestionLayout, type RowBlocks, rowBlocksOf, writeQuestion } from './tree-questions.ts'

/** An ensemble laid out in the memory of the kernels; `assembly/tree-walks.ts` says how. */
export interface TreePlan {
  /** The address that the compiled functions take. */
  readonly address: number
  readonly blocks: RowBlocks
}

const NODE_BYTES = 16
const GROUP = 8

/**
 * Lays an ensemble out, with nodes as `tree-questions.ts` writes them.
 *
 * @param ensemble - sound: see `requireSoundEnsemble`
 * @remarks 16 bytes a node or leaf; O(nodes).
 */
export function layOutTrees(kernels: Kernels, ensemble: TreeEnsemble): TreePlan {
  const { arena } = kernels
  const count = ensemble.splitFeatures.length + ensemble.leafValues.length
  // In 16 bytes a node, written as doubles and as words.
  const doubles = arena.float64s(2 * count)
  const words = new Uint32Array(doubles.buffer, doubles.byteOffset, 4 * count)
  const blocks = rowBlocksOf(ensemble)
  const layout = { doubles, words, start: doubles.byteOffset, sets: placeSets(kernels, ensemble), blocks }
  const trees = Array.from({ length: ensemble.treeCount }, (_, tree) => layOutTree(ensemble, tree, layout))
  return { address: writePlan(kernels, ensemble, trees, blocks), blocks }
}

interface Layout extends QuestionLayout {
  /** Address of the first node. */
  readonly start: number
}

interface LaidOutTree {
  readonly tree: number
  readonly root: number
  /** Whether it has categorical nodes. */
  readonly hasSets: boolean
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
  let hasSets = false
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
    hasSets ||= (ensemble.decisions[node]! & CATEGORICAL) !== 0
    const [left, right] = [ensemble.leftChildren[node]!, ensemble.rightChildren[node]!]
    open.push({ child: leftSecond ? right : left, depth: depth + 1 })
    open.push({ child: leftSecond ? left : right, depth: depth + 1 })
  }
  // Counts from outside may be anything; how many steps are taken must not.
  const usualSteps = Math.max(0, Math.min(deepest, Math.floor(weightedDepth / weight))) || 0
  return { tree, root: layout.start + root * NODE_BYTES, hasSets, usualSteps, mostSteps: deepest }
}

function writeLeaf({ leafValues }: TreeEnsemble, layout: Layout, place: number, leaf: number): void {
  layout.doubles[2 * place] = leafValues[leaf]!
  layout.words[4 * place + 2] = layout.blocks.nothing
  layout.words[4 * place + 3] = layout.start + place * NODE_BYTES
}

/** Returns whether the left child is the second one. */
function writeNode(ensemble: TreeEnsemble, layout: Layout, place: number, node: number, children: number): boolean {
  layout.words[4 * place + 3] = layout.start + children * NODE_BYTES
  return writeQuestion(ensemble, layout, 2 * place, node)
}

function writePlan(
  { arena }: Kernels,
  ensemble: TreeEnsemble,
  trees: readonly LaidOutTree[],
  blocks: RowBlocks,
): number {
  const addressOf = (values: readonly number[]): number => {
    const placed = arena.int32s(values.length)
    placed.set(values)
    return placed.byteOffset
  }
  const sorted = trees.toSorted((a, b) => a.mostSteps - b.mostSteps)
  const groups = [false, true].flatMap((hasSets) => groupsOf(sorted.filter((tree) => tree.hasSets === hasSets)))
  // What fills up a group walks down its first tree once more and writes behind the leaves of all trees.
  const placeOf = (tree: LaidOutTree | undefined): number => 8 * (tree?.tree ?? ensemble.treeCount)
  return addressOf([
    ensemble.featureCount,
    blocks.flags,
    ensemble.treeCount,
    ensemble.classCount,
    addressOf(trees.map(({ root }) => root)),
    addressOf(trees.map((tree) => stepsOf([tree]))),
    groups.length,
    addressOf(groups.map(stepsOf)),
    addressOf(groups.flatMap((group) => group.map((tree) => (tree ?? group[0]!).root))),
    addressOf(groups.flatMap((group) => group.map(placeOf))),
  ])
}

/** Steps to take before it is asked whether all have arrived; the complement of it where there are sets. */
function stepsOf(group: readonly (LaidOutTree | undefined)[]): number {
  const steps = Math.max(...group.map((tree) => tree?.usualSteps ?? 0))
  return group[0]!.hasSets ? ~steps : steps
}

function groupsOf(trees: readonly LaidOutTree[]): (LaidOutTree | undefined)[][] {
  const count = Math.ceil(trees.length / GROUP)
  return Array.from({ length: count }, (_, group) =>
    Array.from({ length: GROUP }, (_unused, index) => trees[group * GROUP + index]),
  )
}
