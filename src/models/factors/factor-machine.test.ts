import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isSluiceError, randomFrom } from '../../foundation/index.ts'
import { frappeRows, readFrappe } from '../../testing/index.ts'
import { writeModelFile } from '../model-file.ts'
import { fitSparseLogisticRegression } from '../sparse-logistic-regression.ts'
import type { SparseExamples, SparseRows } from '../sparse-rows.ts'
import { readFactorFile } from './factor-file.ts'
import type { FactorMachine } from './factor-machine.ts'
import type { FactorOptions } from './factor-options.ts'
import {
  fitFactorisationMachine,
  fitFieldAwareMachine,
  loadFactorisationMachine,
  loadFieldAwareMachine,
} from './fit-factor-machine.ts'

const [USERS, ITEMS] = [40, 30]
const FIELDS = {
  fieldCount: 2,
  fields: Uint32Array.from({ length: USERS + ITEMS }, (_, feature) => (feature < USERS ? 0 : 1)),
}

interface Subject {
  readonly name: string
  readonly fieldCount: number
  fit(examples: SparseExamples, options?: FactorOptions): FactorMachine
  load(bytes: Uint8Array): FactorMachine
}

const subjects: readonly Subject[] = [
  { name: 'factorisation machine', fieldCount: 1, fit: fitFactorisationMachine, load: loadFactorisationMachine },
  {
    name: 'field-aware factorisation machine',
    fieldCount: 2,
    fit: (examples, options) => fitFieldAwareMachine(examples, FIELDS, options),
    load: loadFieldAwareMachine,
  },
]

for (const subject of subjects) {
  describe(`a ${subject.name}`, () => {
    describeScores(subject)
    describeFits(subject)
    describeFiles(subject)
  })
}

function describeScores({ fit, fieldCount }: Subject): void {
  const examples = tasteExamples(600, 1)
  const model = fit(examples, { epochs: 3, factorCount: 8 })

  it('scores what its definition says, and explains it by entries and pairs', () => {
    const definition = scoreByDefinition(model, fieldCount)
    const scores = scoresOf(model, examples)
    for (let row = 0; row < 50; row++) {
      const [indices, values] = rowOf(examples, row)
      const score = scores[row] ?? Number.NaN
      assert.ok(Math.abs(score - definition(indices, values)) < 1e-9)
      const { baseline, contributions, pairs } = model.explain(indices, values)
      assert.equal(contributions.length, indices.length)
      assert.equal(pairs.length, (indices.length * (indices.length - 1)) / 2)
      const single = contributions.reduce((sum, contribution) => sum + contribution, baseline)
      assert.ok(Math.abs(pairs.reduce((sum, { contribution }) => sum + contribution, single) - score) < 1e-9)
    }
  })

  it('scores a batch as the rows one by one to the bit, no rows as nothing and no entries as the intercept', () => {
    const scores = scoresOf(model, examples)
    for (let row = 0; row < 50; row++) assert.equal(model.score(...rowOf(examples, row)), scores[row])
    assert.equal(model.score(new Uint32Array(0), new Float64Array(0)), model.intercept)
    scoresOf(model, {
      ...examples,
      rowCount: 0,
      starts: Uint32Array.of(0),
      indices: new Uint32Array(0),
      values: new Float64Array(0),
    })
  })

  it('refuses entries that do not fit', () => {
    refuses('SHAPE_MISMATCH', () => model.score(Uint32Array.of(USERS + ITEMS), Float64Array.of(1)))
    refuses('NOT_FINITE', () => model.score(Uint32Array.of(1), Float64Array.of(Number.NaN)))
    refuses('SHAPE_MISMATCH', () => scoresOf(model, { ...examples, featureCount: 3 }))
    refuses('SHAPE_MISMATCH', () => model.scoreRows(examples, new Float64Array(1)))
    refuses('SHAPE_MISMATCH', () => model.explain(Uint32Array.of(1), Float64Array.of(1, 2)))
  })
}

