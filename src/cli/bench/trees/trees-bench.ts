import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { type Clock, SluiceError } from '../../../foundation/index.ts'
import {
  fitTreesOnWorkers,
  type TreeEnsemble,
  TreeModel,
  treeObjective,
  writeLightgbmText,
} from '../../../models/index.ts'
import { readWholeTable, type TableFiles } from './read-tables.ts'
import { scoreTable } from './score-table.ts'
import type { TreeFileOptions } from './tree-file-options.ts'
import type { TreeTable } from './tree-files.ts'
import { treeMetrics, usualMetrics } from './tree-metrics.ts'
import { type ObjectiveName, objectiveOf } from './tree-objective-of.ts'
import { categoricalFeatures, readTreeParameters, type TreeParameters } from './tree-parameters.ts'
import { validationOn } from './tree-validation.ts'

export interface TreesBenchOptions {
  readonly train: string
  /** Absent: a model is trained and nothing measured of it. */
  readonly test?: string | undefined
  readonly objective: ObjectiveName
  /** Files that belong to `train`; absent: LightGBM's beside it, see `readWholeTable`. */
  readonly group?: string | undefined
  readonly weight?: string | undefined
  readonly init?: string | undefined
  readonly position?: string | undefined
  /** Files that belong to `test`. */
  readonly testGroup?: string | undefined
  readonly testWeight?: string | undefined
  readonly testInit?: string | undefined
  /** `name=value` in LightGBM's spelling. */
  readonly parameters: readonly string[]
  /** Overridden by a parameter `seed=`. */
  readonly seed: number
  /** Where the model goes as LightGBM's text. */
  readonly saveLightgbm?: string | undefined
  readonly clock: Clock
  readonly onProgress?: ((what: string) => void) | undefined
}

export interface TreesReport {
  readonly objective: string
  readonly rows: { readonly train: number; readonly test: number }
  readonly features: number
  readonly trees: number
  readonly threads: number
  readonly seed: number
  /** On the test file, by LightGBM's names. */
  readonly metrics: Readonly<Record<string, number>>
  /** `train` holds the binning; `load`, `train` and `save` together are what LightGBM's command line does. */
  readonly seconds: {
    readonly load: number
    readonly loadTest: number
    readonly train: number
    readonly save: number
    readonly score: number
  }
}

/**
 * Trains trees on a file and measures them on another.
 *
 * @throws SluiceError when a file is missing or malformed or a parameter is wrong, see {@link readWholeTable} and
 * {@link readTreeParameters}
 */
export async function runTreesBench(options: TreesBenchOptions): Promise<TreesReport> {
  const parameters = readTreeParameters(options.parameters)
  const threads = parameters.run.threads ?? Math.min(4, availableParallelism())
  const lap = laps(options.clock)
  options.onProgress?.(`reading ${options.train}`)
  const table = await readTrain(options, { ...parameters.table, threads })
  const load = lap()
  const testTable = await readTest(options, table, parameters)
  const loadTest = lap()
  options.onProgress?.(`training on ${table.rowCount} rows of ${table.columns.length} features`)
  const ensemble = await fit({ table, testTable, options, parameters, threads })
  const train = lap()
  if (options.saveLightgbm !== undefined) await writeFile(options.saveLightgbm, writeLightgbmText(ensemble))
  const save = lap()
  const names = parameters.run.metrics ?? usualMetrics(options.objective)
  const metrics = testTable
    ? treeMetrics(
        names,
        { ...scoreTable(new TreeModel(ensemble), testTable), labelGains: parameters.objective.labelGains },
        parameters.run.evalAt,
      )
    : {}
  return {
    objective: ensemble.objective,
    rows: { train: table.rowCount, test: testTable?.rowCount ?? 0 },
    features: table.columns.length,
    trees: ensemble.treeCount,
    threads,
    seed: parameters.training.seed ?? options.seed,
    metrics,
    seconds: { load, loadTest, train, save, score: lap() },
  }
}

async function readTrain(options: TreesBenchOptions, reading: TreeFileOptions): Promise<TreeTable> {
  const { train, group, weight, init, position, objective } = options
  if (position !== undefined && objective !== 'lambdarank') {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `--position: expected the objective lambdarank, got ${objective}; leave it out`,
    )
  }
  return readWholeTable(train, { group, weight, init, position }, reading, tellsOf(options))
}

async function readTest(
  options: TreesBenchOptions,
  { columns }: TreeTable,
  { table }: TreeParameters,
): Promise<TreeTable | undefined> {
  const { test, testGroup, testWeight, testInit } = options
  if (test === undefined) return undefined
  const files: TableFiles = { group: testGroup, weight: testWeight, init: testInit }
  return readWholeTable(test, files, { ...table, featureCount: columns.length }, tellsOf(options))
}

/** What lies beside a table is used without being named, so it is said. */
function tellsOf({ onProgress }: TreesBenchOptions): (file: string) => void {
  return (file) => onProgress?.(`reading ${file}, which lies beside the rows`)
}

interface Fit {
  readonly table: TreeTable
  readonly testTable: TreeTable | undefined
  readonly options: TreesBenchOptions
  readonly parameters: TreeParameters
  readonly threads: number
}

async function fit({ table, testTable, options, parameters, threads }: Fit): Promise<TreeEnsemble> {
  const { columns, rowCount, featureNames } = table
  const { training, run } = parameters
  const categorical = categoricalFeatures(run.categorical ?? [], featureNames)
  const rows = { rowCount, featureCount: columns.length, columns, featureNames, categorical }
  const objective = treeObjective(objectiveOf(options.objective, table, parameters.objective, training.learningRate))
  const { patience, evalAt = [1] } = run
  const [name = ''] = run.metrics ?? usualMetrics(options.objective)
  const metric = name === 'ndcg' ? `ndcg@${evalAt[0]}` : name
  const validation =
    testTable && patience !== undefined
      ? validationOn({
          ...{ table: testTable, categorical, objective, metric, patience },
          labelGains: parameters.objective.labelGains,
          startsElsewhere: table.initialScores !== undefined,
        })
      : undefined
  const { initialScores } = table
  const settings = {
    ...{ seed: options.seed, ...training },
    ...(validation ? { validation } : {}),
    ...(initialScores ? { initialScores } : {}),
  }
  return fitTreesOnWorkers(rows, objective, settings, threads)
}

/** Seconds since the last call. */
function laps(clock: Clock): () => number {
  let lastMs = clock()
  return () => {
    const sinceMs = clock() - lastMs
    lastMs += sinceMs
    return sinceMs / 1000
  }
}
