import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { ObjectiveName } from '../../src/cli/bench/trees/tree-objective-of.ts'
import { LIGHTGBM_CASES, lightgbmAbsent, lightgbmPath, lightgbmQueries } from '../../src/testing/index.ts'

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

/** The five cases; none, when they are not there. */
export function lightgbmCases(): LightgbmCase[] {
  if (lightgbmAbsent) return []
  return Object.entries(LIGHTGBM_CASES).map(([name, { train, test }]) => caseOf(name, train, test))
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
  const path = lightgbmPath(`conformance/lightgbm/${name}/training.json`)
  const training = JSON.parse(readFileSync(path, 'utf8')) as Training
  const objective = training.parameters.find((text) => text.startsWith('objective='))?.slice('objective='.length)
  const metrics = Object.entries(training.test_metric_by_iteration).map(([metric, values]) => [metric, values.at(-1)])
  return {
    name,
    objective: objective as ObjectiveName,
    parameters: training.parameters.filter((text) => !/^(objective|metric)=/.test(text)),
    metrics: Object.fromEntries(metrics) as Record<string, number>,
    train: lightgbmPath(train),
    test: lightgbmPath(test),
    ...(name === 'lambdarank'
      ? { group: lightgbmPath(lightgbmQueries(train)), testGroup: lightgbmPath(lightgbmQueries(test)) }
      : {}),
  }
}
