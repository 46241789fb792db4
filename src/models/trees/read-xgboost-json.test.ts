import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type ErrorCode, isSluiceError } from '../../foundation/index.ts'
import { scoreTrees } from './predict-trees.ts'
import { readUbjson } from './read-ubjson.ts'
import { readXgboostJson, readXgboostUbjson } from './read-xgboost-json.ts'
import { lastBelowSingle } from './single-precision.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { TreeExplainer } from './tree-explainer.ts'
import { responseOf, writeResponses } from './tree-response.ts'

/** Models and predictions of XGBoost 1.7.4, written by the script beside the file. */
const golden: Golden = JSON.parse(readFileSync(new URL('../golden/xgboost-models.json', import.meta.url), 'utf8'))

describe('a model of XGBoost', () => {
  for (const expected of golden.cases) {
    it(`predicts as there, raw and as a response, with values at the thresholds: ${expected.name}`, () => {
      const ensemble = readXgboostJson(expected.json)
      const rowCount = expected.rows.length / golden.featureCount
      const scores = scoresOf(ensemble, expected)
      allCloseTo(scores, expected.raw)
      const responses = scores.slice()
      writeResponses(responseOf(ensemble.objective), scores, rowCount, ensemble.classCount, responses)
      allCloseTo(responses, expected.response)
    })
  }

  it('is explained as there, because cover stands where LightGBM counts rows', () => {
    const explained = golden.cases.filter(({ contributions }) => contributions !== undefined)
    assert.equal(explained.length, 2)
    for (const { json, rows, contributions = [] } of explained) {
      const out = new Float64Array(contributions.length)
      new TreeExplainer(readXgboostJson(json)).contributions(valuesOf(rows), rows.length / golden.featureCount, out)
      allCloseTo(out, contributions)
    }
  })

  it('is the same from UBJSON', () => {
    const both = golden.cases.filter(({ ubjson }) => ubjson !== undefined)
    assert.ok(both.length >= 3)
    for (const { json, ubjson = '' } of both) {
      assert.deepEqual(readXgboostUbjson(Uint8Array.from(Buffer.from(ubjson, 'base64'))), readXgboostJson(json))
    }
  })

  it('is refused by name when its booster or its objective is another', () => {
    for (const [name, json] of Object.entries(golden.refused)) {
      assert.throws(
        () => readXgboostJson(json),
        (error) => isSluiceError(error, 'MODEL_MISMATCH') && error.message.includes(name),
      )
    }
  })

  it('is refused when it has several outputs a tree, or sets of categories that missing values join', () => {
    const categorical = golden.cases.find(({ name }) => name === 'categorical')?.json ?? ''
    refuses('MODEL_MISMATCH', () => readXgboostJson(categorical.replaceAll(/"default_left":\[1/g, '"default_left":[0')))
    const several = changed(categorical, '"size_leaf_vector":"0"}}', '"size_leaf_vector":"3"}}')
    refuses('MODEL_MISMATCH', () => readXgboostJson(several))
  })

  it('takes a base score a class, as XGBoost writes it since 3.1', () => {
    const json = golden.cases.find(({ name }) => name === 'multiclass')?.json ?? ''
    const shifted = readXgboostJson(changed(json, '"base_score":"5E-1"', '"base_score":"[1.5E0,5E-1,-5E-1]"'))
    const before = readXgboostJson(json)
    const row = new Float64Array(golden.featureCount).fill(0.3)
    const [a, b] = [shifted, before].map((ensemble) => {
      const out = new Float64Array(3)
      scoreTrees(ensemble, row, 1, out)
      return out
    })
    allCloseTo(
      a ?? [],
      [1, 0, -1].map((shift, index) => (b?.[index] ?? Number.NaN) + shift),
    )
  })

  it('is refused when it is cut short, changed, or closes a circle', () => {
    const { json, ubjson = '' } = golden.cases[0] ?? { json: '' }
    const bytes = Uint8Array.from(Buffer.from(ubjson, 'base64'))
    refuses('MODEL_CORRUPT', () => readXgboostJson(json.slice(0, -2)))
    refuses('MODEL_CORRUPT', () => readXgboostJson('{}'))
    refuses('MODEL_CORRUPT', () => readXgboostJson('[1]'))
    refuses('MODEL_CORRUPT', () => readXgboostJson(json.replace(/"left_children":\[\d+/, '"left_children":[0')))
    refuses('MODEL_CORRUPT', () => readXgboostJson(json.replace(/"left_children":\[\d+/, '"left_children":[9999')))
    refuses('MODEL_CORRUPT', () => readXgboostJson(json.replace(/"split_indices":\[\d+/, '"split_indices":[5')))
    refuses('MODEL_CORRUPT', () => readXgboostJson(json.replace(/"base_score":"[^"]+"/, '"base_score":"2"')))
    refuses('MODEL_CORRUPT', () => readXgboostJson(json.replace('"tree_info":[0,', '"tree_info":[')))
    for (let end = 0; end < bytes.length; end += 97) {
      refuses('MODEL_CORRUPT', () => readXgboostUbjson(bytes.subarray(0, end)))
    }
  })
})

describe('a threshold of single precision', () => {
  it('splits every double as XGBoost, which rounds the double and then asks whether it is below', () => {
    const singles = fc.float({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(singles, fc.double({ noNaN: true }), (threshold, value) => {
        const last = lastBelowSingle(threshold)
        const near = [last, up(last), threshold, up(threshold), value]
        for (const each of near) assert.equal(each <= last, Math.fround(each) < threshold, `${each} at ${threshold}`)
      }),
      {
        seed: 8,
        numRuns: 2000,
        examples: [
          [0, 0],
          [-0, 0],
          [2 ** -149, 0],
          [-(2 ** -149), 0],
          [3.4028234663852886e38, 1],
        ],
      },
    )
    assert.equal(lastBelowSingle(Number.POSITIVE_INFINITY) >= 3.4028234663852886e38, true)
    assert.equal(Number.isFinite(Math.fround(lastBelowSingle(Number.POSITIVE_INFINITY))), true)
    assert.equal(Math.fround(up(lastBelowSingle(Number.POSITIVE_INFINITY))), Number.POSITIVE_INFINITY)
  })
})

describe('UBJSON', () => {
  const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

  it('reads every type, containers with and without a count, and no-ops', () => {
    const text =
      '{i\x01a[$U#i\x02\x05\xffNi\x01b[ZTFCxSi\x03abcI\xff\xfeL\x00\x00\x00\x00\x00\x00\x01\x00]i\x01c{#i\x01i\x01dd\x3f\x80\x00\x00}'
    assert.deepEqual(readUbjson(bytes(text.replace('N', ''))), {
      a: [5, 255],
      b: [null, true, false, 'x', 'abc', -2, 256],
      c: { d: 1 },
    })
    assert.deepEqual(readUbjson(bytes('[Ni\x01NN]')), [1])
    assert.deepEqual(readUbjson(bytes('D\x40\x09\x21\xfb\x54\x44\x2d\x18')), Math.PI)
  })

  it('refuses lengths beyond the bytes, counts of nothing, other types, too many levels and bytes left over', () => {
    const wrong = [
      '',
      'Sl\x7f\xff\xff\xff',
      '[#l\x7f\xff\xff\xff',
      '[$Z#l\x7f\xff\xff\xff',
      '[$i',
      'Si\xff',
      'Hi\x011',
      '?',
      'TT',
    ]
    for (const text of wrong) refuses('MODEL_CORRUPT', () => readUbjson(bytes(text)))
    refuses('MODEL_CORRUPT', () => readUbjson(bytes('['.repeat(100_000))))
    refuses('MODEL_CORRUPT', () => readUbjson(bytes('Si\x01\xff')))
  })
})

interface GoldenCase {
  name: string
  json: string
  ubjson?: string
  rows: (number | null)[]
  raw: number[]
  response: number[]
  contributions?: number[]
}

interface Golden {
  featureCount: number
  cases: GoldenCase[]
  refused: Record<string, string>
}

function scoresOf(ensemble: TreeEnsemble, { rows }: GoldenCase): Float64Array {
  const rowCount = rows.length / golden.featureCount
  const out = new Float64Array(rowCount * ensemble.classCount)
  scoreTrees(ensemble, valuesOf(rows), rowCount, out)
  return out
}

function valuesOf(rows: readonly (number | null)[]): Float64Array {
  return Float64Array.from(rows, (value) => value ?? Number.NaN)
}

/** XGBoost sums in single precision. */
function allCloseTo(got: ArrayLike<number>, expected: readonly number[]): void {
  assert.equal(got.length, expected.length)
  expected.forEach((value, index) => {
    const difference = Math.abs(value - (got[index] ?? Number.NaN))
    assert.ok(difference <= 1e-6 * Math.max(1, Math.abs(value)), `expected ${value}, got ${got[index]} at ${index}`)
  })
}

function changed(text: string, from: string, to: string): string {
  assert.ok(text.includes(from))
  return text.replaceAll(from, to)
}

/** The next double. */
function up(value: number): number {
  if (value === 0) return Number.MIN_VALUE
  const double = Float64Array.of(value)
  new BigInt64Array(double.buffer)[0]! += value > 0 ? 1n : -1n
  return double[0] ?? Number.NaN
}

function refuses(code: ErrorCode, action: () => void): void {
  assert.throws(action, (error) => isSluiceError(error, code))
}
