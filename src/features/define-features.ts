import { contentHash } from '../foundation/index.ts'
import { type Schema, throwFaults } from '../problem/index.ts'
import { type FeatureBuilder, featureBuilder } from './builders/feature-builder.ts'
import type { Feature, FeatureSet } from './feature.ts'

/** Raised when the code behind a feature changes its values, so that models of the older meaning are refused. */
const FEATURE_CODE_VERSION = 2

/**
 * Declares features over a schema. The compiler refuses an event, field or attribute that does not exist; from plain
 * JavaScript the same is a `SluiceError`.
 *
 * @throws SluiceError `INVALID_APPLICATION` with every fault in `details`
 */
export function defineFeatures<S extends Schema>(
  schema: S,
  define: (builder: FeatureBuilder<S>) => Readonly<Record<string, Feature>>,
): FeatureSet {
  const features = define(featureBuilder(schema))
  const entries = Object.entries(features)
  const columnNames = entries.flatMap(([name, { columns }]) =>
    columns.map(({ suffix }) => (suffix ? `${name}.${suffix}` : name)),
  )
  throwFaults('features', [
    ...entries.flatMap(([name, feature]) => feature.faults.map((fault) => `${name}: ${fault}`)),
    ...repeated(columnNames).map((name) => `${name}: two columns have this name`),
  ])
  const specs = entries.map(([name, feature]) => [name, feature.spec])
  return {
    features,
    columnNames,
    aggregates: entries.flatMap(([, feature]) => feature.aggregates),
    hash: contentHash({ version: FEATURE_CODE_VERSION, schema: schema.hash, specs }),
  }
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))]
}
