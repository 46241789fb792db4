import { hashInteger } from '../../foundation/index.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import { binTrainingRows, binValidationRows, featureInfosOf } from './bin-rows.ts'
import { EarlyStop } from './early-stop.ts'
import { EnsembleBuilder } from './ensemble-builder.ts'
import type { FeatureBins } from './feature-bins.ts'
import { TrainingRules } from './feature-rules.ts'
import { type GrownTree, growTree } from './grow-tree.ts'
import type { GradientKernel, TreeObjective } from './objective.ts'
import type { Team } from './thread-team.ts'
import type { TrainingMemory } from './training-memory.ts'
import type { TrainingSettings } from './training-options.ts'
import { drawBag, drawsBag, usesBags } from './tree-bags.ts'
import type { TreeRows } from './tree-rows.ts'

/** The sums of absolute gradients, and of hessians, over all rows in fixed point: 7 % below what 32 bits hold. */
const GRADIENT_RANGE = 2.0e9
const HESSIAN_RANGE = 4.0e9

/** One training under way. */
interface Training {
  readonly memory: TrainingMemory
  readonly team: Team
  readonly settings: TrainingSettings
  readonly objective: TreeObjective
  readonly bins: readonly FeatureBins[]
  readonly rules: TrainingRules
}

/** Bins the rows and boosts trees on them. The memory is laid out for these rows and the team works on it. */
export function boostTrees(
  given: TreeRows,
  objective: TreeObjective,
  settings: TrainingSettings,
  { memory, team }: { memory: TrainingMemory; team: Team },
): TreeEnsemble {
  const bins = binTrainingRows(given, memory, team, settings)
  const rules = new TrainingRules(bins, settings)
  const training: Training = { memory, team, settings, objective, bins, rules }
  writeSettings(training)
  writeTargets(memory, objective.kernel)
  const start = startScores(training)
  if (settings.validation) startValidation(training, settings.validation.rows)
  const builder = new EnsembleBuilder(bins, settings.minGain)
  const stop = new EarlyStop(settings.validation)
  const kept = boost(training, builder, stop, start)
  const names = given.featureNames ?? Array.from({ length: given.featureCount }, (_, index) => `Column_${index}`)
  return builder.finish(
    {
      featureNames: [...names],
      featureInfos: featureInfosOf(bins),
      classCount: objective.scoresPerRow,
      objective: objective.text,
    },
    kept * objective.scoresPerRow,
  )
}

/** Returns how many iterations to keep. */
function boost(training: Training, builder: EnsembleBuilder, stop: EarlyStop, start: Float64Array): number {
  const { memory, team, settings, objective, rules } = training
  const classes = objective.scoresPerRow
  let bagged = memory.rowCount
  for (let iteration = 0; iteration < settings.iterations; iteration++) {
    if (drawsBag(settings, iteration)) bagged = drawBag(memory, team, settings, iteration)
    if (rules.canSplit) writeGradients(training)
    let grew = false
    for (let tree = 0; tree < classes; tree++) {
      const bias = iteration === 0 ? start[tree]! : 0
      const grown = rules.canSplit ? growOne(training, iteration * classes + tree, tree, bagged) : undefined
      if (grown && grown.nodes.length > 0) {
        builder.addTree(grown, settings.learningRate, bias)
        grew = true
      } else builder.addConstant(bias, bagged)
    }
    if (!grew) return Math.max(1, iteration)
    if (stop.isOver(memory.validationScores, iteration)) return stop.bestIteration + 1
  }
  return stop.hasPatience ? stop.bestIteration + 1 : settings.iterations
}

function writeSettings({ memory, settings, rules }: Training): void {
  const { l1, l2, minHessianInLeaf, minRowsInLeaf, minGain } = settings
  memory.settings.set([l1, l2, minHessianInLeaf, minRowsInLeaf, minGain, rules.isConstrained ? 1 : 0], 2)
  for (let feature = 0; feature < memory.featureCount; feature++) memory.monotone[feature] = rules.directionOf(feature)
}

function writeTargets(memory: TrainingMemory, kernel: GradientKernel | undefined): void {
  if (!kernel) return
  memory.targets.set(kernel.targets)
  if (kernel.weights) memory.weights.set(kernel.weights)
}

