import { singleAtMost, singleBelow } from './single-precision.ts'
import { CATEGORICAL, DEFAULT_LEFT, MISSING_NAN, MISSING_NONE, type TreeEnsemble } from './tree-ensemble.ts'
import { ZERO_THRESHOLD } from './tree-walk.ts'

/** The attributes of ONNX's TreeEnsembleRegressor, one entry a node or a leaf. */
export interface OnnxTreeColumns {
  readonly treeIds: number[]
  readonly nodeIds: number[]
  readonly featureIds: number[]
  readonly modes: string[]
  readonly values: number[]
  readonly trueIds: number[]
  readonly falseIds: number[]
  readonly missingTracksTrue: number[]
  readonly targetTreeIds: number[]
  readonly targetNodeIds: number[]
  readonly targetIds: number[]
  readonly targetWeights: number[]
}

/**
 * A decision on one value, in single precision: the first of `steps` whose bound the value does not exceed says whether
 * it goes left, and a value beyond all of them goes right.
 */
interface Decision {
  readonly steps: readonly { readonly atMost: number; readonly left: boolean }[]
  /** Whether what is not a number goes as the first step; else it goes right. */
  readonly unknownGoesFirst: boolean
}

/**
 * The trees as columns of nodes that all ask "is the value at most". One of our nodes becomes several where one
 * question cannot answer: sets of categories, and zeros that count as missing and go to the other side. Their nodes
 * form a chain whose true branches share their targets.
 *
 * @remarks O(nodes + runs of categories).
 */
export function onnxTreeColumns(ensemble: TreeEnsemble): OnnxTreeColumns {
  const columns: OnnxTreeColumns = {
    treeIds: [],
    nodeIds: [],
    featureIds: [],
    modes: [],
    values: [],
    trueIds: [],
    falseIds: [],
    missingTracksTrue: [],
    targetTreeIds: [],
    targetNodeIds: [],
    targetIds: [],
    targetWeights: [],
  }
  for (let tree = 0; tree < ensemble.treeCount; tree++) addTree(ensemble, tree, columns)
  return columns
}

function addTree(ensemble: TreeEnsemble, tree: number, columns: OnnxTreeColumns): void {
  const { nodeStarts, leftChildren, rightChildren } = ensemble
  const first = nodeStarts[tree]!
  let nextId = 1
  const open = [{ child: nodeStarts[tree + 1] === first ? ~0 : 0, id: 0 }]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (place.child < 0) {
      addLeaf(ensemble, tree, ~place.child, place.id, columns)
      continue
    }
    const node = first + place.child
    const { steps, unknownGoesFirst } = decisionAt(ensemble, node)
    const [leftId, rightId] = [nextId++, nextId++]
    let id = place.id
    steps.forEach(({ atMost, left }, index) => {
      const isLast = index === steps.length - 1
      const falseId = isLast ? rightId : nextId++
      columns.treeIds.push(tree)
      columns.nodeIds.push(id)
      columns.featureIds.push(ensemble.splitFeatures[node]!)
      columns.modes.push('BRANCH_LEQ')
      columns.values.push(atMost)
      columns.trueIds.push(left ? leftId : rightId)
      columns.falseIds.push(falseId)
      columns.missingTracksTrue.push(index === 0 && unknownGoesFirst ? 1 : 0)
      id = falseId
    })
    open.push({ child: rightChildren[node]!, id: rightId }, { child: leftChildren[node]!, id: leftId })
  }
}

/** The mean of a forest is taken here: ONNX would divide by all trees, not by those of a class. */
function addLeaf(ensemble: TreeEnsemble, tree: number, leaf: number, id: number, columns: OnnxTreeColumns): void {
  const { classCount, treeCount, averageOutput, leafStarts, leafValues } = ensemble
  columns.treeIds.push(tree)
  columns.nodeIds.push(id)
  columns.featureIds.push(0)
  columns.modes.push('LEAF')
  columns.values.push(0)
  columns.trueIds.push(0)
  columns.falseIds.push(0)
  columns.missingTracksTrue.push(0)
  columns.targetTreeIds.push(tree)
  columns.targetNodeIds.push(id)
  columns.targetIds.push(tree % classCount)
  const value = leafValues[leafStarts[tree]! + leaf]!
  columns.targetWeights.push(averageOutput ? value / (treeCount / classCount) : value)
}

function decisionAt(ensemble: TreeEnsemble, node: number): Decision {
  const decision = ensemble.decisions[node]!
  const threshold = ensemble.thresholds[node]!
  if ((decision & CATEGORICAL) !== 0) return { steps: categorySteps(ensemble, threshold), unknownGoesFirst: false }
  const defaultLeft = (decision & DEFAULT_LEFT) !== 0
  const missing = decision >> 2
  if (missing === MISSING_NAN) return { steps: [atMost(threshold)], unknownGoesFirst: defaultLeft }
  if (missing === MISSING_NONE) return { steps: [atMost(threshold)], unknownGoesFirst: 0 <= threshold }
  return { steps: zeroSteps(threshold, defaultLeft), unknownGoesFirst: defaultLeft }
}

function atMost(threshold: number): Decision['steps'][number] {
  return { atMost: singleAtMost(threshold), left: true }
}

/** Where zeros count as missing they all go one way, wherever the threshold lies. */
function zeroSteps(threshold: number, defaultLeft: boolean): Decision['steps'] {
  const zeros = { atMost: ZERO_THRESHOLD, left: defaultLeft }
  const belowZeros = (left: boolean) => ({ atMost: singleBelow(-ZERO_THRESHOLD), left })
  if (threshold < -ZERO_THRESHOLD) {
    return defaultLeft ? [atMost(threshold), belowZeros(false), zeros] : [atMost(threshold)]
  }
  if (threshold >= ZERO_THRESHOLD) {
    return defaultLeft ? [atMost(threshold)] : [belowZeros(true), zeros, atMost(threshold)]
  }
  return [defaultLeft ? zeros : belowZeros(true)]
}

/**
 * A category is what is left when the fraction is cut off: c takes [c, c + 1), and 0 takes (-1, 1). So a set is a few
 * intervals, and what is negative or beyond the last belongs to none.
 */
function categorySteps({ categoryStarts, categoryBits }: TreeEnsemble, set: number): Decision['steps'] {
  const from = categoryStarts[set]!
  const count = (categoryStarts[set + 1]! - from) * 32
  const isIn = (category: number) => ((categoryBits[from + (category >> 5)]! >> (category & 31)) & 1) === 1
  const steps: { atMost: number; left: boolean }[] = [{ atMost: -1, left: false }]
  for (let category = 0; category < count; category++) {
    const step = { atMost: singleBelow(category + 1), left: isIn(category) }
    if (steps.at(-1)?.left === step.left) steps.pop()
    steps.push(step)
  }
  if (steps.at(-1)?.left === false) steps.pop()
  // An empty set: no number goes left, but the way there has to be written.
  return steps.length > 0 ? steps : [{ atMost: Number.NEGATIVE_INFINITY, left: true }]
}
