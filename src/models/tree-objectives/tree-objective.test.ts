import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError, randomFrom } from '../../foundation/index.ts'
import type { TreeObjective } from '../tree-training/objective.ts'
import { type TreeObjectiveSpec, treeObjective } from './tree-objective.ts'

const ROWS = 60
const random = randomFrom(11, 'tree-objective')
const flags = Float64Array.from({ length: ROWS }, () => random.integer(2))
const shares = Float64Array.from({ length: ROWS }, () => random.uniform())
const numbers = Float64Array.from({ length: ROWS }, () => 3 * random.normal())
const counts = Float64Array.from({ length: ROWS }, () => random.integer(6))
const classes = Float64Array.from({ length: ROWS }, () => random.integer(4))
const weights = Float64Array.from({ length: ROWS }, () => random.integer(4))

type Loss = (scores: readonly number[], label: number) => number

/** The losses as a textbook has them, and how the second derivative that trees are grown by differs from the true one. */
const SUBJECTS: readonly { spec: TreeObjectiveSpec; loss: Loss; hessian: number | ((score: number) => number) }[] = [
  { spec: { kind: 'binary', labels: flags }, loss: logistic(1), hessian: 1 },
  { spec: { kind: 'binary', labels: flags, sigmoid: 0.7 }, loss: logistic(0.7), hessian: 1 },
  { spec: { kind: 'cross_entropy', labels: shares }, loss: logistic(1), hessian: 1 },
  { spec: { kind: 'regression', labels: numbers }, loss: ([s = 0], y) => (s - y) ** 2 / 2, hessian: 1 },
  { spec: { kind: 'huber', labels: numbers, delta: 1.3 }, loss: huber(1.3), hessian: () => 1 },
  { spec: { kind: 'regression_l1', labels: numbers }, loss: ([s = 0], y) => Math.abs(s - y), hessian: () => 1 },
  { spec: { kind: 'quantile', labels: numbers, share: 0.2 }, loss: pinball(0.2), hessian: () => 1 },
  { spec: { kind: 'poisson', labels: counts }, loss: ([s = 0], y) => Math.exp(s) - y * s, hessian: Math.exp(0.7) },
  { spec: { kind: 'multiclass', labels: classes, classCount: 4 }, loss: softmax, hessian: 4 / 3 },
]

describe('the derivatives of an objective', () => {
  for (const { spec, loss, hessian } of SUBJECTS) {
    it(`are those of its loss, by weight: ${spec.kind}`, () => {
      const weighted = treeObjective({ ...spec, weights })
      const { scores, gradients, hessians } = derivatives(weighted)
      for (let at = 0; at < scores.length; at++) {
        const row = at % ROWS
        const value = (shift: number): number => loss(shifted(weighted, scores, at, shift), spec.labels[row]!)
        assertNear(gradients[at]!, weights[row]! * ((value(1e-5) - value(-1e-5)) / 2e-5), 'gradient')
        const curvature = (value(1e-3) - 2 * value(0) + value(-1e-3)) / 1e-6
        const expected = typeof hessian === 'number' ? hessian * curvature : hessian(scores[at]!)
        assertNear(hessians[at]!, weights[row]! * expected, 'hessian')
      }
    })

    it(`are the same when rows are taken in ranges, and from the recipe: ${spec.kind}`, () => {
      const objective = treeObjective({ ...spec, weights })
      const whole = derivatives(objective)
      const { recipe } = objective
      assert.ok(recipe)
      const again = treeObjective(structuredClone(recipe))
      const gradients = new Float32Array(whole.scores.length)
      const hessians = new Float32Array(whole.scores.length)
      again.gradients(whole.scores, gradients, hessians, { from: 20, to: ROWS })
      again.gradients(whole.scores, gradients, hessians, { from: 0, to: 20 })
      assert.deepEqual({ gradients, hessians }, { gradients: whole.gradients, hessians: whole.hessians })
    })

    it(`balance at the start: no constant does better: ${spec.kind}`, () => {
      const objective = treeObjective({ ...spec, weights })
      const start = objective.initialScores()
      const total = (shift: number, place: number): number =>
        spec.labels.reduce((sum, label, row) => {
          const scores = Array.from(start, (score, index) => score + (index === place ? shift : 0))
          return sum + weights[row]! * loss(scores, label)
        }, 0)
      // LightGBM starts Huber from the mean, which is not its minimum.
      if (spec.kind === 'huber') return
      start.forEach((_, place) => {
        assert.ok(total(0, place) <= Math.min(total(0.03, place), total(-0.03, place)) + 1e-9)
      })
    })
  }

  it('stay finite and on the right side at the far ends of the score', () => {
    for (const spec of [
      { kind: 'binary', labels: Float64Array.of(0, 1, 0, 1) },
      { kind: 'cross_entropy', labels: Float64Array.of(0, 1, 0, 1) },
    ] as const) {
      const objective = treeObjective(spec)
      const gradients = new Float32Array(4)
      const hessians = new Float32Array(4)
      objective.gradients(Float64Array.of(800, -800, -800, 800), gradients, hessians)
      assert.deepEqual(
        Array.from(gradients, (value) => value + 0),
        [1, -1, 0, 0],
      )
      assert.deepEqual(Array.from(hessians), [0, 0, 0, 0])
    }
  })

  it('are computed by the kernel that is named, where one is', () => {
    const { kernel } = treeObjective({ kind: 'binary', labels: flags, weights, positiveWeight: 3, sigmoid: 2 })
    assert.ok(kernel)
    assert.equal(kernel.kind, 'logistic')
    assert.equal(kernel.steepness, 2)
    assert.deepEqual(Array.from(kernel.targets), Array.from(flags))
    const expected = Array.from(weights, (weight, row) => weight * (flags[row] === 1 ? 3 : 1))
    assert.deepEqual(Array.from(kernel.weights ?? []), expected)
  })
})