function describeFits({ fit, fieldCount }: Subject): void {
  it('steps down the slope of the logistic loss, as differences of the loss have it', () => {
    const indices = Uint32Array.of(3, 7, USERS + 5)
    const values = Float64Array.of(1, -0.5, 2)
    const label = 0.3
    const example: SparseExamples = {
      rowCount: 1,
      featureCount: USERS + ITEMS,
      starts: Uint32Array.of(0, 3),
      indices,
      values,
      labels: Float64Array.of(label),
    }
    const options = { epochs: 1, factorCount: 4, l2: 0, linearL2: 0, initialDeviation: 0.5 }
    const before = fit(example, { ...options, learningRate: 1e-30 })
    const after = readWeights(fit(example, { ...options, learningRate: 0.1 }))
    const weights = readWeights(before)
    const lossAt = (): number => {
      const score = scoreOfWeights(weights, fieldCount, indices, values)
      return Math.log1p(Math.exp(score)) - label * score
    }
    for (const name of ['linear', 'factors'] as const) {
      for (let place = 0; place < weights[name].length; place++) {
        const slope = slopeOf(weights[name], place, lossAt)
        const step = (after[name][place] ?? 0) - (weights[name][place] ?? 0)
        assert.ok(Math.abs(step + (0.1 * slope) / Math.sqrt(1 + slope * slope)) < 1e-5, `${name} ${place}`)
      }
    }
  })

  it('learns tastes that no sum over single features can hold', () => {
    const [train, validation, test] = [tasteExamples(6_000, 2), tasteExamples(1_000, 3), tasteExamples(2_000, 4)]
    const model = fit(train, { validation, factorCount: 8, learningRate: 0.2 })
    const logistic = fitSparseLogisticRegression(train)
    assert.ok(meanLogLoss(model, test) < 0.55, `${meanLogLoss(model, test)}`)
    assert.ok(meanLogLoss(logistic, test) > 0.66)
  })

  it('stops when the validation loss has stopped to fall, with the weights of the best pass', () => {
    const [train, validation] = [tasteExamples(400, 5), tasteExamples(400, 6)]
    const options = { factorCount: 8, learningRate: 0.3, seed: 7, initialDeviation: 0.3 }
    const stopped = fit(train, { ...options, validation, patience: 3, epochs: 80 })
    const losses = [...stopped.validationLosses]
    assert.ok(losses.length < 80)
    assert.equal(losses.indexOf(Math.min(...losses)) + 1, stopped.epochs)
    assert.equal(losses.length, stopped.epochs + 3)
    assert.ok(Math.abs(meanLogLoss(stopped, validation) - Math.min(...losses)) < 1e-9)
    const straight = fit(train, { ...options, epochs: stopped.epochs })
    assert.deepEqual(scoresOf(straight, train), scoresOf(stopped, train))
  })

  it('fits the same bytes twice with one seed, others with another, and leaves its input alone', () => {
    const examples = { ...tasteExamples(300, 8), weights: new Float64Array(300).fill(2) }
    const copy = structuredClone(examples)
    assert.deepEqual(fit(copy, { seed: 1 }).save(), fit(copy, { seed: 1 }).save())
    assert.notDeepEqual(fit(copy, { seed: 1 }).save(), fit(copy, { seed: 2 }).save())
    assert.deepEqual(copy, examples)
  })

  it('lets a feature that training never met add nothing', () => {
    const examples = tasteExamples(300, 8)
    const without = { ...examples, indices: examples.indices.map((index) => (index === 3 ? 4 : index)) }
    const model = fit(without, { factorCount: 4, initialDeviation: 0.5 })
    const [user, item] = [Uint32Array.of(3, USERS + 2), Uint32Array.of(USERS + 2)]
    assert.equal(model.score(user, Float64Array.of(1, 1)), model.score(item, Float64Array.of(1)))
  })

  it('refuses what it cannot learn from', () => {
    const examples = tasteExamples(50, 9)
    for (const options of [{ factorCount: 6 }, { epochs: 0 }, { learningRate: 0 }, { l2: -1 }, { patience: 0.5 }]) {
      refuses('INVALID_ARGUMENT', () => fit(examples, options))
    }
    refuses('ONE_CLASS_ONLY', () => fit({ ...examples, labels: new Float64Array(50) }))
    refuses('OUT_OF_RANGE', () => fit({ ...examples, labels: examples.labels.with(0, 2) }))
    refuses('NO_TRAINING_DATA', () => fit({ ...examples, rowCount: 0 }))
    refuses('SHAPE_MISMATCH', () => fit(examples, { validation: { ...examples, featureCount: 100 } }))
    refuses('NOT_FINITE', () => fit({ ...examples, values: examples.values.map(() => 1e30) }))
  })
}

