import { type Kernels, openKernels, SluiceError, startThread, type Thread } from '../../foundation/index.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import { boostTrees } from './boost-trees.ts'
import { joinTrees, requireSameTask } from './join-trees.ts'
import type { TreeObjective } from './objective.ts'
import { scoresFrom } from './start-scores.ts'
import { leadTeam, openMeetingPlace, type TeamSeat } from './thread-team.ts'
import { layOutTraining, MAX_THREADS, type TrainingMemory } from './training-memory.ts'
import { type TrainingSettings, type TreeTrainingOptions, trainingSettings } from './training-options.ts'
import { requireCount, requireTreeRows, type TreeRows } from './tree-rows.ts'

/**
 * Grows an ensemble of trees by gradient boosting on histograms, leaf by leaf, as LightGBM does: its bins, its limits,
 * its categorical splits, its numbering. Gradients are summed in fixed point, so the sums are exact in any order: the
 * same rows, objective and seed give the same trees to the bit, on one thread or on many.
 *
 * Where nothing can be split (constant labels or features, too few rows), the answer is one tree of one leaf a class:
 * the objective's start.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without a row or a feature, `SHAPE_MISMATCH` when lengths differ,
 * `NOT_FINITE` at an infinite value, `INVALID_ARGUMENT` for an option, `LIMIT_EXCEEDED` beyond 4 GiB
 * @remarks O(rows * features * log leaves) a tree. Memory: 2 bytes a value, 36 bytes a row and score, 2 KiB a feature
 * and leaf.
 * @see Ke et al. 2017, "LightGBM: a highly efficient gradient boosting decision tree".
 */
export function fitTrees(rows: TreeRows, objective: TreeObjective, options: TreeTrainingOptions = {}): TreeEnsemble {
  const { settings, kernels, memory } = prepare(rows, objective, options, 1)
  const team = leadTeam(seatOf(kernels, memory, 0), objective, false)
  return withFormer(settings.startFrom, boostTrees(rows, objective, settings, { memory, team }))
}

/**
 * As {@link fitTrees}, on several threads, with the same result to the bit. The caller's thread is one of them and is
 * busy until the trees are done. An objective without a recipe or kernel computes its gradients on the caller's thread.
 *
 * @param threads - from 1 to 16; 2 by default
 * @throws SluiceError as {@link fitTrees}
 */
export async function fitTreesOnWorkers(
  rows: TreeRows,
  objective: TreeObjective,
  options: TreeTrainingOptions = {},
  threads = 2,
): Promise<TreeEnsemble> {
  requireThreads(threads)
  const { settings, kernels, memory } = prepare(rows, objective, options, threads)
  const seat = seatOf(kernels, memory, 0)
  // Where a kernel of ours computes the gradients, the other threads need no labels.
  const recipe = objective.kernel ? undefined : objective.recipe
  const started: Thread[] = []
  try {
    for (let part = 1; part < threads; part++)
      started.push(startThread(workerModule(), { seat: { ...seat, part }, recipe }))
    await Promise.all(started.map(({ ready }) => ready))
    const team = leadTeam(seat, objective, recipe !== undefined)
    return withFormer(settings.startFrom, boostTrees(rows, objective, settings, { memory, team }))
  } finally {
    await Promise.all(started.map((thread) => thread.stop()))
  }
}

function withFormer(former: TreeEnsemble | undefined, trees: TreeEnsemble): TreeEnsemble {
  return former ? joinTrees(former, trees) : trees
}

interface Prepared {
  readonly settings: TrainingSettings
  readonly kernels: Kernels
  readonly memory: TrainingMemory
}

function prepare(rows: TreeRows, objective: TreeObjective, options: TreeTrainingOptions, threads: number): Prepared {
  const given = trainingSettings(options)
  requireFit(rows, objective, given)
  const settings = given.startFrom ? goingOn(given, given.startFrom, rows) : given
  const kernels = openKernels()
  const memory = layOutTraining(kernels, {
    ...{ rowCount: rows.rowCount, featureCount: rows.featureCount, leaves: settings.leaves, threads },
    scoresPerRow: objective.scoresPerRow,
    sampledRows: Math.min(rows.rowCount, settings.sampledRows),
    validationRows: settings.validation?.rows.rowCount ?? 0,
  })
  return { settings, kernels, memory }
}

function requireFit(rows: TreeRows, objective: TreeObjective, settings: TrainingSettings): void {
  requireTreeRows(rows)
  const { rowCount, featureCount } = rows
  const { scoresPerRow } = objective
  const { initialScores, startFrom, validation } = settings
  requireCount('rows of the objective', rowCount, objective.rowCount)
  if (initialScores) requireCount('initial scores', rowCount * scoresPerRow, initialScores.length)
  if (validation) requireValidation(validation.rows, featureCount, validation.initialScores, scoresPerRow)
  if (!startFrom) return
  requireSameTask(startFrom, { featureCount, classCount: scoresPerRow })
  if (!initialScores) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    'training of trees: expected trees to start from or initial scores, got both; give one of them',
  )
}

/** Training that starts where other trees left off, on the validation rows too. */
function goingOn(settings: TrainingSettings, from: TreeEnsemble, rows: TreeRows): TrainingSettings {
  const { validation } = settings
  const started = { ...settings, initialScores: scoresFrom(from, rows) }
  if (!validation || validation.initialScores) return started
  const initialScores = scoresFrom(from, validation.rows)
  const metric = (scores: Float64Array): number => validation.metric(scores)
  return { ...started, validation: { ...validation, metric, initialScores } }
}

function requireValidation(
  rows: TreeRows,
  featureCount: number,
  initialScores: Float64Array | undefined,
  scoresPerRow: number,
): void {
  requireTreeRows(rows)
  requireCount('features of the validation rows', featureCount, rows.featureCount)
  if (initialScores) {
    requireCount('initial scores of the validation rows', rows.rowCount * scoresPerRow, initialScores.length)
  }
}

function seatOf(kernels: Kernels, memory: TrainingMemory, part: number): TeamSeat {
  return { memory, wasm: kernels.memory, place: openMeetingPlace(), part, parts: memory.threads }
}

function requireThreads(threads: number): void {
  if (Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `training of trees, threads: expected a whole number from 1 to ${MAX_THREADS}, got ${threads}`,
  )
}

/** The worker beside this file, under the name it has where this code runs. */
function workerModule(): URL {
  return new URL(`./training-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}
