import { SluiceError } from '../../foundation/index.ts'

/** Bit of {@link TreeEnsemble.decisions}: the node splits by category. */
export const CATEGORICAL = 1
/** Bit of {@link TreeEnsemble.decisions}: what is missing goes left. */
export const DEFAULT_LEFT = 2
/** Bits 2 and 3 of {@link TreeEnsemble.decisions}, shifted down: what counts as missing at the node. */
export const MISSING_NONE = 0
export const MISSING_ZERO = 1
export const MISSING_NAN = 2

/**
 * An ensemble of decision trees, as columns. Numbering within a tree is LightGBM's: a child of 0 or more is a node,
 * a negative one is the leaf `~child`, node 0 is the root; a tree of one leaf has no node. Trees of different
 * iterations follow each other, those of one iteration are one a class.
 *
 * A numerical node sends a value left when it is at most the threshold, compared as doubles.
 */
export interface TreeEnsemble {
  readonly featureCount: number
  /** Shape (featureCount,), without spaces. */
  readonly featureNames: readonly string[]
  /** LightGBM's text on the values a feature had in training: `[0:1.5]`, `3:1:7` for categories, `none`; by default none. */
  readonly featureInfos?: readonly string[] | undefined
  /** Lines such as `[learning_rate: 0.1]`: what the training was told, carried along and never read. */
  readonly parameters?: readonly string[] | undefined
  /** Trees per iteration: 1, or the number of classes; tree `t` belongs to class `t % classCount`. */
  readonly classCount: number
  /** LightGBM's own text: `binary sigmoid:1`, `regression`, `lambdarank`, `multiclass num_class:5`. */
  readonly objective: string
  /** Whether the raw score is the mean over the iterations instead of their sum, as in a random forest. */
  readonly averageOutput: boolean
  readonly treeCount: number
  /** Shape (treeCount + 1,): the nodes of tree `t` are `nodeStarts[t]` up to `nodeStarts[t + 1]`. */
  readonly nodeStarts: Int32Array
  /** Shape (treeCount + 1,): the leaves of tree `t`, one more than its nodes. */
  readonly leafStarts: Int32Array
  /** Shape (nodeCount,), as the other columns of nodes. */
  readonly splitFeatures: Int32Array
  /** The threshold of a numerical node; of a categorical one, its index into `categoryStarts`. */
  readonly thresholds: Float64Array
  /** LightGBM's `decision_type`: 1 categorical, 2 default left, bits 2-3 what is missing (0 nothing, 1 zero, 2 NaN). */
  readonly decisions: Uint8Array
  /** Within the tree. */
  readonly leftChildren: Int32Array
  readonly rightChildren: Int32Array
  readonly splitGains: Float64Array
  /** What the node would say as a leaf. */
  readonly nodeValues: Float64Array
  /** Sums of hessians. */
  readonly nodeWeights: Float64Array
  /** Training rows. */
  readonly nodeCounts: Float64Array
  /** Shape (leafCount,), as the other columns of leaves. */
  readonly leafValues: Float64Array
  readonly leafWeights: Float64Array
  readonly leafCounts: Float64Array
  /** Shape (categorical node count + 1,): words `categoryStarts[i]` up to `categoryStarts[i + 1]` of `categoryBits`. */
  readonly categoryStarts: Int32Array
  /** Bitsets of the categories that go left: category `c` is bit `c % 32` of word `floor(c / 32)`. */
  readonly categoryBits: Uint32Array
  /** Shape (treeCount,): what the leaf values were multiplied with, for the record. */
  readonly shrinkages: Float64Array
}

/**
 * Checks that an ensemble read from outside can be walked: columns of matching lengths, features, children and
 * categories in range, every node and leaf reached exactly once (so no cycles), leaves finite, no threshold NaN.
 *
 * @throws SluiceError `MODEL_CORRUPT`
 * @remarks O(nodes).
 */
export function requireSoundEnsemble(ensemble: TreeEnsemble): void {
  requireShapes(ensemble)
  requireStarts('nodeStarts', ensemble.nodeStarts, ensemble.splitFeatures.length)
  requireStarts('leafStarts', ensemble.leafStarts, ensemble.leafValues.length)
  requireStarts('categoryStarts', ensemble.categoryStarts, ensemble.categoryBits.length)
  requireNodes(ensemble)
  requireFinite('leaf values', ensemble.leafValues)
  const nodesSeen = new Uint8Array(ensemble.splitFeatures.length)
  const leavesSeen = new Uint8Array(ensemble.leafValues.length)
  for (let tree = 0; tree < ensemble.treeCount; tree++) requireTree(ensemble, tree, nodesSeen, leavesSeen)
}