describe('classes that are balanced', () => {
  it('weigh the same in sum, by the number of their rows', () => {
    const labels = Float64Array.of(1, 0, 0, 0, 0)
    const { kernel } = treeObjective({ kind: 'binary', labels, balanced: true })
    assert.deepEqual(Array.from(kernel?.weights ?? []), [4, 1, 1, 1, 1])
    const flipped = treeObjective({ kind: 'binary', labels: labels.map((label) => 1 - label), balanced: true })
    assert.deepEqual(Array.from(flipped.kernel?.weights ?? []), [4, 1, 1, 1, 1])
  })

  it('of several weigh as they are told', () => {
    const options = { kind: 'multiclass', labels: Float64Array.of(0, 1, 2), classCount: 3 } as const
    const objective = treeObjective({ ...options, classWeights: [1, 2, 4] })
    const { gradients } = derivatives(objective)
    const plain = derivatives(treeObjective(options))
    assert.deepEqual(
      Array.from(gradients),
      Array.from(plain.gradients, (gradient, at) => Math.fround(gradient * [1, 2, 4][at % 3]!)),
    )
  })
})

describe('leaves at a median or a quantile', () => {
  it('take the value that leaves the least loss in their rows', () => {
    for (const { spec, loss } of SUBJECTS.filter(
      ({ spec: { kind } }) => kind === 'regression_l1' || kind === 'quantile',
    )) {
      for (const options of [spec, { ...spec, weights }]) {
        const objective = treeObjective(options)
        const { scores } = derivatives(objective)
        const rows = Int32Array.from({ length: 21 }, (_, index) => 2 * index + 1)
        const leaf = objective.renewLeaf?.(rows, scores)
        assert.ok(leaf !== undefined)
        const total = (value: number): number =>
          rows.reduce((sum, row) => {
            const weight = 'weights' in options && options.weights ? weights[row]! : 1
            return sum + weight * loss([scores[row]! + value], spec.labels[row]!)
          }, 0)
        for (const row of rows) {
          const other = spec.labels[row]! - scores[row]!
          assert.ok(total(leaf) <= total(other) + 1e-9, `${spec.kind}: ${leaf} is worse than ${other}`)
        }
      }
    }
  })
})

