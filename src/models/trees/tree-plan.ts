import type { Kernels } from '../../foundation/index.ts'
import { CATEGORICAL, type TreeEnsemble } from './tree-ensemble.ts'
import { placeSets, type QuestionLayout, type RowBlocks, rowBlocksOf, writeQuestion } from './tree-questions.ts'

/** An ensemble laid out in the memory of the kernels for walks; `assembly/tree-walks.ts` says how. */
export interface TreePlan {
  /** The address that the compiled functions take. */
  readonly address: number
  readonly blocks: RowBlocks
  /** Address of the sets of categories, as {@link placeSets} has it. */
  readonly sets: number
  /** Of one row, in steps that only compare. */
  readonly rowCost: number
}

const GROUP = 10
/** What a step costs if it may be one of a set, in steps of those that only compare. */
const SET_STEP_COST = 3

/**
 * Lays an ensemble out, with nodes as `tree-questions.ts` writes them.
 *
 * @param ensemble - sound: see `requireSoundEnsemble`
 * @remarks 16 bytes a node or leaf and 16 a tree; O(nodes).
 */
export function layOutTrees(kernels: Kernels, ensemble: TreeEnsemble): TreePlan {
  const { arena } = kernels
  // Every root stands in a pair of its own, and so does the leaf of 0 behind all trees.
  const count = ensemble.splitFeatures.length + ensemble.leafValues.length + ensemble.treeCount + 2
  const doubles = arena.float64s(2 * count)
  const words = new Uint32Array(doubles.buffer, doubles.byteOffset, 4 * count)
  const [blocks, sets] = [rowBlocksOf(ensemble), placeSets(kernels, ensemble)]
  const layout = { doubles, words, start: doubles.byteOffset, sets, blocks, offsetAt: 4 }
  let pair = 0
  const trees = Array.from({ length: ensemble.treeCount }, (_, tree) => {
    const laidOut = layOutTree(ensemble, tree, layout, pair)
    pair = laidOut.end
    return laidOut
  })
  writeLeaf(layout, 4 * pair, 0)
  const nothing = { root: layout.start + 32 * pair, hasSets: false, arrived: [1] }
  const groups = Array.from({ length: ensemble.classCount }, (_, kind) =>
    groupsOf(
      trees.filter((_tree, index) => index % ensemble.classCount === kind),
      nothing,
    ),
  )
  const address = writePlan(kernels, ensemble, blocks, groups)
  return { address, blocks, sets, rowCost: groups.flat().reduce((sum, group) => sum + costOf(group), 0) }
}

interface Layout extends QuestionLayout {
  /** Address of the first node. */
  readonly start: number
}

interface LaidOutTree {
  /** Address. */
  readonly root: number
  /** Whether it has categorical nodes. */
  readonly hasSets: boolean
  /** Which part of the training rows has arrived at a leaf after 0, 1, ... steps. */
  readonly arrived: readonly number[]
}

/** Trees that are walked together. */
interface Group {
  readonly roots: readonly number[]
  readonly hasSets: boolean
  /** To take before it is asked whether all have arrived. */
  readonly steps: number
}

/** Breadth first: what most rows pass is close together. Places count doubles, four a pair of nodes. */
function layOutTree(ensemble: TreeEnsemble, tree: number, layout: Layout, pair: number): LaidOutTree & { end: number } {
  const [firstNode, firstLeaf] = [ensemble.nodeStarts[tree]!, ensemble.leafStarts[tree]!]
  const open = [{ child: ensemble.nodeStarts[tree + 1] === firstNode ? ~0 : 0, depth: 0, place: 4 * pair }]
  let end = pair + 1
  const rowsAt: number[] = []
  let hasSets = false
  // Growing while it is read: children come behind what is known.
  for (const { child, depth, place } of open) {
    if (child < 0) {
      writeLeaf(layout, place, ensemble.leafValues[firstLeaf + ~child]!)
      // The count of rows, and one for a leaf whose rows are not known.
      rowsAt[depth] = (rowsAt[depth] ?? 0) + 1 + Math.max(0, ensemble.leafCounts[firstLeaf + ~child]!)
      continue
    }
    const node = firstNode + child
    const leftSecond = writeQuestion(ensemble, layout, place, node)
    layout.words[2 * place + 5] = layout.start + 32 * end
    hasSets ||= (ensemble.decisions[node]! & CATEGORICAL) !== 0
    const [left, right] = [ensemble.leftChildren[node]!, ensemble.rightChildren[node]!]
    open.push({ child: leftSecond ? right : left, depth: depth + 1, place: 4 * end })
    open.push({ child: leftSecond ? left : right, depth: depth + 1, place: 4 * end + 1 })
    end++
  }
  return { root: layout.start + 32 * pair, hasSets, arrived: partsUpTo(rowsAt), end }
}

function partsUpTo(counts: readonly number[]): number[] {
  let sum = 0
  const sums = Array.from(counts, (count) => (sum += count ?? 0))
  return sums.map((part) => part / sum)
}

function writeLeaf({ doubles, words, blocks, start }: Layout, place: number, value: number): void {
  doubles[place] = value
  words[2 * place + 4] = blocks.nothing
  words[2 * place + 5] = start + 8 * place
}

function writePlan(
  { arena }: Kernels,
  { featureCount, classCount }: TreeEnsemble,
  blocks: RowBlocks,
  groups: readonly (readonly Group[])[],
): number {
  const addressOf = (values: readonly number[]): number => {
    const placed = arena.int32s(values.length)
    placed.set(values)
    return placed.byteOffset
  }
  return addressOf([
    featureCount,
    blocks.flags,
    classCount,
    groups[0]!.length,
    addressOf(groups.flat().map(({ steps, hasSets }) => (hasSets ? ~steps : steps))),
    addressOf(groups.flat().flatMap(({ roots }) => roots)),
  ])
}

function groupsOf(trees: readonly LaidOutTree[], nothing: LaidOutTree): Group[] {
  return Array.from({ length: Math.ceil(trees.length / GROUP) }, (_, group) => {
    const members = trees.slice(group * GROUP, (group + 1) * GROUP)
    return {
      roots: Array.from({ length: GROUP }, (_unused, index) => (members[index] ?? nothing).root),
      hasSets: members.some(({ hasSets }) => hasSets),
      steps: stepsOf(members),
    }
  })
}

/** As many as take half of the rows to their leaves in all trees, if these were independent. */
function stepsOf(trees: readonly LaidOutTree[]): number {
  const deepest = Math.max(...trees.map(({ arrived }) => arrived.length - 1))
  const arrivedAfter = (steps: number): number =>
    trees.reduce((part, { arrived }) => part * arrived[Math.min(steps, arrived.length - 1)]!, 1)
  let steps = 0
  // Counts from outside may be anything, but this ends.
  while (steps < deepest && !(arrivedAfter(steps) >= 0.5)) steps++
  return steps
}

/** The step that finds that all have arrived counts. */
function costOf({ steps, hasSets }: Group): number {
  return GROUP * (steps + 1) * (hasSets ? SET_STEP_COST : 1)
}