function requireShapes(ensemble: TreeEnsemble): void {
  const { featureCount, featureNames, featureInfos, classCount, treeCount } = ensemble
  require(Number.isInteger(featureCount) && featureCount >= 1, 'at least one feature', featureCount)
  require(featureNames.length === featureCount, `${featureCount} feature names`, featureNames.length)
  require(Number.isInteger(classCount) && classCount >= 1, 'at least one tree an iteration', classCount)
  require(treeCount % classCount === 0, `a multiple of ${classCount} trees`, treeCount)
  if (featureInfos) require(featureInfos.length === featureCount, `${featureCount} feature infos`, featureInfos.length)
  requireLengths(ensemble, treeCount + 1, 'nodeStarts', 'leafStarts')
  requireLengths(ensemble, treeCount, 'shrinkages')
  requireLengths(ensemble, ensemble.splitFeatures.length, 'thresholds', 'decisions', 'leftChildren', 'rightChildren')
  requireLengths(ensemble, ensemble.splitFeatures.length, 'splitGains', 'nodeValues', 'nodeWeights', 'nodeCounts')
  requireLengths(ensemble, ensemble.leafValues.length, 'leafWeights', 'leafCounts')
}

type Column = {
  [Name in keyof TreeEnsemble]: TreeEnsemble[Name] extends { length: number; buffer: ArrayBufferLike } ? Name : never
}[keyof TreeEnsemble]

function requireLengths(ensemble: TreeEnsemble, length: number, ...columns: NonNullable<Column>[]): void {
  for (const column of columns) {
    require(ensemble[column].length === length, `${length} values of ${column}`, ensemble[column].length)
  }
}

function requireStarts(name: string, starts: Int32Array, end: number): void {
  require(starts[0] === 0, `${name} from 0`, starts[0])
  for (let i = 1; i < starts.length; i++) {
    require(starts[i]! >= starts[i - 1]!, `${name} that never decrease`, starts[i])
  }
  require(starts.at(-1) === end, `${name} up to ${end}`, starts.at(-1))
}

function requireNodes({ splitFeatures, featureCount, thresholds, decisions, categoryStarts }: TreeEnsemble): void {
  const categoricalCount = categoryStarts.length - 1
  for (let node = 0; node < splitFeatures.length; node++) {
    const feature = splitFeatures[node]!
    require(feature >= 0 && feature < featureCount, `a feature below ${featureCount}`, feature)
    const threshold = thresholds[node]!
    require(!Number.isNaN(threshold), 'a threshold that is a number', threshold)
    require(decisions[node]! >> 2 <= MISSING_NAN, 'a decision type below 12', decisions[node])
    if ((decisions[node]! & CATEGORICAL) === 0) continue
    const inRange = Number.isInteger(threshold) && threshold >= 0 && threshold < categoricalCount
    require(inRange, `a set of categories below ${categoricalCount}`, threshold)
  }
}

function requireFinite(name: string, values: Float64Array): void {
  for (const value of values) require(Number.isFinite(value), `finite ${name}`, value)
}

/** Walks one tree from its root: whatever is met twice closes a cycle, whatever is left over hangs on nothing. */
function requireTree(ensemble: TreeEnsemble, tree: number, nodesSeen: Uint8Array, leavesSeen: Uint8Array): void {
  const { nodeStarts, leafStarts, leftChildren, rightChildren } = ensemble
  const [firstNode, firstLeaf] = [nodeStarts[tree]!, leafStarts[tree]!]
  const nodeCount = nodeStarts[tree + 1]! - firstNode
  const leafCount = leafStarts[tree + 1]! - firstLeaf
  require(leafCount === nodeCount + 1, `${nodeCount + 1} leaves in tree ${tree}`, leafCount)
  const open = [nodeCount === 0 ? ~0 : 0]
  let met = 0
  for (let child = open.pop(); child !== undefined; child = open.pop()) {
    const [index, count] = child < 0 ? [~child, leafCount] : [child, nodeCount]
    require(index < count, `a child below ${count} in tree ${tree}`, index)
    const seen = child < 0 ? leavesSeen : nodesSeen
    const position = (child < 0 ? firstLeaf : firstNode) + index
    require(seen[position] === 0, `one way to every node of tree ${tree}`, `two to ${child}`)
    seen[position] = 1
    met++
    if (child >= 0) open.push(leftChildren[position]!, rightChildren[position]!)
  }
  require(met ===
    nodeCount + leafCount, `${nodeCount + leafCount} nodes and leaves below the root of tree ${tree}`, met)
}

function require(holds: boolean, expected: string, got: unknown): void {
  if (holds) return
  throw new SluiceError(
    'MODEL_CORRUPT',
    `tree ensemble: expected ${expected}, got ${String(got)}; restore the model or train it again`,
  )
}
