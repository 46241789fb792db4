import { lastBelowSingle } from './single-precision.ts'
import { CATEGORICAL, DEFAULT_LEFT, MISSING_NAN, type TreeEnsemble } from './tree-ensemble.ts'
import { fieldOf, numberOf, numbersOf, xgboostCorrupt, xgboostMismatch } from './xgboost-fields.ts'

/** A tree with its nodes and leaves numbered as ours. */
export interface GrownTree {
  readonly nodes: GrownNode[]
  readonly leaves: { value: number; readonly weight: number }[]
}

interface GrownNode {
  readonly feature: number
  readonly threshold: number
  readonly decision: number
  /** The categories that go left, at a categorical node. */
  readonly categories?: readonly number[]
  readonly gain: number
  readonly weight: number
  value: number
  left: number
  right: number
}

/** The columns of one tree as XGBoost has them. A leaf has no left child, and its value in the place of a condition. */
interface Columns {
  readonly left: number[]
  readonly right: number[]
  readonly features: number[]
  readonly conditions: number[]
  readonly defaultLeft: number[]
  readonly gains: number[]
  readonly weights: number[]
  readonly values: number[]
  /** The categories that go right, by node. */
  readonly categories: ReadonlyMap<number, readonly number[]>
}

/** Reads one tree from its root, so what was pruned stays behind. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function readXgboostTree(tree: unknown): GrownTree {
  const columns = columnsOf(tree)
  const grown: GrownTree = { nodes: [], leaves: [] }
  const count = columns.left.length
  let met = 0
  // Depth first, left before right; not by recursion, so that deep trees do not overflow the stack.
  const open: Place[] = [{ index: 0, parent: undefined, side: 'left' }]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { index, parent, side } = place
    if (!(index >= 0 && index < count) || ++met > count) {
      throw xgboostCorrupt(`a tree of ${count} nodes`, `a way to node ${index} that leaves it or comes back`)
    }
    const isLeaf = columns.left[index] === -1
    if (parent !== undefined) parent[side] = isLeaf ? ~grown.leaves.length : grown.nodes.length
    if (isLeaf) {
      grown.leaves.push({ value: columns.conditions[index]!, weight: columns.weights[index]! })
      continue
    }
    const node = nodeAt(columns, index)
    grown.nodes.push(node)
    open.push({ index: node.right, parent: node, side: 'right' }, { index: node.left, parent: node, side: 'left' })
  }
  return grown
}

/** A node of XGBoost, and where it hangs in our tree. */
interface Place {
  readonly index: number
  readonly parent: GrownNode | undefined
  readonly side: 'left' | 'right'
}

/** One column after the other over all trees. */
export function joinXgboostTrees(
  trees: readonly GrownTree[],
): Omit<TreeEnsemble, 'featureCount' | 'featureNames' | 'classCount' | 'objective' | 'averageOutput'> {
  const nodes = trees.flatMap((tree) => tree.nodes)
  const leaves = trees.flatMap((tree) => tree.leaves)
  const sets = nodes.flatMap(({ categories }) => (categories === undefined ? [] : [bitsOf(categories)]))
  let set = 0
  return {
    treeCount: trees.length,
    nodeStarts: startsOf(trees, (tree) => tree.nodes.length),
    leafStarts: startsOf(trees, (tree) => tree.leaves.length),
    splitFeatures: Int32Array.from(nodes, ({ feature }) => feature),
    thresholds: Float64Array.from(nodes, ({ threshold, categories }) => (categories === undefined ? threshold : set++)),
    decisions: Uint8Array.from(nodes, ({ decision }) => decision),
    leftChildren: Int32Array.from(nodes, ({ left }) => left),
    rightChildren: Int32Array.from(nodes, ({ right }) => right),
    splitGains: Float64Array.from(nodes, ({ gain }) => gain),
    nodeValues: Float64Array.from(nodes, ({ value }) => value),
    nodeWeights: Float64Array.from(nodes, ({ weight }) => weight),
    nodeCounts: Float64Array.from(nodes, ({ weight }) => weight),
    leafValues: Float64Array.from(leaves, ({ value }) => value),
    leafWeights: Float64Array.from(leaves, ({ weight }) => weight),
    leafCounts: Float64Array.from(leaves, ({ weight }) => weight),
    categoryStarts: startsOf(sets, (words) => words.length),
    categoryBits: Uint32Array.from(sets.flatMap((words) => [...words])),
    shrinkages: new Float64Array(trees.length).fill(1),
  }
}

