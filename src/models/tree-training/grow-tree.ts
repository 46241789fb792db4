import { type CategoryHistogram, findCategorySplit } from './category-split.ts'
import type { FeatureBins } from './feature-bins.ts'
import type { FeatureRules } from './feature-rules.ts'
import { leafValue, type RowSums, type Split, UNBOUNDED, type ValueBounds } from './split.ts'
import type { Team } from './thread-team.ts'
import type { TrainingMemory } from './training-memory.ts'
import type { TrainingSettings } from './training-options.ts'

/** Fewer rows than this are not worth waking the other threads for. */
const ALONE = 2048

/** A leaf while the tree grows: a stretch of the memory's rows, and a histogram. */
export interface GrowingLeaf {
  readonly start: number
  readonly count: number
  readonly depth: number
  readonly sums: RowSums
  /** Before shrinkage. */
  value: number
  readonly bounds: ValueBounds
  /** The features between the root and here. */
  readonly path: readonly number[]
  readonly slot: number
  split: Split | undefined
}

export interface GrownNode {
  readonly split: Split
  /** Children as in a {@link TreeEnsemble}; filled in as they are split. */
  left: number
  right: number
  /** The leaf that was split. */
  readonly leaf: GrowingLeaf
}

export interface GrownTree {
  readonly nodes: readonly GrownNode[]
  readonly leaves: readonly GrowingLeaf[]
  readonly hessianUnit: number
}

/** What a tree grows on: packed gradients, and the rows of its bag in order at the start of `rows`. */
export interface TreeSoil {
  readonly memory: TrainingMemory
  readonly team: Team
  readonly settings: TrainingSettings
  readonly bins: readonly FeatureBins[]
  readonly rules: FeatureRules
  readonly rowCount: number
  /** Whether `rows` are 0, 1, 2, ... */
  readonly isWhole: boolean
  readonly gradientUnit: number
  readonly hessianUnit: number
}

/**
 * Grows one tree leaf by leaf: always the leaf whose best split gains most, until no split gains or there are enough
 * leaves. The first split of equal gain wins. Leaves the tables and nodes of the tree in the memory.
 *
 * @see Shi 2007, "Best-first decision tree learning"; Ke et al. 2017 for the histogram of the larger child, which is
 * that of the parent less that of the smaller one.
 */
export function growTree(soil: TreeSoil): GrownTree {
  const leaves = [rootLeaf(soil)]
  const nodes: GrownNode[] = []
  const parents: number[] = [-1]
  while (leaves.length < soil.settings.leaves) {
    const index = bestLeaf(leaves)
    if (index < 0) break
    const leaf = leaves[index]!
    const node = nodes.length
    nodes.push({ split: leaf.split!, left: ~index, right: ~leaves.length, leaf })
    replaceChild(nodes, parents[index]!, ~index, node)
    const [left, right] = splitLeaf(soil, leaf, node, leaves.length)
    leaves[index] = left
    leaves.push(right)
    parents[index] = node
    parents.push(node)
  }
  return { nodes, leaves, hessianUnit: soil.hessianUnit }
}

function bestLeaf(leaves: readonly GrowingLeaf[]): number {
  let best = -1
  let gain = 0
  leaves.forEach(({ split }, index) => {
    if (!split || split.gain <= gain) return
    best = index
    gain = split.gain
  })
  return best
}

function replaceChild(nodes: readonly GrownNode[], parent: number, before: number, after: number): void {
  if (parent < 0) return
  const node = nodes[parent]!
  if (node.left === before) node.left = after
  else node.right = after
}

