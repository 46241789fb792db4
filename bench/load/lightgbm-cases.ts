import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { ObjectiveName } from '../../src/cli/bench/trees/tree-objective-of.ts'

const SHARED = new URL('../../../shared/', import.meta.url)

/** A model that LightGBM trained, on data that lies beside the repository. */
export interface LightgbmCase {
  readonly name: string
  readonly objective: ObjectiveName
  /** As they were given to its command line, all but objective and metric. */
  readonly parameters: readonly string[]
  /** On the test file after the last iteration, by metric. */
  readonly metrics: Readonly<Record<string, number>>
  readonly train: string
  readonly test: string
  readonly group?: string | undefined
  readonly testGroup?: string | undefined
}

/** Where the data of a case lies, under `../shared`. */
const DATA: Readonly<Record<string, readonly [train: string, test: string]>> = {
  binary: examples('binary_classification/binary'),
  'categorical-missing': [
    'conformance/lightgbm/categorical-missing/train.tsv.gz',
    'conformance/lightgbm/categorical-missing/test.tsv.gz',
  ],
  lambdarank: examples('lambdarank/rank'),
  multiclass: examples('multiclass_classification/multiclass'),
  regression: examples('regression/regression'),
}

/** The five cases; none, when they are not there. */
export function lightgbmCases(): LightgbmCase[] {
  if (!existsSync(new URL('conformance/lightgbm/', SHARED))) return []
  return Object.entries(DATA).map(([name, [train, test]]) => caseOf(name, train, test))
}

/** LightGBM's command line reads no packed files: a copy of one without. */
export function unpacked(file: string, folder: string, name: string): string {
  const target = join(folder, name)
  if (!existsSync(target)) writeFileSync(target, gunzipSync(readFileSync(file)))
  return target
}

interface Training {
  readonly parameters: readonly string[]
  readonly test_metric_by_iteration: Readonly<Record<string, readonly number[]>>
}

function caseOf(name: string, train: string, test: string): LightgbmCase {
  const path = new URL(`conformance/lightgbm/${name}/training.json`, SHARED)
  const training = JSON.parse(readFileSync(path, 'utf8')) as Training
  const objective = training.parameters.find((text) => text.startsWith('objective='))?.slice('objective='.length)
  const metrics = Object.entries(training.test_metric_by_iteration).map(([metric, values]) => [metric, values.at(-1)])
  return {
    name,
    objective: objective as ObjectiveName,
    parameters: training.parameters.filter((text) => !/^(objective|metric)=/.test(text)),
    metrics: Object.fromEntries(metrics) as Record<string, number>,
    train: pathOf(train),
    test: pathOf(test),
    ...(name === 'lambdarank' ? { group: queriesOf(train), testGroup: queriesOf(test) } : {}),
  }
}

function examples(name: string): [string, string] {
  return [`data/lightgbm-examples/${name}.train.gz`, `data/lightgbm-examples/${name}.test.gz`]
}

function queriesOf(path: string): string {
  return pathOf(path.replace(/\.gz$/, '.query.gz'))
}

function pathOf(path: string): string {
  return fileURLToPath(new URL(path, SHARED))
}
