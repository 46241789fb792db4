import { SluiceError } from '../../foundation/index.ts'
import { categoryLookup, findCategoryBins } from './category-bins.ts'
import { binCountOf, type FeatureBins, featureInfo, missingBinOf, type NumericalBins } from './feature-bins.ts'
import { sampleRows } from './sample-rows.ts'
import type { Team } from './thread-team.ts'
import type { TrainingMemory } from './training-memory.ts'
import type { TrainingSettings } from './training-options.ts'
import { type TreeRows, valuesOf } from './tree-rows.ts'

const GATHERED_ROWS = 256

/**
 * Finds the bins of every feature on a sample of the rows and fills the training's columns and blocks with them.
 *
 * @throws SluiceError `NOT_FINITE` at an infinite value
 */
export function binTrainingRows(
  given: TreeRows,
  memory: TrainingMemory,
  team: Team,
  settings: TrainingSettings,
): readonly FeatureBins[] {
  const sample = sampleRows(given.rowCount, memory.sampledRows, settings.seed)
  const bins = findBins(given, sample, memory, team, settings)
  writeBinFacts(bins, memory)
  binAll(given, bins, memory, team, false)
  return bins
}

/** Bins rows that are not learnt from as the training's rows are. @throws SluiceError `NOT_FINITE` */
export function binValidationRows(
  given: TreeRows,
  bins: readonly FeatureBins[],
  memory: TrainingMemory,
  team: Team,
): void {
  binAll(given, bins, memory, team, true)
}

/** LightGBM's `feature_infos` lines. */
export function featureInfosOf(bins: readonly FeatureBins[]): string[] {
  return bins.map(featureInfo)
}

function findBins(
  given: TreeRows,
  sample: Int32Array,
  memory: TrainingMemory,
  team: Team,
  { maxBins, minRowsInBin }: TrainingSettings,
): FeatureBins[] {
  const { featureCount, sampledFeatures } = memory
  const categorical = new Set(given.categorical)
  const bins: FeatureBins[] = []
  for (let first = 0; first < featureCount; first += sampledFeatures) {
    const count = Math.min(sampledFeatures, featureCount - first)
    gatherSample(given, sample, memory, first, count)
    team.run('findBounds', first, count, maxBins, minRowsInBin)
    for (let feature = first; feature < first + count; feature++) {
      bins.push(
        categorical.has(feature)
          ? findCategoryBins(sampledValues(given, sample, feature), { maxBins, minRowsInBin })
          : numericalBinsOf(memory, feature),
      )
    }
  }
  return bins
}

/** Copies the sampled values of some features that are not missing, and counts the others. */
function gatherSample(given: TreeRows, sample: Int32Array, memory: TrainingMemory, first: number, count: number): void {
  const { samples, sampledRows, sampleCounts, missingCounts } = memory
  const sources = Array.from({ length: count }, (_, index) => valuesOf(given, first + index))
  const sizes = new Int32Array(count)
  // Rows in stretches that stay in the cache from one feature to the next.
  for (let from = 0; from < sample.length; from += GATHERED_ROWS) {
    const to = Math.min(from + GATHERED_ROWS, sample.length)
    for (let index = 0; index < count; index++) {
      const { values, start, stride } = sources[index]!
      let size = index * sampledRows + sizes[index]!
      for (let i = from; i < to; i++) {
        const value = values[start + sample[i]! * stride]!
        samples[size] = value
        size += Number.isNaN(value) ? 0 : 1
      }
      sizes[index] = size - index * sampledRows
    }
  }
  sampleCounts.set(sizes, first)
  for (let index = 0; index < count; index++) missingCounts[first + index] = sample.length - sizes[index]!
}

function sampledValues(given: TreeRows, sample: Int32Array, feature: number): Float64Array {
  const { values, start, stride } = valuesOf(given, feature)
  return Float64Array.from(sample, (row) => values[start + row * stride]!)
}

function numericalBinsOf({ bounds, boundFacts, missingCounts }: TrainingMemory, feature: number): NumericalBins {
  return {
    kind: 'numerical',
    upperBounds: bounds.slice(feature * 256, feature * 256 + boundFacts[feature * 3]!),
    hasMissing: missingCounts[feature]! > 0,
    minimum: boundFacts[feature * 3 + 1]!,
    maximum: boundFacts[feature * 3 + 2]!,
  }
}

function writeBinFacts(bins: readonly FeatureBins[], { inputKinds, missingBins, binCounts }: TrainingMemory): void {
  bins.forEach((feature, index) => {
    inputKinds[index] = feature.kind === 'categorical' ? 1 : 0
    missingBins[index] = feature.kind === 'categorical' ? 0 : missingBinOf(feature)
    binCounts[index] = binCountOf(feature)
  })
}

function binAll(
  given: TreeRows,
  bins: readonly FeatureBins[],
  memory: TrainingMemory,
  team: Team,
  isValidation: boolean,
): void {
  const { stagedRows } = memory
  const columns = isValidation ? memory.validationColumns : memory.columns
  bins.forEach((feature, index) => {
    if (feature.kind !== 'categorical') return
    const { values, start, stride } = valuesOf(given, index)
    const binOf = categoryLookup(feature)
    const out = index * given.rowCount
    for (let row = 0; row < given.rowCount; row++) columns[out + row] = binOf(values[start + row * stride]!)
  })
  for (let first = 0; first < given.rowCount; first += stagedRows) {
    const count = Math.min(stagedRows, given.rowCount - first)
    stage(given, memory, first, count)
    const [stride, apart] = given.rows ? [given.featureCount, 1] : [1, stagedRows]
    team.run('binStaged', first, count, stride, apart, isValidation ? 1 : 0)
    for (let part = 0; part < team.size; part++) {
      if (team.result(8 + part) !== 0) throw notFinite(given, first, count)
    }
  }
}

function stage({ rows, columns, featureCount }: TreeRows, memory: TrainingMemory, first: number, count: number): void {
  const { staged, stagedRows } = memory
  if (rows) staged.set(rows.subarray(first * featureCount, (first + count) * featureCount))
  columns?.forEach((column, feature) => {
    staged.set(column.subarray(first, first + count), feature * stagedRows)
  })
}

function notFinite(given: TreeRows, first: number, count: number): SluiceError {
  for (let feature = 0; feature < given.featureCount; feature++) {
    const { values, start, stride } = valuesOf(given, feature)
    for (let row = first; row < first + count; row++) {
      const value = values[start + row * stride]!
      if (Math.abs(value) !== Number.POSITIVE_INFINITY) continue
      const what = `row ${row}, feature ${feature}: expected a number or NaN for missing, got ${value}`
      return new SluiceError('NOT_FINITE', what)
    }
  }
  return new SluiceError('NOT_FINITE', 'rows for trees: expected numbers or NaN for missing, got an infinite one')
}
