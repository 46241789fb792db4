import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openKernels, randomFrom } from '../../foundation/index.ts'
import type { SparseRows } from '../sparse-rows.ts'
import { BatchSoftmax } from './batch-softmax.ts'
import { FIRST_SQUARE } from './hidden-training.ts'
import type { Tower } from './tower.ts'
import { TowerTraining } from './tower-training.ts'

const SHARPNESS = 5
const LEARNING_RATE = 0.5
const ROWS = 7

describe('the gradients of two towers', () => {
  for (const hidden of [0, 8]) {
    it(`are those of a naive loss in double precision by finite differences, with ${hidden} hidden units`, () => {
      const { moments, loss } = twoSteps(hidden)
      const naive = naiveLoss(moments[1])
      assert.ok(Math.abs(loss - naive) < 1e-4 * naive, `${loss} and ${naive}`)
      for (const side of ['users', 'items'] as const) {
        compareGradients(moments, side, (tower) => tower.embeddings)
        if (hidden === 0) continue
        compareGradients(moments, side, (tower) => tower.hidden!.inward)
        compareGradients(moments, side, (tower) => tower.hidden!.bias)
        compareGradients(moments, side, (tower) => tower.hidden!.outward)
      }
    })
  }
})

type Towers = Readonly<Record<'users' | 'items', Tower>>

const users = sparseRows(11, 1)
const items = sparseRows(9, 2)
/** Rows 2 and 5 met the same item, which takes part once in each of their sums. */
const NAMES = [0, 1, 2, 3, 4, 2, 6]
const LOG_FREQUENCIES = [-1, -3, -0.5, -2, -1, -0.5, -4]
const WEIGHTS = [1, 0.5, 1, 2, 1, 1, 0.25]

function sparseRows(featureCount: number, seed: number): SparseRows {
  const random = randomFrom(seed, 'rows')
  const indices: number[] = []
  const starts = [0]
  for (let row = 0; row < ROWS; row++) {
    // A feature may stand in a row twice.
    for (let entry = 0; entry < 2 + random.integer(4); entry++) indices.push(random.integer(featureCount))
    starts.push(indices.length)
  }
  const values = Float64Array.from(indices, () => Math.fround(random.normal()))
  return { rowCount: ROWS, featureCount, starts: Uint32Array.from(starts), indices: Uint32Array.from(indices), values }
}

/** The towers before, between and after two steps, and the loss of the second. */
function twoSteps(hidden: number): { moments: readonly [Towers, Towers, Towers]; loss: number } {
  const kernels = openKernels()
  const shape = { dimensions: 4, hidden, capacity: 8 }
  const train = (rows: SparseRows, seed: number): TowerTraining => {
    const occurs = new Uint8Array(rows.featureCount).fill(1)
    const tower = new TowerTraining(kernels, rows, occurs, shape, randomFrom(seed))
    for (let row = 0; row < ROWS; row++) tower.lists.put(row, row)
    return tower
  }
  const towers = { users: train(users, 3), items: train(items, 4) }
  const softmax = new BatchSoftmax(kernels, shape)
  softmax.targets.items.set(NAMES)
  softmax.targets.logFrequencies.set(LOG_FREQUENCIES)
  softmax.targets.weights.set(WEIGHTS)
  const step = (): number => {
    towers.users.forwards(ROWS)
    towers.items.forwards(ROWS)
    const loss = softmax.gradients(towers.users, towers.items, ROWS, SHARPNESS)
    towers.users.backwards(ROWS, LEARNING_RATE)
    towers.items.backwards(ROWS, LEARNING_RATE)
    return loss
  }
  const moment = (): Towers => ({ users: towers.users.tower(), items: towers.items.tower() })
  // The hidden layer begins as nothing, where some of its gradients are 0: what is compared is the second step.
  const start = moment()
  step()
  const between = moment()
  const loss = step()
  return { moments: [start, between, moment()], loss }
}

/** Compares every gradient of the second step, which follows from how far AdaGrad went, with a finite difference. */
function compareGradients(
  [start, between, end]: readonly [Towers, Towers, Towers],
  side: 'users' | 'items',
  weightsOf: (tower: Tower) => Float32Array,
): void {
  const weights = weightsOf(between[side])
  weights.forEach((weight, index) => {
    const square = FIRST_SQUARE + gradientOf(weightsOf(start[side])[index]! - weight, FIRST_SQUARE) ** 2
    const gradient = gradientOf(weight - weightsOf(end[side])[index]!, square)
    const lossAt = (value: number): number => {
      // Beside the single precision of the weights, so that the difference may be small.
      const moved = Object.assign(Array.from(weights), { [index]: value }) as unknown as Float32Array
      const tower = replaced(between[side], weights, moved)
      return naiveLoss({ ...between, [side]: tower })
    }
    const expected = (lossAt(weight + 1e-5) - lossAt(weight - 1e-5)) / 2e-5
    assert.ok(Math.abs(gradient - expected) < 2e-3 * Math.max(1, Math.abs(expected)), `${gradient} and ${expected}`)
  })
}

/** AdaGrad moves by rate * g / sqrt(squares + g^2). */
function gradientOf(moved: number, squares: number): number {
  const share = moved / LEARNING_RATE
  return share * Math.sqrt(squares / (1 - share * share))
}

function replaced(tower: Tower, old: Float32Array, weights: Float32Array): Tower {
  if (tower.embeddings === old) return { ...tower, embeddings: weights }
  const hidden = { ...tower.hidden! }
  for (const name of ['inward', 'bias', 'outward'] as const) if (hidden[name] === old) hidden[name] = weights
  return { ...tower, hidden }
}

function naiveLoss(towers: Towers): number {
  const people = naiveVectors(towers.users, users)
  const things = naiveVectors(towers.items, items)
  let loss = 0
  for (let row = 0; row < ROWS; row++) {
    let sum = 0
    let own = 0
    for (let column = 0; column < ROWS; column++) {
      if (column !== row && NAMES[column] === NAMES[row]) continue
      const similarity = people[row]!.reduce((dot, value, d) => dot + value * things[column]![d]!, 0)
      const exponential = Math.exp(SHARPNESS * similarity - LOG_FREQUENCIES[column]!)
      sum += exponential
      if (column === row) own = exponential
    }
    loss -= WEIGHTS[row]! * Math.log(own / sum)
  }
  return loss
}

function naiveVectors({ dimensions, embeddings, hidden }: Tower, rows: SparseRows): number[][] {
  return Array.from({ length: rows.rowCount }, (_, row) => {
    const sums = new Array<number>(dimensions).fill(0)
    for (let entry = rows.starts[row]!; entry < rows.starts[row + 1]!; entry++) {
      for (let d = 0; d < dimensions; d++) {
        sums[d]! += rows.values[entry]! * embeddings[rows.indices[entry]! * dimensions + d]!
      }
    }
    const vector = sums.slice()
    for (let h = 0; h < (hidden?.width ?? 0); h++) {
      let active = hidden!.bias[h]!
      for (let d = 0; d < dimensions; d++) active += sums[d]! * hidden!.inward[d * hidden!.width + h]!
      for (let d = 0; d < dimensions; d++) vector[d]! += Math.max(0, active) * hidden!.outward[h * dimensions + d]!
    }
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
    return vector.map((value) => value / length)
  })
}
