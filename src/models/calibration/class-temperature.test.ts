import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError, randomFrom } from '../../foundation/index.ts'
import { writeModelFile } from '../model-file.ts'
import { type ClassCalibrationExamples, fitClassTemperature, loadClassTemperature } from './class-temperature.ts'
import { fitTemperature } from './temperature.ts'

/** Labels drawn from the softmax of scores; the scores that a model gives are `sharpness` times those. */
function drawn(seed: number, rowCount: number, classCount: number, sharpness: number): ClassCalibrationExamples {
  const random = randomFrom(seed, 'class-temperature')
  const truth = Float64Array.from({ length: rowCount * classCount }, () => 1.5 * random.normal())
  const labels = Float64Array.from({ length: rowCount }, (_, row) => {
    const powers = truth.subarray(row * classCount, (row + 1) * classCount).map(Math.exp)
    let rest = random.uniform() * powers.reduce((sum, power) => sum + power)
    const label = powers.findIndex((power) => {
      rest -= power
      return rest < 0
    })
    return Math.max(0, label)
  })
  const weights = Float64Array.from({ length: rowCount }, () => random.integer(3))
  return { scores: truth.map((score) => sharpness * score), labels, weights, classCount }
}

/** The mean of -log of the probability of the label, by weight. */
function loss({ scores, labels, weights, classCount }: ClassCalibrationExamples, temperature: number): number {
  let [sum, total] = [0, 0]
  labels.forEach((label, row) => {
    const own = Array.from(scores.subarray(row * classCount, (row + 1) * classCount), (score) => score / temperature)
    const weight = weights?.[row] ?? 1
    sum += weight * (Math.log(own.reduce((total, score) => total + Math.exp(score), 0)) - own[label]!)
    total += weight
  })
  return sum / total
}

/** The smallest of a function with one minimum. */
function goldenSection(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2
  let [low, high] = [from, to]
  while (high - low > 1e-9) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)]
    if (f(left) < f(right)) high = right
    else low = left
  }
  return (low + high) / 2
}

describe('the temperature of several classes', () => {
  it('is what a golden-section search finds', () => {
    for (const [seed, classCount, sharpness] of [
      [1, 3, 2.5],
      [2, 5, 0.4],
      [3, 12, 1],
    ] as const) {
      const examples = drawn(seed, 300, classCount, sharpness)
      const best = goldenSection((logarithm) => loss(examples, Math.exp(logarithm)), -4, 4)
      const { temperature } = fitClassTemperature(examples)
      // A search by values alone sees half of the digits.
      assert.ok(Math.abs(Math.log(temperature) - best) < 1e-6, `${temperature}, not ${Math.exp(best)}`)
    }
  })

  it('finds what scores were sharpened by, and mends the loss', () => {
    const examples = drawn(4, 20_000, 4, 3)
    const fitted = fitClassTemperature(examples)
    assert.ok(Math.abs(fitted.temperature - 3) < 0.15, String(fitted.temperature))
    assert.ok(loss(examples, fitted.temperature) < 0.75 * loss(examples, 1))
  })

  it('is that of log-odds where there are two classes', () => {
    const { scores, labels, weights } = drawn(5, 400, 2, 2)
    const odds = labels.map((_, row) => scores[2 * row + 1]! - scores[2 * row]!)
    const ofTwo = fitTemperature({ scores: odds, labels, weights })
    const { temperature } = fitClassTemperature({ scores, labels, weights, classCount: 2 })
    assert.ok(Math.abs(temperature / ofTwo.temperature - 1) < 1e-6)
  })

  it('keeps the order of the classes, and rows of probabilities sum to 1', () => {
    const examples = drawn(6, 200, 5, 2)
    const out = new Float64Array(1000)
    fitClassTemperature(examples).probabilities(examples.scores, out)
    for (let row = 0; row < 200; row++) {
      const [before, after] = [examples.scores, out].map((all) => Array.from(all.subarray(5 * row, 5 * row + 5)))
      const order = (values: readonly number[] = []) =>
        values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!)
      assert.deepEqual(order(before), order(after))
      assert.ok(Math.abs(after!.reduce((sum, value) => sum + value) - 1) < 1e-12)
    }
  })

  it('is infinite where scores point the wrong way, and above 0 where every row is scored right', () => {
    const right = {
      scores: Float64Array.of(2, 0, 0, 0, 3, 0, 1, 0, 4),
      labels: Float64Array.of(0, 1, 2),
      classCount: 3,
    }
    const wrong = fitClassTemperature({ ...right, scores: right.scores.map((score) => -score) })
    assert.equal(wrong.temperature, Number.POSITIVE_INFINITY)
    const out = new Float64Array(3)
    wrong.probabilities(Float64Array.of(9, 0, -9), out)
    assert.deepEqual(out, new Float64Array(3).fill(1 / 3))
    const { temperature } = fitClassTemperature(right)
    assert.ok(temperature > 0.01 && temperature < 0.5)
    assert.ok(Number.isFinite(fitClassTemperature({ ...right, scores: new Float64Array(9) }).temperature))
  })

  it('comes back from its bytes', () => {
    const fitted = fitClassTemperature(drawn(7, 100, 3, 2))
    const loaded = loadClassTemperature(fitted.save())
    assert.deepEqual([loaded.temperature, loaded.classCount], [fitted.temperature, 3])
    refuses('MODEL_CORRUPT', () => loadClassTemperature(fitted.save().subarray(0, 20)))
    refuses('MODEL_MISMATCH', () => loadClassTemperature(writeModelFile('another-kind', 1, new Uint8Array(12))))
  })

  it('is refused for what it cannot be learnt from', () => {
    const examples = drawn(8, 50, 3, 1)
    refuses('NO_TRAINING_DATA', () =>
      fitClassTemperature({ scores: new Float64Array(0), labels: new Float64Array(0), classCount: 3 }),
    )
    refuses('SHAPE_MISMATCH', () => fitClassTemperature({ ...examples, classCount: 4 }))
    refuses('NOT_FINITE', () => fitClassTemperature({ ...examples, scores: examples.scores.with(4, Number.NaN) }))
    refuses('OUT_OF_RANGE', () => fitClassTemperature({ ...examples, labels: examples.labels.with(0, 3) }))
    refuses('OUT_OF_RANGE', () => fitClassTemperature({ ...examples, classCount: 1 }))
    refuses('ONE_CLASS_ONLY', () => fitClassTemperature({ ...examples, labels: new Float64Array(50).fill(2) }))
    const fitted = fitClassTemperature(examples)
    refuses('SHAPE_MISMATCH', () => fitted.probabilities(new Float64Array(4), new Float64Array(4)))
    refuses('NOT_FINITE', () => fitted.probabilities(Float64Array.of(1, Number.NaN, 2), new Float64Array(3)))
  })
})

function refuses(code: ErrorCode, action: () => unknown): void {
  assert.throws(action, (error) => isSluiceError(error, code))
}