describe('an objective that cannot be', () => {
  const labels = Float64Array.of(0, 1, 0)
  const none = new Float64Array(0)
  const cases: readonly (readonly [ErrorCode, TreeObjectiveSpec | { kind: string }])[] = [
    ['INVALID_ARGUMENT', { kind: 'hinge' }],
    ['INVALID_ARGUMENT', { kind: 'toString' }],
    ['NO_TRAINING_DATA', { kind: 'regression', labels: none }],
    ['NO_TRAINING_DATA', { kind: 'regression', labels, weights: new Float64Array(3) }],
    ['NO_TRAINING_DATA', { kind: 'multiclass', labels, classCount: 2, classWeights: [0, 0] }],
    ['SHAPE_MISMATCH', { kind: 'regression', labels, weights: Float64Array.of(1) }],
    ['NOT_FINITE', { kind: 'regression', labels: Float64Array.of(Number.NaN) }],
    ['OUT_OF_RANGE', { kind: 'regression', labels, weights: Float64Array.of(1, -1, 1) }],
    ['ONE_CLASS_ONLY', { kind: 'binary', labels: Float64Array.of(1, 1) }],
    ['ONE_CLASS_ONLY', { kind: 'binary', labels, weights: Float64Array.of(1, 0, 1) }],
    ['OUT_OF_RANGE', { kind: 'binary', labels: Float64Array.of(0, 0.5, 1) }],
    ['OUT_OF_RANGE', { kind: 'binary', labels, sigmoid: 0 }],
    ['OUT_OF_RANGE', { kind: 'binary', labels, positiveWeight: 2, balanced: true }],
    ['OUT_OF_RANGE', { kind: 'binary', labels, positiveWeight: -2 }],
    ['OUT_OF_RANGE', { kind: 'cross_entropy', labels: Float64Array.of(0, 2) }],
    ['ONE_CLASS_ONLY', { kind: 'cross_entropy', labels: Float64Array.of(0, 0) }],
    ['OUT_OF_RANGE', { kind: 'poisson', labels: Float64Array.of(-1, 2) }],
    ['OUT_OF_RANGE', { kind: 'poisson', labels: Float64Array.of(0, 0) }],
    ['OUT_OF_RANGE', { kind: 'huber', labels, delta: 0 }],
    ['OUT_OF_RANGE', { kind: 'quantile', labels, share: 1 }],
    ['OUT_OF_RANGE', { kind: 'multiclass', labels, classCount: 1 }],
    ['OUT_OF_RANGE', { kind: 'multiclass', labels: Float64Array.of(0, 1, 2), classCount: 2 }],
    ['OUT_OF_RANGE', { kind: 'multiclass', labels, classCount: 2, classWeights: [1] }],
    ['ONE_CLASS_ONLY', { kind: 'multiclass', labels: Float64Array.of(1, 1), classCount: 3 }],
  ]
  for (const [code, spec] of cases) {
    it(`is refused with ${code}: ${JSON.stringify(spec)}`, () => {
      assert.throws(
        () => treeObjective(spec),
        (error) => isSluiceError(error, code),
      )
    })
  }

  it('is not one with labels that are all the same number', () => {
    const objective = treeObjective({ kind: 'regression', labels: Float64Array.of(4, 4, 4) })
    assert.deepEqual(Array.from(objective.initialScores()), [4])
    const gradients = new Float32Array(3).fill(1)
    objective.gradients(Float64Array.of(4, 4, 4), gradients, new Float32Array(3))
    assert.deepEqual(Array.from(gradients), [0, 0, 0])
  })
})

function derivatives(objective: TreeObjective): {
  scores: Float64Array
  gradients: Float32Array
  hessians: Float32Array
} {
  const draw = randomFrom(3, objective.text)
  const length = objective.rowCount * objective.scoresPerRow
  const scores = Float64Array.from({ length }, () => 1.5 * draw.normal())
  const [gradients, hessians] = [new Float32Array(length), new Float32Array(length)]
  objective.gradients(scores, gradients, hessians)
  return { scores, gradients, hessians }
}

/** The scores of the row of an entry, with that entry moved. */
function shifted({ rowCount, scoresPerRow }: TreeObjective, scores: Float64Array, at: number, by: number): number[] {
  return Array.from({ length: scoresPerRow }, (_, place) => {
    const other = place * rowCount + (at % rowCount)
    return scores[other]! + (other === at ? by : 0)
  })
}

function assertNear(value: number, expected: number, what: string): void {
  assert.ok(Math.abs(value - expected) <= 2e-5 * Math.max(1, Math.abs(expected)), `${what}: ${value}, ${expected}`)
}

function logistic(sigmoid: number): Loss {
  return ([score = 0], label) => {
    const probability = 1 / (1 + Math.exp(-sigmoid * score))
    return -label * Math.log(probability) - (1 - label) * Math.log(1 - probability)
  }
}

function huber(delta: number): Loss {
  return ([score = 0], label) => {
    const error = Math.abs(score - label)
    return error <= delta ? error ** 2 / 2 : delta * (error - delta / 2)
  }
}

function pinball(share: number): Loss {
  return ([score = 0], label) => (score >= label ? (1 - share) * (score - label) : share * (label - score))
}

function softmax(scores: readonly number[], label: number): number {
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[label]!
}