function rootLeaf(soil: TreeSoil): GrowingLeaf {
  const { memory, team, rowCount, isWhole, rules, settings } = soil
  team.run('sumRoot', 0, 0, rowCount, isWhole ? 1 : 0)
  team.run('settle', 0, -1, summedIn(soil, team.size), 0, 0)
  const sums = sumsOf(memory.histograms.subarray(0, 512))
  const place = { start: 0, count: rowCount, depth: 0, path: [], slot: 0 }
  const value = leafValue(sums.gradient * soil.gradientUnit, sums.hessian * soil.hessianUnit, settings, UNBOUNDED)
  const leaf: GrowingLeaf = { ...place, sums, value, bounds: UNBOUNDED, split: undefined }
  if (!canSplit(soil, leaf)) return leaf
  writeLeaf(soil, leaf, 0)
  rules.writeKinds(memory.kinds, 0, [])
  team.run('settle', 0, -1, 1, 1, 0)
  leaf.split = bestSplit(soil, leaf, 0, team.size)
  return leaf
}

/** The sums of all rows, from the bins of any feature. */
function sumsOf(histogram: Int32Array): RowSums {
  let gradient = 0
  let hessian = 0
  for (let bin = 0; bin < 256; bin++) {
    hessian += histogram[2 * bin]! >>> 0
    gradient += histogram[2 * bin + 1]!
  }
  return { gradient, hessian }
}

/** Parts the rows of a leaf and finds the best splits of both sides. The larger side inherits the histogram. */
function splitLeaf(
  soil: TreeSoil,
  leaf: GrowingLeaf,
  node: number,
  freshSlot: number,
): [left: GrowingLeaf, right: GrowingLeaf] {
  const { memory, team } = soil
  const { start, count, split } = leaf
  writeTable(soil, split!, node)
  const isAlone = count < ALONE
  const parts = isAlone ? 1 : team.size
  const run = isAlone ? team.runAlone : team.run
  run('partition', start, count, split!.feature, node)
  let leftCount = 0
  for (let part = 0; part < parts; part++) leftCount += memory.leftCounts[part * 16]!
  const leftIsSmall = leftCount <= count - leftCount
  const [left, right] = children(soil, leaf, leftCount, leftIsSmall, freshSlot)
  const [small, big] = leftIsSmall ? [left, right] : [right, left]
  const [seekSmall, seekBig] = [canSplit(soil, small), canSplit(soil, big)]
  const isLast = freshSlot + 1 >= soil.settings.leaves
  if (isLast || !(seekSmall || seekBig)) {
    run('sumSide', start, count, freshSlot, -1)
    return [left, right]
  }
  run('sumSide', start, count, freshSlot, leftIsSmall ? 1 : 0)
  seekSplits(soil, small, big, { seekSmall, seekBig, summed: summedIn(soil, parts) })
  return [left, right]
}

function seekSplits(
  soil: TreeSoil,
  small: GrowingLeaf,
  big: GrowingLeaf,
  { seekSmall, seekBig, summed }: { seekSmall: boolean; seekBig: boolean; summed: number },
): void {
  const { memory, team, rules } = soil
  for (const [which, leaf] of [small, big].entries()) {
    writeLeaf(soil, leaf, which)
    rules.writeKinds(memory.kinds, which * memory.paddedCount, leaf.path)
  }
  team.run('settle', small.slot, big.slot, summed, seekSmall ? 1 : 0, seekBig ? 1 : 0)
  if (seekSmall) small.split = bestSplit(soil, small, 0, team.size)
  if (seekBig) big.split = bestSplit(soil, big, 1, team.size)
}

/** How many histograms a sum lies in: one a thread when they share the rows. */
function summedIn({ memory }: TreeSoil, parts: number): number {
  return memory.blockCount === 1 ? parts : 1
}

