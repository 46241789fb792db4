import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError } from '../../../foundation/index.ts'
import { readLightgbmText, TreeModel, totalGains } from '../../../models/index.ts'
import { temporaryFolder } from '../../../testing/index.ts'
import type { ObjectiveName } from './tree-objective-of.ts'
import { runTreesBench } from './trees-bench.ts'

/** What LightGBM's command line did; `golden/lightgbm-runs.py` ran it on the rows that are made here too. */
interface GoldenCase {
  readonly name: string
  readonly objective: ObjectiveName
  /** Endings of files beside the rows, and what of the rows they hold. */
  readonly train: Readonly<Record<string, RowField>>
  readonly test: Readonly<Record<string, RowField>>
  readonly parameters: readonly string[]
  readonly metrics: Readonly<Record<string, number>>
  /** Of the first five test rows. */
  readonly raw: readonly (readonly number[])[]
  /** Of all splits of all trees. */
  readonly gain: number
}

const path = new URL('golden/lightgbm-runs.json', import.meta.url)
const GOLDEN = JSON.parse(readFileSync(path, 'utf8')) as GoldenCase[]
const COMMON = ['num_trees=20', 'num_leaves=7', 'learning_rate=0.2', 'min_data_in_leaf=5', 'num_threads=1']
/** What each objective is fitted to; the others to the signal. */
const LABELS: { readonly [Name in ObjectiveName]?: 'binary' | 'multiclass' | 'grade' | 'share' } = {
  binary: 'binary',
  multiclass: 'multiclass',
  lambdarank: 'grade',
  cross_entropy: 'share',
}
const folder = temporaryFolder()

describe('a run', () => {
  for (const golden of GOLDEN) {
    it(`trains the model that LightGBM trains, and measures as it does: ${golden.name}`, async () => {
      const { metrics, raw, gain } = await run(golden, golden.parameters)
      for (const [name, value] of Object.entries(golden.metrics)) {
        assert.ok(
          Math.abs((metrics[name] ?? Number.NaN) - value) <= 6e-6 * Math.max(0.2, Math.abs(value)),
          `${name}: ${metrics[name]}, not ${value}`,
        )
      }
      assert.ok(Math.abs(gain / golden.gain - 1) < 1e-4, `gains: ${gain}, not ${golden.gain}`)
      golden.raw.flat().forEach((value, index) => {
        assert.ok(Math.abs(raw[index]! - value) < 1e-3, `score ${index}: ${raw[index]}, not ${value}`)
      })
    })
  }

  it('says what early stopping measures, before the first tree and after the last', async () => {
    for (const golden of GOLDEN.filter(({ name }) => name.startsWith('initial'))) {
      const [metric = ''] = Object.keys(golden.metrics)
      const patient = await run(golden, [...golden.parameters, `metric=${metric}`, 'early_stopping_round=20'])
      const [full, best] = [await run(golden, golden.parameters), patient.metrics[metric] ?? Number.NaN]
      const gain = metric === 'auc' ? best - full.metrics[metric]! : full.metrics[metric]! - best
      assert.ok(gain >= 0, `${golden.name}: ${best} at its best`)
    }
  })

  it('weighs rows as classes do', async () => {
    const multiclass = { name: 'classes', objective: 'multiclass', test: {}, parameters: [] } as const
    const byClass = await run({ ...multiclass, train: {} }, ['num_class=3', 'class_weight=1,0.5,3'])
    const byRow = await run({ ...multiclass, train: { weight: 'classWeight' } }, ['num_class=3'])
    assert.deepEqual(byRow.raw, byClass.raw)
    const refused = run({ ...multiclass, objective: 'binary', train: {} }, ['class_weight=1,2'])
    await assert.rejects(refused, (error) => isSluiceError(error, 'INVALID_ARGUMENT'))
  })

  it('is refused with scores of other classes', async () => {
    const refuses = (code: ErrorCode, reading: Promise<unknown>) =>
      assert.rejects(reading, (error) => isSluiceError(error, code))
    const binary = { name: 'wide', objective: 'binary', parameters: [] } as const
    await refuses('SHAPE_MISMATCH', run({ ...binary, train: {}, test: { init: 'inits' } }, []))
    await refuses('SHAPE_MISMATCH', run({ ...binary, train: { init: 'inits' }, test: {} }, []))
  })
})

