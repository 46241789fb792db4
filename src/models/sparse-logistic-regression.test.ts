import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { isSluiceError, randomFrom } from '../foundation/index.ts'
import { describeRowModel, sparseAsRowModel, sparseExamples } from '../testing/index.ts'
import {
  fitSparseLogisticRegression,
  loadSparseLogisticRegression,
  type SparseLogisticRegression,
} from './sparse-logistic-regression.ts'
import type { SparseExamples, SparseRows } from './sparse-rows.ts'

interface Golden {
  rowCount: number
  featureCount: number
  l2: number
  starts: number[]
  indices: number[]
  values: number[]
  labels: number[]
  weights: number[]
  intercept: number
  coefficients: number[]
  probabilities: number[]
}

describe('sparse logistic regression', () => {
  const file = new URL('golden/logistic-regression.json', import.meta.url)
  const golden: Golden = JSON.parse(readFileSync(file, 'utf8')).sparse
  const examples: SparseExamples = {
    rowCount: golden.rowCount,
    featureCount: golden.featureCount,
    starts: Uint32Array.from(golden.starts),
    indices: Uint32Array.from(golden.indices),
    values: Float64Array.from(golden.values),
    labels: Float64Array.from(golden.labels),
    weights: Float64Array.from(golden.weights),
  }
  const model = fitSparseLogisticRegression(examples, { l2: golden.l2, tolerance: 1e-8 })

  it('has the coefficients, intercept and probabilities of scikit-learn to 1e-6', () => {
    assert.ok(model.converged)
    allCloseTo(model.coefficients, golden.coefficients, 1e-6)
    allCloseTo([model.intercept], [golden.intercept], 1e-6)
    const probabilities = scoresOf(model, examples).map((score) => model.response(score))
    allCloseTo(probabilities, golden.probabilities, 1e-6)
  })

  it('fits the same bytes twice, leaves its input alone and comes back from its bytes', () => {
    const copy = structuredClone(examples)
    const again = fitSparseLogisticRegression(copy, { l2: golden.l2, tolerance: 1e-8 })
    assert.deepEqual(copy, examples)
    assert.deepEqual(again.save(), model.save())
    const loaded = loadSparseLogisticRegression(model.save())
    assert.deepEqual(loaded.save(), model.save())
    assert.deepEqual(scoresOf(loaded, examples), scoresOf(model, examples))
  })

  it('scores a batch as the rows one by one, and explains each', () => {
    const scores = scoresOf(model, examples)
    for (let row = 0; row < examples.rowCount; row++) {
      const [start, end] = [examples.starts[row], examples.starts[row + 1]]
      const indices = examples.indices.slice(start, end)
      const values = examples.values.slice(start, end)
      assert.equal(model.score(indices, values), scores[row])
      const { baseline, contributions } = model.explain(indices, values)
      const sum = contributions.reduce((total, contribution) => total + contribution, baseline)
      assert.ok(Math.abs(sum - (scores[row] ?? Number.NaN)) < 1e-9)
    }
  })

  it('adds nothing for a feature that training never met', () => {
    const wide = fitSparseLogisticRegression({ ...examples, featureCount: 1_000_000 })
    assert.equal(wide.score(Uint32Array.of(999_999), Float64Array.of(5)), wide.intercept)
  })

  it('refuses another kind of model, changed bytes and entries that do not fit', () => {
    const saved = model.save()
    refuses('MODEL_CORRUPT', () => loadSparseLogisticRegression(saved.with(-1, (saved.at(-1) ?? 0) ^ 1)))
    refuses('SHAPE_MISMATCH', () => model.score(Uint32Array.of(golden.featureCount), Float64Array.of(1)))
    refuses('SHAPE_MISMATCH', () => model.score(Uint32Array.of(1, 2), Float64Array.of(1)))
    refuses('SHAPE_MISMATCH', () => scoresOf(model, { ...examples, featureCount: golden.featureCount + 1 }))
    refuses('NOT_FINITE', () => model.score(Uint32Array.of(1), Float64Array.of(Number.NaN)))
    refuses('SHAPE_MISMATCH', () => fitSparseLogisticRegression({ ...examples, starts: examples.starts.toReversed() }))
    refuses('SHAPE_MISMATCH', () => scoresOf(model, { ...examples, starts: examples.starts.with(3, 999) }))
    refuses('NOT_FINITE', () => fitSparseLogisticRegression({ ...examples, values: examples.values.with(0, 1 / 0) }))
    refuses('INVALID_ARGUMENT', () => fitSparseLogisticRegression(examples, { l2: -1 }))
    refuses('OUT_OF_RANGE', () => fitSparseLogisticRegression({ ...examples, labels: examples.labels.with(0, 2) }))
  })

  it('separates 20,000 hashed documents by the words that count', () => {
    const documents = hashedDocuments(20_000)
    const fitted = fitSparseLogisticRegression(documents)
    const right = scoresOf(fitted, documents).filter((score, row) => score > 0 === (documents.labels[row] === 1))
    assert.ok(fitted.converged)
    assert.ok(right.length / documents.rowCount > 0.85)
  })
})

describeRowModel('sparse logistic regression over dense rows', {
  fit: (examples) => sparseAsRowModel(fitSparseLogisticRegression(sparseExamples(examples), { tolerance: 1e-8 })),
  load: (bytes) => sparseAsRowModel(loadSparseLogisticRegression(bytes)),
})

/** Documents of 20 words out of 2^18 slots, rare words rarer; a tenth of the slots speak for or against. */
function hashedDocuments(rowCount: number): SparseExamples {
  const random = randomFrom(3, 'documents')
  const width = 2 ** 18
  const starts = Uint32Array.from({ length: rowCount + 1 }, (_, row) => row * 20)
  const indices = Uint32Array.from({ length: rowCount * 20 }, () => Math.floor(width * random.uniform() ** 6))
  const values = new Float64Array(indices.length).fill(1)
  const labels = Float64Array.from({ length: rowCount }, (_, row) => {
    const words = indices.subarray(row * 20, row * 20 + 20)
    const score = words.reduce((sum, word) => sum + (word % 10 === 0 ? 2 : word % 10 === 1 ? -2 : 0), 0)
    return random.uniform() < 1 / (1 + Math.exp(-score)) ? 1 : 0
  })
  return { rowCount, featureCount: width, starts, indices, values, labels }
}

function scoresOf(model: SparseLogisticRegression, rows: SparseRows): Float64Array {
  const out = new Float64Array(rows.rowCount)
  model.scoreRows(rows, out)
  return out
}

function allCloseTo(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length)
  expected.forEach((value, index) => {
    const got = actual[index] ?? Number.NaN
    assert.ok(Math.abs(got - value) <= tolerance, `value ${index}: expected ${value}, got ${got}`)
  })
}

function refuses(code: Parameters<typeof isSluiceError>[1], action: () => void): void {
  assert.throws(action, (error) => isSluiceError(error, code))
}
