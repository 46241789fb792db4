import { SluiceError } from '../../foundation/index.ts'
import { CATEGORICAL, type TreeEnsemble } from '../trees/tree-ensemble.ts'

/**
 * The trees of one ensemble and then those of another that was grown from where the first left off.
 *
 * @remarks O(nodes); the names, infos and objective are those of the second.
 */
export function joinTrees(first: TreeEnsemble, second: TreeEnsemble): TreeEnsemble {
  const nodes = first.splitFeatures.length
  const sets = first.categoryStarts.length - 1
  const thresholds = joined(first.thresholds, second.thresholds)
  second.decisions.forEach((decision, node) => {
    if ((decision & CATEGORICAL) !== 0) thresholds[nodes + node]! += sets
  })
  return {
    ...second,
    treeCount: first.treeCount + second.treeCount,
    nodeStarts: joinedStarts(first.nodeStarts, second.nodeStarts),
    leafStarts: joinedStarts(first.leafStarts, second.leafStarts),
    splitFeatures: joined(first.splitFeatures, second.splitFeatures),
    thresholds,
    decisions: joined(first.decisions, second.decisions),
    leftChildren: joined(first.leftChildren, second.leftChildren),
    rightChildren: joined(first.rightChildren, second.rightChildren),
    splitGains: joined(first.splitGains, second.splitGains),
    nodeValues: joined(first.nodeValues, second.nodeValues),
    nodeWeights: joined(first.nodeWeights, second.nodeWeights),
    nodeCounts: joined(first.nodeCounts, second.nodeCounts),
    leafValues: joined(first.leafValues, second.leafValues),
    leafWeights: joined(first.leafWeights, second.leafWeights),
    leafCounts: joined(first.leafCounts, second.leafCounts),
    shrinkages: joined(first.shrinkages, second.shrinkages),
    categoryStarts: joinedStarts(first.categoryStarts, second.categoryStarts),
    categoryBits: joined(first.categoryBits, second.categoryBits),
  }
}

/** Refuses trees that these rows and this objective cannot go on from. @throws SluiceError `MODEL_MISMATCH` */
export function requireSameTask(
  { featureCount, classCount, averageOutput }: TreeEnsemble,
  expected: { readonly featureCount: number; readonly classCount: number },
): void {
  const fits = featureCount === expected.featureCount && classCount === expected.classCount && !averageOutput
  if (fits) return
  throw new SluiceError(
    'MODEL_MISMATCH',
    `trees to go on from: expected sums over ${expected.featureCount} features and ${expected.classCount} scores a row, got ${averageOutput ? 'means' : 'sums'} over ${featureCount} and ${classCount}; train anew`,
  )
}

function joined<Column extends Float64Array | Int32Array | Uint8Array | Uint32Array>(
  first: Column,
  second: Column,
): Column {
  const both = new (first.constructor as new (length: number) => Column)(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

function joinedStarts(first: Int32Array, second: Int32Array): Int32Array {
  const both = new Int32Array(first.length + second.length - 1)
  both.set(first)
  both.set(
    second.subarray(1).map((start) => start + first.at(-1)!),
    first.length,
  )
  return both
}
