import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError, randomFrom } from '../foundation/index.ts'
import { type RowExamples, type RowModel, readModelKind, writeModelFile } from '../models/index.ts'

/** A model of rows under test. */
export interface RowModelSubject {
  /** A regression answers in the units of its labels and learns from any; `classification` by default. */
  readonly task?: 'classification' | 'regression'
  fit(examples: RowExamples, seed?: number): RowModel
  load(bytes: Uint8Array): RowModel
  /** How far a probability may move when a row of weight 2 becomes two rows; 1e-6 by default. */
  readonly weightTolerance?: number
}

const ROWS = 300
const WIDTH = 5

/** The properties that every row model has, whatever it learns. Registers tests; call it at the top of a test file. */
export function describeRowModel(name: string, subject: RowModelSubject): void {
  describe(`${name} as a row model`, () => {
    describeFitting(subject)
    describeScoring(subject)
    describeResponse(subject)
    describeStoring(subject)
    describeRefusals(subject)
  })
}

/** Seeded examples with a heavy tail, a flag, a constant, missing values and labels that depend on the rows. */
export function conformanceExamples(): RowExamples {
  const random = randomFrom(7, 'row-model-conformance')
  const rows = new Float64Array(ROWS * WIDTH)
  const labels = new Float64Array(ROWS)
  for (let row = 0; row < ROWS; row++) {
    const values = [random.normal(), Math.exp(2 * random.normal()), random.integer(2), 3, 10 * random.uniform()]
    const score = (values[0] ?? 0) + 0.5 * Math.log(values[1] ?? 1) - (values[2] ?? 0)
    labels[row] = random.uniform() < 1 / (1 + Math.exp(-score)) ? 1 : 0
    if (random.uniform() < 0.2) values[0] = Number.NaN
    rows.set(values, row * WIDTH)
  }
  const weights = Float64Array.from({ length: ROWS }, () => 1 + random.integer(2))
  return { rows, rowCount: ROWS, featureCount: WIDTH, labels, weights }
}

function describeFitting(subject: RowModelSubject): void {
  const examples = conformanceExamples()

  it('fits the same model to the byte when it fits twice with one seed', () => {
    assert.deepEqual(subject.fit(examples, 3).save(), subject.fit(examples, 3).save())
  })

  it('leaves rows, labels and weights as they were', () => {
    const copy = structuredClone(examples)
    const model = subject.fit(copy)
    scoresOf(model, copy.rows)
    model.explain(rowOf(copy, 0))
    assert.deepEqual(copy, examples)
  })

  it('takes a weight of 2 as the row twice', () => {
    const weighted = probabilitiesOf(subject.fit(examples), examples.rows)
    const repeated = probabilitiesOf(subject.fit(repeatByWeight(examples)), examples.rows)
    const difference = weighted.map((probability, row) => Math.abs(probability - (repeated[row] ?? Number.NaN)))
    assert.ok(Math.max(...difference) <= (subject.weightTolerance ?? 1e-6), `moved by ${Math.max(...difference)}`)
  })

  it('learns: its loss is below that of always giving the base rate', () => {
    const responses = probabilitiesOf(subject.fit(examples), examples.rows)
    const baseRate = examples.labels.reduce((sum, label) => sum + label, 0) / ROWS
    const constant = new Float64Array(ROWS).fill(baseRate)
    const meanLoss = subject.task === 'regression' ? meanSquaredError : meanLogLoss
    assert.ok(meanLoss(responses, examples.labels) < meanLoss(constant, examples.labels) - 0.02)
  })
}

function describeScoring(subject: RowModelSubject): void {
  const examples = conformanceExamples()
  const model = subject.fit(examples)

  it('scores a batch as it scores the rows one by one, to the bit', () => {
    const single = Array.from({ length: ROWS }, (_, row) => scoresOf(model, rowOf(examples, row))[0])
    assert.deepEqual([...scoresOf(model, examples.rows)], single)
  })

  it('scores no rows as nothing', () => {
    model.scoreRows(new Float64Array(0), 0, new Float64Array(0))
  })

  it('gives a finite score when everything is missing', () => {
    assert.ok(Number.isFinite(scoresOf(model, new Float64Array(WIDTH).fill(Number.NaN))[0]))
  })

  it('explains every score: baseline and contributions sum to it within 1e-9, with missing values too', () => {
    const scores = scoresOf(model, examples.rows)
    for (let row = 0; row < ROWS; row++) {
      const { baseline, contributions } = model.explain(rowOf(examples, row))
      assert.equal(contributions.length, WIDTH)
      const sum = contributions.reduce((total, contribution) => total + contribution, baseline)
      assert.ok(Math.abs(sum - (scores[row] ?? Number.NaN)) < 1e-9)
    }
  })
}

function describeResponse(subject: RowModelSubject): void {
  const model = subject.fit(conformanceExamples())
  const scores = [-1e308, -800, -20, -1, -1e-9, 0, 1e-9, 1, 20, 800, 1e308]
  const responses = scores.map((score) => model.response(score))

  it('has a response that never decreases with the score', () => {
    assert.deepEqual(
      responses,
      responses.toSorted((a, b) => a - b),
    )
  })

  if (subject.task === 'regression') return
  it('responds in [0, 1]', () => {
    assert.ok(responses.every((response) => response >= 0 && response <= 1))
  })
}

