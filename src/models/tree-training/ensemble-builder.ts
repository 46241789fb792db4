import { CATEGORICAL, DEFAULT_LEFT, MISSING_NAN, type TreeEnsemble } from '../trees/tree-ensemble.ts'
import type { CategoricalBins, FeatureBins } from './feature-bins.ts'
import type { GrownNode, GrownTree } from './grow-tree.ts'

/** LightGBM writes no infinite threshold. */
const GREATEST = 1e300

/** What every ensemble states beside its trees. */
export interface EnsembleFacts {
  readonly featureNames: readonly string[]
  readonly featureInfos: readonly string[]
  readonly classCount: number
  readonly objective: string
}

/** Collects grown trees as the columns of an ensemble, with thresholds in place of bins. */
export class EnsembleBuilder {
  readonly #bins: readonly FeatureBins[]
  readonly #nodeStarts = [0]
  readonly #leafStarts = [0]
  readonly #splitFeatures: number[] = []
  readonly #thresholds: number[] = []
  readonly #decisions: number[] = []
  readonly #leftChildren: number[] = []
  readonly #rightChildren: number[] = []
  readonly #splitGains: number[] = []
  readonly #nodeValues: number[] = []
  readonly #nodeWeights: number[] = []
  readonly #nodeCounts: number[] = []
  readonly #leafValues: number[] = []
  readonly #leafWeights: number[] = []
  readonly #leafCounts: number[] = []
  readonly #categoryStarts = [0]
  readonly #categoryBits: number[] = []
  readonly #shrinkages: number[] = []
  readonly #minGain: number

  /** @param minGain - what splits gained at least: a tree says the whole gain, the search what is above this */
  constructor(bins: readonly FeatureBins[], minGain: number) {
    this.#bins = bins
    this.#minGain = minGain
  }

  get treeCount(): number {
    return this.#shrinkages.length
  }

  /** @param bias - added to every value of the tree; a tree with a bias is marked as not shrunk, as LightGBM does */
  addTree({ nodes, leaves, hessianUnit }: GrownTree, shrinkage: number, bias: number): void {
    for (const node of nodes) this.#addNode(node, hessianUnit, shrinkage, bias)
    for (const { value, sums, count } of leaves) {
      this.#leafValues.push(value * shrinkage + bias)
      this.#leafWeights.push(sums.hessian * hessianUnit)
      this.#leafCounts.push(count)
    }
    this.#endTree(bias === 0 ? shrinkage : 1)
  }

  /** A tree of one leaf. */
  addConstant(value: number, count: number): void {
    this.#leafValues.push(value)
    this.#leafWeights.push(0)
    this.#leafCounts.push(count)
    this.#endTree(1)
  }

  /** The ensemble of the first trees. */
  finish(facts: EnsembleFacts, treeCount: number): TreeEnsemble {
    const nodes = this.#nodeStarts[treeCount]!
    const leaves = this.#leafStarts[treeCount]!
    const doubles = (values: readonly number[], count: number) => Float64Array.from(values.slice(0, count))
    const integers = (values: readonly number[], count: number) => Int32Array.from(values.slice(0, count))
    const sets = this.#decisions.slice(0, nodes).filter((decision) => decision & CATEGORICAL).length
    return {
      ...facts,
      featureCount: this.#bins.length,
      averageOutput: false,
      treeCount,
      nodeStarts: integers(this.#nodeStarts, treeCount + 1),
      leafStarts: integers(this.#leafStarts, treeCount + 1),
      splitFeatures: integers(this.#splitFeatures, nodes),
      thresholds: doubles(this.#thresholds, nodes),
      decisions: Uint8Array.from(this.#decisions.slice(0, nodes)),
      leftChildren: integers(this.#leftChildren, nodes),
      rightChildren: integers(this.#rightChildren, nodes),
      splitGains: doubles(this.#splitGains, nodes),
      nodeValues: doubles(this.#nodeValues, nodes),
      nodeWeights: doubles(this.#nodeWeights, nodes),
      nodeCounts: doubles(this.#nodeCounts, nodes),
      leafValues: doubles(this.#leafValues, leaves),
      leafWeights: doubles(this.#leafWeights, leaves),
      leafCounts: doubles(this.#leafCounts, leaves),
      categoryStarts: integers(this.#categoryStarts, sets + 1),
      categoryBits: Uint32Array.from(this.#categoryBits.slice(0, this.#categoryStarts[sets]!)),
      shrinkages: doubles(this.#shrinkages, treeCount),
    }
  }

  #endTree(shrinkage: number): void {
    this.#nodeStarts.push(this.#splitFeatures.length)
    this.#leafStarts.push(this.#leafValues.length)
    this.#shrinkages.push(shrinkage)
  }

  #addNode({ split, left, right, leaf }: GrownNode, hessianUnit: number, shrinkage: number, bias: number): void {
    const bins = this.#bins[split.feature]!
    const missing = bins.hasMissing ? MISSING_NAN << 2 : 0
    this.#splitFeatures.push(split.feature)
    if (split.rule.kind === 'categories') {
      this.#decisions.push(CATEGORICAL | missing)
      this.#thresholds.push(this.#addCategories(bins as CategoricalBins, split.rule.leftBins))
    } else {
      this.#decisions.push((split.rule.missingLeft ? DEFAULT_LEFT : 0) | missing)
      const bound = bins.kind === 'numerical' ? bins.upperBounds[split.rule.bin]! : Number.NaN
      this.#thresholds.push(Math.min(GREATEST, Math.max(-GREATEST, bound)))
    }
    this.#leftChildren.push(left)
    this.#rightChildren.push(right)
    this.#splitGains.push(split.gain + this.#minGain)
    this.#nodeValues.push(leaf.value * shrinkage + bias)
    this.#nodeWeights.push(leaf.sums.hessian * hessianUnit)
    this.#nodeCounts.push(leaf.count)
  }

  /** Appends the set of the categories behind some bins; returns its index. */
  #addCategories({ categories }: CategoricalBins, bins: readonly number[]): number {
    const members = bins.map((bin) => categories[bin - 1]!)
    const words = new Uint32Array(Math.floor(Math.max(...members) / 32) + 1)
    for (const category of members) words[category >>> 5]! |= 1 << (category & 31)
    for (const word of words) this.#categoryBits.push(word)
    return this.#categoryStarts.push(this.#categoryBits.length) - 2
  }
}