function children(
  soil: TreeSoil,
  leaf: GrowingLeaf,
  leftCount: number,
  leftIsSmall: boolean,
  freshSlot: number,
): [GrowingLeaf, GrowingLeaf] {
  const { settings, gradientUnit, hessianUnit, rules } = soil
  const { start, count, split, sums, slot } = leaf
  const { left, feature, extraL2 } = split!
  const right = { gradient: sums.gradient - left.gradient, hessian: sums.hessian - left.hessian }
  const penalties = { l1: settings.l1, l2: settings.l2 + extraL2 }
  const newton = ({ gradient, hessian }: RowSums): number =>
    leafValue(gradient * gradientUnit, hessian * hessianUnit, penalties, leaf.bounds)
  const [leftValue, rightValue] = [newton(left), newton(right)]
  const [leftBounds, rightBounds] = rules.childBounds(leaf.bounds, feature, leftValue, rightValue)
  const shared = { depth: leaf.depth + 1, path: [...leaf.path, feature], split: undefined }
  const [leftSlot, rightSlot] = leftIsSmall ? [freshSlot, slot] : [slot, freshSlot]
  return [
    { ...shared, start, count: leftCount, sums: left, value: leftValue, bounds: leftBounds, slot: leftSlot },
    {
      ...shared,
      start: start + leftCount,
      count: count - leftCount,
      sums: right,
      value: rightValue,
      bounds: rightBounds,
      slot: rightSlot,
    },
  ]
}

function canSplit({ settings }: TreeSoil, leaf: GrowingLeaf): boolean {
  const { minRowsInLeaf, maxDepth } = settings
  return leaf.depth < maxDepth && leaf.count >= Math.max(2, 2 * minRowsInLeaf) && leaf.sums.hessian > 0
}

function writeLeaf({ memory }: TreeSoil, { sums, bounds, count }: GrowingLeaf, which: number): void {
  const perHessian = count / sums.hessian
  memory.leafSums.set([sums.gradient, sums.hessian, bounds.lower, bounds.upper, perHessian, count], which * 8)
}

/** 1 for every bin that goes left. */
function writeTable({ memory, bins }: TreeSoil, { rule, feature }: Split, node: number): void {
  const table = memory.tables.subarray(node * 256, node * 256 + 256).fill(0)
  if (rule.kind === 'categories') {
    for (const bin of rule.leftBins) table[bin] = 1
    return
  }
  table.fill(1, 0, rule.bin + 1)
  const of = bins[feature]!
  if (of.kind === 'numerical' && of.hasMissing) table[of.upperBounds.length] = rule.missingLeft ? 1 : 0
}

/** The best of what the threads found and of the categorical features. */
function bestSplit(soil: TreeSoil, leaf: GrowingLeaf, which: number, threads: number): Split | undefined {
  let best = bestThreshold(soil.memory, which, threads)
  for (const feature of soil.rules.categorical) {
    if (soil.memory.kinds[which * soil.memory.paddedCount + feature] === 0) continue
    const found = findCategorySplit(categoryHistogram(soil, leaf, feature), soil.settings)
    if (found && isBetter(found, best)) best = found
  }
  return best
}

function isBetter(found: Split, best: Split | undefined): boolean {
  if (!best) return found.gain > 0
  return found.gain > best.gain || (found.gain === best.gain && found.feature < best.feature)
}

/** Each thread found the best of its features, which ascend with the threads: the first of equal ones wins. */
function bestThreshold({ best }: TrainingMemory, which: number, threads: number): Split | undefined {
  let first = -1
  for (let part = 0; part < threads; part++) {
    const at = (part * 2 + which) * 8
    if (best[at + 1]! >= 0 && (first < 0 || best[at + 6]! > best[first + 6]!)) first = at
  }
  if (first < 0) return undefined
  const [gain, feature, bin, missingLeft, gradient, hessian] = best.subarray(first, first + 6)
  if (!(gain! > 0)) return undefined
  return {
    gain: gain!,
    feature: feature!,
    left: { gradient: gradient!, hessian: hessian! },
    extraL2: 0,
    rule: { kind: 'threshold', bin: bin!, missingLeft: missingLeft === 1 },
  }
}

function categoryHistogram(soil: TreeSoil, leaf: GrowingLeaf, feature: number): CategoryHistogram {
  const { memory, gradientUnit, hessianUnit } = soil
  const start = (leaf.slot * memory.paddedCount + feature) * 512
  return {
    ...{ feature, gradientUnit, hessianUnit, total: leaf.sums, rowCount: leaf.count },
    binCount: memory.binCounts[feature]!,
    histogram: memory.histograms.subarray(start, start + 512),
  }
}