function describeStoring(subject: RowModelSubject): void {
  const examples = conformanceExamples()
  const model = subject.fit(examples)
  const saved = model.save()

  it('comes back from its bytes with the same bytes, scores and explanations', () => {
    const loaded = subject.load(saved)
    assert.equal(loaded.kind, model.kind)
    assert.equal(loaded.featureCount, model.featureCount)
    assert.deepEqual(loaded.save(), saved)
    assert.deepEqual(scoresOf(loaded, examples.rows), scoresOf(model, examples.rows))
    assert.deepEqual(loaded.explain(rowOf(examples, 0)), model.explain(rowOf(examples, 0)))
  })

  it('refuses bytes that are cut short, changed or of something else', () => {
    refuses(['MODEL_CORRUPT'], () => subject.load(new Uint8Array(0)))
    refuses(['MODEL_CORRUPT'], () => subject.load(new TextEncoder().encode('{"not": "a model of this engine"}')))
    refuses(['MODEL_CORRUPT'], () => subject.load(saved.subarray(0, saved.length - 1)))
    const step = Math.max(1, Math.floor(saved.length / 97))
    for (let position = 0; position < saved.length; position += step) {
      const changed = saved.slice()
      changed[position] = (changed[position] ?? 0) ^ 0x41
      refuses(['MODEL_CORRUPT', 'MODEL_MISMATCH'], () => subject.load(changed))
    }
  })

  it('refuses the model of another kind, and a layout from the future', () => {
    refuses(['MODEL_MISMATCH'], () => subject.load(writeModelFile('another-kind', 1, new Uint8Array(8))))
    refuses(['MODEL_MISMATCH'], () => subject.load(writeModelFile(readModelKind(saved), 9999, new Uint8Array(8))))
  })
}

function describeRefusals(subject: RowModelSubject): void {
  const examples = conformanceExamples()
  const model = subject.fit(examples)
  const out = new Float64Array(ROWS)

  it('refuses an infinite value, in training and in scoring', () => {
    for (const infinity of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const rows = examples.rows.with(WIDTH + 1, infinity)
      refuses(['NOT_FINITE'], () => subject.fit({ ...examples, rows }))
      refuses(['NOT_FINITE'], () => model.scoreRows(rows, ROWS, out))
      refuses(['NOT_FINITE'], () => model.explain(rows.slice(WIDTH, 2 * WIDTH)))
    }
  })

  it('refuses arrays whose lengths do not fit together', () => {
    const tooFew = examples.labels.slice(1)
    refuses(['SHAPE_MISMATCH'], () => subject.fit({ ...examples, labels: tooFew }))
    refuses(['SHAPE_MISMATCH'], () => subject.fit({ ...examples, weights: tooFew }))
    refuses(['SHAPE_MISMATCH'], () => subject.fit({ ...examples, featureCount: WIDTH + 1 }))
    refuses(['SHAPE_MISMATCH'], () => model.scoreRows(new Float64Array(WIDTH + 1), 1, out))
    refuses(['SHAPE_MISMATCH'], () => model.scoreRows(examples.rows, ROWS, new Float64Array(1)))
    refuses(['SHAPE_MISMATCH'], () => model.explain(new Float64Array(WIDTH - 1)))
  })

  it('refuses to learn from no rows and from a negative weight', () => {
    const none = new Float64Array(0)
    refuses(['NO_TRAINING_DATA'], () => {
      subject.fit({ rows: none, rowCount: 0, featureCount: WIDTH, labels: none })
    })
    refuses(['OUT_OF_RANGE'], () => subject.fit({ ...examples, weights: new Float64Array(ROWS).fill(-1) }))
  })

  if (subject.task === 'regression') return
  it('refuses to learn from one class', () => {
    for (const label of [0, 1]) {
      const labels = new Float64Array(ROWS).fill(label)
      refuses(['ONE_CLASS_ONLY'], () => subject.fit({ ...examples, labels }))
    }
  })
}

function refuses(codes: readonly ErrorCode[], action: () => void): void {
  assert.throws(action, (error) => isSluiceError(error) && codes.includes(error.code))
}

function rowOf({ rows }: RowExamples, row: number): Float64Array {
  return rows.slice(row * WIDTH, (row + 1) * WIDTH)
}

function scoresOf(model: RowModel, rows: Float64Array): Float64Array {
  const out = new Float64Array(rows.length / WIDTH)
  model.scoreRows(rows, out.length, out)
  return out
}

function probabilitiesOf(model: RowModel, rows: Float64Array): Float64Array {
  return scoresOf(model, rows).map((score) => model.response(score))
}

function meanLogLoss(probabilities: Float64Array, labels: Float64Array): number {
  const losses = probabilities.map((probability, row) => -Math.log(labels[row] === 1 ? probability : 1 - probability))
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length
}

function meanSquaredError(responses: Float64Array, labels: Float64Array): number {
  return (
    responses.reduce((sum, response, row) => sum + (response - (labels[row] ?? Number.NaN)) ** 2, 0) / labels.length
  )
}

function repeatByWeight(examples: RowExamples): RowExamples {
  const order = Array.from(examples.labels.keys()).flatMap((row) => Array(examples.weights?.[row] ?? 1).fill(row))
  return {
    rows: Float64Array.from(order.flatMap((row) => [...rowOf(examples, row)])),
    rowCount: order.length,
    featureCount: examples.featureCount,
    labels: Float64Array.from(order, (row) => examples.labels[row] ?? Number.NaN),
  }
}