function describeFiles({ fit, load }: Subject): void {
  const examples = tasteExamples(200, 10)
  const model = fit(examples, { validation: examples, epochs: 4 })
  const saved = model.save()

  it('comes back from its bytes with the same bytes, scores and history', () => {
    const loaded = load(saved)
    assert.deepEqual(loaded.save(), saved)
    assert.deepEqual(scoresOf(loaded, examples), scoresOf(model, examples))
    assert.equal(loaded.epochs, model.epochs)
    assert.deepEqual(loaded.validationLosses, model.validationLosses)
  })

  it('keeps its scores to about 2^-10 in half precision, in fewer bytes, and comes back from them', () => {
    const half = model.inHalves()
    const [wanted, got] = [scoresOf(model, examples), scoresOf(half, examples)]
    const largest = Math.max(...Array.from(wanted, Math.abs))
    wanted.forEach((score, row) => {
      assert.ok(Math.abs(score - (got[row] ?? Number.NaN)) <= largest * 2 ** -9)
    })
    assert.ok(half.save().length < 0.8 * saved.length)
    const loaded = load(half.save())
    assert.deepEqual(loaded.save(), half.save())
    assert.deepEqual(scoresOf(loaded, examples), got)
    assert.deepEqual(half.inHalves().save(), half.save())
  })

  it('refuses changed bytes, another kind and a layout from the future', () => {
    refuses('MODEL_CORRUPT', () => load(saved.with(-1, (saved.at(-1) ?? 0) ^ 1)))
    refuses('MODEL_MISMATCH', () => load(writeModelFile('another-kind', 1, new Uint8Array(8))))
    refuses('MODEL_MISMATCH', () => load(writeModelFile(model.kind, 99, new Uint8Array(8))))
  })
}

describe('fields', () => {
  it('are refused when they are too few or not below their number', () => {
    const examples = tasteExamples(50, 9)
    const { fields } = FIELDS
    refuses('SHAPE_MISMATCH', () => fitFieldAwareMachine(examples, { fieldCount: 2, fields: fields.slice(1) }))
    refuses('OUT_OF_RANGE', () => fitFieldAwareMachine(examples, { fieldCount: 1, fields }))
    refuses('OUT_OF_RANGE', () => fitFieldAwareMachine(examples, { fieldCount: 0, fields }))
  })
})

describe('factor machines on clicks on apps', () => {
  const frappe = readFrappe(fileURLToPath(new URL('../../../../shared/data/frappe-ctr', import.meta.url)))
  const absent = frappe ? false : 'Frappe (../shared/data/frappe-ctr) is not there'

  it('lose less than logistic regression, the field-aware one least', { skip: absent }, () => {
    assert.ok(frappe)
    const order = randomFrom(1, 'frappe').shuffle(Uint32Array.from({ length: frappe.rowCount }, (_, row) => row))
    const part = (from: number, to: number) => frappeRows(frappe, order.slice(from, to))
    const [train, validation, test] = [part(0, 24_000), part(24_000, 28_000), part(28_000, 36_000)]
    const options = { validation, learningRate: 0.2, l2: 0.02, initialDeviation: 0.2, factorCount: 16 }
    const losses = [
      fitFieldAwareMachine(train, frappe, options),
      fitFactorisationMachine(train, options),
      fitSparseLogisticRegression(train, { l2: 0.5 }),
    ].map((model) => meanLogLoss(model, test))
    assert.deepEqual(
      losses,
      losses.toSorted((a, b) => a - b),
      `${losses}`,
    )
  })
})

