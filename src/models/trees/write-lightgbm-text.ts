import { CATEGORICAL, type TreeEnsemble } from './tree-ensemble.ts'
import { splitCounts } from './tree-importance.ts'

/**
 * Writes an ensemble as LightGBM writes its text models (version v4, its order of fields), for LightGBM to load and for
 * {@link readLightgbmText} to read back to the bit: every number is the shortest that parses to the same double.
 *
 * White space in a feature's name becomes an underscore, as in LightGBM; a feature without a name becomes `Column_<i>`.
 *
 * @remarks O(nodes).
 */
export function writeLightgbmText(ensemble: TreeEnsemble): string {
  const trees = Array.from({ length: ensemble.treeCount }, (_, tree) => treeText(ensemble, tree))
  return [
    headerText(ensemble, trees),
    ...trees,
    'end of trees\n',
    importancesText(ensemble),
    parametersText(ensemble.parameters ?? []),
  ].join('')
}

function headerText(ensemble: TreeEnsemble, trees: readonly string[]): string {
  const { featureCount, classCount, objective, averageOutput } = ensemble
  const infos = ensemble.featureInfos ?? new Array<string>(featureCount).fill('none')
  const lines = [
    'tree',
    'version=v4',
    `num_class=${classCount}`,
    `num_tree_per_iteration=${classCount}`,
    'label_index=0',
    `max_feature_idx=${featureCount - 1}`,
    ...(objective === '' ? [] : [`objective=${objective}`]),
    ...(averageOutput ? ['average_output'] : []),
    `feature_names=${plainNames(ensemble).join(' ')}`,
    `feature_infos=${infos.join(' ')}`,
    `tree_sizes=${trees.map((text) => text.length).join(' ')}`,
  ]
  return `${lines.join('\n')}\n\n`
}

function plainNames({ featureNames }: TreeEnsemble): string[] {
  return featureNames.map((name, feature) => name.replaceAll(/\s/g, '_') || `Column_${feature}`)
}

/** Ends with two empty lines, which its entry in `tree_sizes` counts. All letters are of one byte. */
function treeText(ensemble: TreeEnsemble, tree: number): string {
  const [node, nodeEnd] = [ensemble.nodeStarts[tree]!, ensemble.nodeStarts[tree + 1]!]
  const [leaf, leafEnd] = [ensemble.leafStarts[tree]!, ensemble.leafStarts[tree + 1]!]
  const nodes = (name: string, values: NumberColumn): string => `${name}=${numbersText(values.subarray(node, nodeEnd))}`
  const leaves = (name: string, values: Float64Array): string =>
    `${name}=${numbersText(values.subarray(leaf, leafEnd))}`
  const categories = treeCategories(ensemble, node, nodeEnd)
  const lines = [
    `Tree=${tree}`,
    `num_leaves=${leafEnd - leaf}`,
    `num_cat=${categories.boundaries.length - 1}`,
    nodes('split_feature', ensemble.splitFeatures),
    nodes('split_gain', ensemble.splitGains),
    `threshold=${numbersText(categories.thresholds)}`,
    nodes('decision_type', ensemble.decisions),
    nodes('left_child', ensemble.leftChildren),
    nodes('right_child', ensemble.rightChildren),
    leaves('leaf_value', ensemble.leafValues),
    leaves('leaf_weight', ensemble.leafWeights),
    leaves('leaf_count', ensemble.leafCounts),
    nodes('internal_value', ensemble.nodeValues),
    nodes('internal_weight', ensemble.nodeWeights),
    nodes('internal_count', ensemble.nodeCounts),
    ...(categories.boundaries.length === 1
      ? []
      : [`cat_boundaries=${categories.boundaries.join(' ')}`, `cat_threshold=${categories.words.join(' ')}`]),
    'is_linear=0',
    `shrinkage=${numberText(ensemble.shrinkages[tree]!)}`,
  ]
  return `${lines.join('\n')}\n\n\n`
}

/** The sets of categories of one tree, counted from its own first in the order of its nodes. */
function treeCategories(
  { thresholds, decisions, categoryStarts, categoryBits }: TreeEnsemble,
  node: number,
  nodeEnd: number,
): { thresholds: Float64Array; boundaries: number[]; words: number[] } {
  const own = thresholds.slice(node, nodeEnd)
  const boundaries = [0]
  const words: number[] = []
  for (let index = 0; index < own.length; index++) {
    if ((decisions[node + index]! & CATEGORICAL) === 0) continue
    const set = own[index]!
    own[index] = boundaries.length - 1
    words.push(...categoryBits.subarray(categoryStarts[set]!, categoryStarts[set + 1]!))
    boundaries.push(words.length)
  }
  return { thresholds: own, boundaries, words }
}

function importancesText(ensemble: TreeEnsemble): string {
  const names = plainNames(ensemble)
  const counts = Array.from(splitCounts(ensemble), (count, feature) => ({ count, name: names[feature]! }))
  const used = counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)
  return `\nfeature_importances:\n${used.map(({ name, count }) => `${name}=${count}\n`).join('')}`
}

function parametersText(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\nparameters:\n${lines.map((line) => `${line}\n`).join('')}\nend of parameters\n`
}

type NumberColumn = Float64Array | Int32Array | Uint8Array

function numbersText(values: NumberColumn): string {
  return Array.from(values, numberText).join(' ')
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  if (Number.isNaN(value)) return 'nan'
  return value > 0 ? 'inf' : '-inf'
}