/** Sets the scores that boosting starts from; returns what the first trees carry of them. */
function startScores({ memory, objective, settings }: Training): Float64Array {
  const { scores, rowCount } = memory
  if (settings.initialScores) {
    scores.set(settings.initialScores)
    return new Float64Array(objective.scoresPerRow)
  }
  const start = objective.initialScores()
  start.forEach((score, index) => {
    scores.fill(score, index * rowCount, (index + 1) * rowCount)
  })
  return start
}

function startValidation({ memory, team, bins, settings, objective }: Training, rows: TreeRows): void {
  const { validationScores, validationRows, validationOrder } = memory
  binValidationRows(rows, bins, memory, team)
  for (let row = 0; row < validationRows; row++) validationOrder[row] = row
  if (settings.validation?.initialScores) {
    validationScores.set(settings.validation.initialScores)
    return
  }
  if (settings.initialScores) return
  objective.initialScores().forEach((score, index) => {
    validationScores.fill(score, index * validationRows, (index + 1) * validationRows)
  })
}

function writeGradients({ memory, team, objective }: Training): void {
  const { kernel } = objective
  if (kernel) {
    const kind = kernel.kind === 'logistic' ? 1 : 2
    team.run('computeGradients', kind, kernel.steepness ?? 1, kernel.weights ? 1 : 0)
  } else if (team.knowsObjective) team.run('computeGradients', 0, 0, 0)
  else objective.gradients(memory.scores, memory.gradients, memory.hessians)
}

/** Grows one tree and adds it to the scores of all rows. */
function growOne(training: Training, tree: number, ofClass: number, bagged: number): GrownTree | undefined {
  const { memory, team, settings, rules, bins, objective } = training
  const isWhole = !usesBags(settings)
  const units = packGradients(training, tree, ofClass, isWhole)
  if (!units) return undefined
  if (!isWhole) memory.rows.set(memory.bag.subarray(0, bagged))
  const soil = { memory, team, settings, bins, rules: rules.ofTree(tree), rowCount: bagged, isWhole, ...units }
  const grown = growTree(soil)
  if (grown.nodes.length === 0) return grown
  renewLeaves(grown, memory, objective)
  writeTree(grown, memory, settings.learningRate)
  team.run('addLeaves', ofClass, grown.leaves.length)
  if (bagged < memory.rowCount) team.run('addTree', ofClass, bagged, memory.rowCount - bagged, 0)
  if (memory.validationRows > 0) team.run('addTree', ofClass, 0, memory.validationRows, 1)
  return grown
}

/** Puts gradients and hessians into fixed point; undefined when nothing pulls. */
function packGradients(
  { memory, team, settings }: Training,
  tree: number,
  ofClass: number,
  isWhole: boolean,
): { gradientUnit: number; hessianUnit: number } | undefined {
  team.run('sumGradients', ofClass)
  let gradients = 0
  let hessians = 0
  for (let at = 0; at < memory.sums.length; at += 2) {
    gradients += memory.sums[at]!
    hessians += memory.sums[at + 1]!
  }
  if (!(gradients > 0 && hessians > 0)) return undefined
  const gradientScale = Math.fround(GRADIENT_RANGE / gradients)
  const hessianScale = Math.fround(HESSIAN_RANGE / hessians)
  const seed = hashInteger(tree, hashInteger(settings.seed, 0x1f83d9ab))
  team.run('packRows', ofClass, gradientScale, hessianScale, seed, isWhole ? 1 : 0)
  const units = { gradientUnit: 1 / gradientScale, hessianUnit: 1 / hessianScale }
  memory.settings.set([units.gradientUnit, units.hessianUnit])
  return units
}

function renewLeaves(grown: GrownTree, memory: TrainingMemory, objective: TreeObjective): void {
  if (!objective.renewLeaf) return
  for (const leaf of grown.leaves) {
    const rows = Int32Array.from(memory.rows.subarray(leaf.start, leaf.start + leaf.count))
    leaf.value = objective.renewLeaf(rows, memory.scores)
  }
}

/** The tree as the kernels walk it; its tables were written as it grew. */
function writeTree({ nodes, leaves }: GrownTree, memory: TrainingMemory, shrinkage: number): void {
  nodes.forEach(({ split, left, right }, index) => {
    memory.nodes.set([split.feature, left, right], index * 3)
  })
  leaves.forEach(({ value, start, count }, index) => {
    memory.leafValues[index] = value * shrinkage
    memory.leafRanges.set([start, count], index * 2)
  })
}