/** A user likes an item when both or neither are even: single features say nothing. A third of the labels is chance. */
function tasteExamples(rowCount: number, seed: number): SparseExamples {
  const random = randomFrom(seed, 'taste')
  const indices = new Uint32Array(2 * rowCount)
  const labels = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const [user, item] = [random.integer(USERS), random.integer(ITEMS)]
    indices.set([user, USERS + item], 2 * row)
    const likes = (user + item) % 2 === 0
    labels[row] = random.uniform() < 1 / 3 ? random.integer(2) : Number(likes)
  }
  return {
    rowCount,
    featureCount: USERS + ITEMS,
    starts: Uint32Array.from({ length: rowCount + 1 }, (_, row) => 2 * row),
    indices,
    values: new Float64Array(2 * rowCount).fill(1),
    labels,
  }
}

interface Weights {
  readonly linear: Float64Array
  readonly factors: Float64Array
}

function readWeights(model: FactorMachine): Weights {
  const { linear, factors } = readFactorFile(model.kind, model.save())
  return { linear: Float64Array.from(linear), factors: Float64Array.from(factors) }
}

function scoreByDefinition(model: FactorMachine, fieldCount: number) {
  const weights = readWeights(model)
  return (indices: Uint32Array, values: Float64Array) => scoreOfWeights(weights, fieldCount, indices, values)
}

/** Equation 1 of Rendle, and equation 4 of Juan et al. with linear terms: every pair, factor by factor. */
function scoreOfWeights(
  { linear, factors }: Weights,
  fieldCount: number,
  indices: Uint32Array,
  values: Float64Array,
): number {
  const factorCount = factors.length / (linear.length - 1) / fieldCount
  const vector = (feature: number, other: number): Float64Array => {
    const field = fieldCount === 1 ? 0 : (FIELDS.fields[other] ?? 0)
    const start = (feature * fieldCount + field) * factorCount
    return factors.subarray(start, start + factorCount)
  }
  let score = linear.at(-1) ?? 0
  indices.forEach((first, i) => {
    score += (linear[first] ?? 0) * (values[i] ?? 0)
    indices.forEach((second, j) => {
      if (j <= i) return
      const other = vector(second, first)
      const dot = vector(first, second).reduce((sum, factor, at) => sum + factor * (other[at] ?? 0), 0)
      score += dot * (values[i] ?? 0) * (values[j] ?? 0)
    })
  })
  return score
}

/** By central difference. */
function slopeOf(weights: Float64Array, place: number, lossAt: () => number): number {
  const weight = weights[place] ?? 0
  const [above, below] = [1e-5, -1e-5].map((shift) => {
    weights[place] = weight + shift
    return lossAt()
  })
  weights[place] = weight
  return ((above ?? 0) - (below ?? 0)) / 2e-5
}

function rowOf({ starts, indices, values }: SparseRows, row: number): [Uint32Array, Float64Array] {
  const [start, end] = [starts[row], starts[row + 1]]
  return [indices.slice(start, end), values.slice(start, end)]
}

interface Scorer {
  scoreRows(rows: SparseRows, out: Float64Array): void
}

function scoresOf(model: Scorer, rows: SparseRows): Float64Array {
  const out = new Float64Array(rows.rowCount)
  model.scoreRows(rows, out)
  return out
}

function meanLogLoss(model: Scorer, examples: SparseExamples): number {
  const losses = scoresOf(model, examples).map((score, row) => {
    return Math.log1p(Math.exp(-Math.abs(score))) + Math.max(score, 0) - (examples.labels[row] ?? 0) * score
  })
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length
}

function refuses(code: Parameters<typeof isSluiceError>[1], action: () => void): void {
  assert.throws(action, (error) => isSluiceError(error, code))
}