interface Row {
  readonly features: readonly number[]
  readonly binary: number
  readonly multiclass: number
  readonly grade: number
  readonly share: number
  readonly signal: number
  readonly weight: readonly number[]
  readonly init: readonly number[]
  readonly inits: readonly number[]
  readonly position: readonly string[]
  readonly classWeight: readonly number[]
}

type RowField = 'weight' | 'init' | 'inits' | 'position' | 'classWeight'

/** Trains and measures in a folder of its own; raw scores are of the first five test rows. */
async function run(
  { name, objective, train, test }: Omit<GoldenCase, 'metrics' | 'raw' | 'gain'>,
  parameters: readonly string[],
): Promise<{ metrics: Readonly<Record<string, number>>; raw: Float64Array; gain: number }> {
  const place = join(folder, name)
  mkdirSync(place, { recursive: true })
  const draw = generator()
  const [trainRows, testRows] = [tableRows(draw, 600), tableRows(draw, 200)]
  writeTable(join(place, 'train'), trainRows, objective, train)
  writeTable(join(place, 'test'), testRows, objective, test)
  const options = { train: join(place, 'train'), test: join(place, 'test'), saveLightgbm: join(place, 'model') }
  const all = [...COMMON, 'eval_at=3,10', ...parameters]
  const { metrics } = await runTreesBench({ ...options, objective, parameters: all, seed: 1, clock: () => 0 })
  const model = new TreeModel(readLightgbmText(readFileSync(options.saveLightgbm, 'utf8')))
  const raw = new Float64Array(5 * model.classCount)
  model.scoreClasses(Float64Array.from(testRows.slice(0, 5).flatMap(({ features }) => features)), 5, raw)
  return { metrics, raw, gain: totalGains(model.ensemble).reduce((sum, ofFeature) => sum + ofFeature) }
}

function writeTable(
  file: string,
  rows: readonly Row[],
  objective: GoldenCase['objective'],
  files: Readonly<Record<string, RowField>>,
): void {
  const lines = (cells: (row: Row) => readonly (number | string)[]): string =>
    rows.map((row) => `${cells(row).join('\t')}\n`).join('')
  writeFileSync(
    file,
    lines((row) => [row[LABELS[objective] ?? 'signal'], ...row.features]),
  )
  for (const [ending, field] of Object.entries(files)) {
    writeFileSync(
      `${file}.${ending}`,
      lines((row) => row[field]),
    )
  }
  if (objective === 'lambdarank') writeFileSync(`${file}.query`, '10\n'.repeat(rows.length / 10))
}

/** Whole numbers below a size, from the same linear congruences as in Python. */
function generator(): (size: number) => number {
  let state = 7
  return (size) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return Math.floor(((state >> 16) / 32768) * size)
  }
}

function tableRows(draw: (size: number) => number, rowCount: number): Row[] {
  return Array.from({ length: rowCount }, () => {
    const [a, b, c, d, place] = [draw(100), draw(100), draw(100), draw(100), draw(10)]
    const signal = a + (b > 50 ? 30 : 0) + Math.floor(c / 4) + draw(60)
    const multiclass = Math.min(2, Math.floor(signal / 65))
    return {
      features: [a, b, c, d],
      binary: signal > 110 ? 1 : 0,
      multiclass,
      grade: Math.min(3, Math.floor(Math.max(0, signal - 8 * place) / 50)),
      share: signal / 256,
      signal,
      weight: [(1 + draw(4)) / 2],
      init: [(draw(200) - 100) / 100],
      inits: [0, 0, 0].map(() => (draw(200) - 100) / 100),
      position: [`place ${place}`],
      classWeight: [[1, 0.5, 3][multiclass] ?? Number.NaN],
    }
  })
}