function columnsOf(tree: unknown): Columns {
  const { size_leaf_vector: outputs = '0' } = fieldOf(tree, 'tree_param') as { size_leaf_vector?: unknown }
  if (numberOf(outputs, 'size_leaf_vector') > 1) throw xgboostMismatch('one output a tree', `${String(outputs)}`)
  const column = (name: string) => numbersOf(fieldOf(tree, name), name)
  // In JSON they are the shortest text of a number of single precision.
  const singles = (name: string) => column(name).map(Math.fround)
  const columns: Columns = {
    left: column('left_children'),
    right: column('right_children'),
    features: column('split_indices'),
    conditions: singles('split_conditions'),
    defaultLeft: column('default_left'),
    gains: singles('loss_changes'),
    weights: singles('sum_hessian'),
    values: singles('base_weights'),
    categories: categoriesOf(tree),
  }
  const { categories: _, ...lists } = columns
  for (const [name, list] of Object.entries(lists)) {
    if (list.length !== columns.left.length || list.length === 0) {
      throw xgboostCorrupt(`${columns.left.length || 'some'} values of ${name}`, `${list.length}`)
    }
  }
  return columns
}

/** Until version 1.3 a tree has no fields of categories. */
function categoriesOf(tree: unknown): Map<number, readonly number[]> {
  if (!Object.hasOwn(tree as object, 'categories_nodes')) return new Map()
  const column = (name: string) => numbersOf(fieldOf(tree, name), name)
  const all = column('categories')
  const [starts, sizes] = [column('categories_segments'), column('categories_sizes')]
  return new Map(
    column('categories_nodes').map((node, index) => {
      const start = starts[index] ?? -1
      const categories = all.slice(start, start + (sizes[index] ?? 0))
      const isWhole = start >= 0 && categories.length === sizes[index] && categories.length > 0
      if (
        !isWhole ||
        !categories.every((category) => Number.isInteger(category) && category >= 0 && category < 2 ** 24)
      ) {
        throw xgboostCorrupt(`categories of node ${node}`, 'none, or others')
      }
      return [node, categories]
    }),
  )
}

function nodeAt(columns: Columns, index: number): GrownNode {
  const shared = {
    feature: columns.features[index]!,
    gain: columns.gains[index]!,
    weight: columns.weights[index]!,
    value: columns.values[index]!,
  }
  const [left, right] = [columns.left[index]!, columns.right[index]!]
  const defaultLeft = columns.defaultLeft[index] !== 0
  const categories = columns.categories.get(index)
  if (categories === undefined) {
    const threshold = lastBelowSingle(columns.conditions[index]!)
    return { ...shared, threshold, decision: (MISSING_NAN << 2) | (defaultLeft ? DEFAULT_LEFT : 0), left, right }
  }
  if (!defaultLeft) throw xgboostMismatch('sets of categories without the missing values', `one at node ${index}`)
  // XGBoost sends the categories right, we send them left; what is missing or unknown goes to the other side in both.
  return { ...shared, threshold: 0, categories, decision: CATEGORICAL | (MISSING_NAN << 2), left: right, right: left }
}

function bitsOf(categories: readonly number[]): Uint32Array {
  const words = new Uint32Array((Math.max(...categories) >> 5) + 1)
  for (const category of categories) words[category >> 5]! |= 1 << (category & 31)
  return words
}

function startsOf<Item>(items: readonly Item[], length: (item: Item) => number): Int32Array {
  const starts = new Int32Array(items.length + 1)
  for (const [index, item] of items.entries()) starts[index + 1] = starts[index]! + length(item)
  return starts
}
