import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError, randomFrom } from '../../foundation/index.ts'
import { SingleTable } from '../compression/single-table.ts'
import type { SparseExamples } from '../sparse-rows.ts'
import type { FactorMachine } from './factor-machine.ts'
import {
  fitFactorisationMachine,
  fitFieldAwareMachine,
  loadFactorisationMachine,
  loadFieldAwareMachine,
} from './fit-factor-machine.ts'
import { fitSharedRows } from './fit-shared-rows.ts'
import { expandSharedRows, sharedPlaces } from './shared-rows.ts'

const FEATURES = 60

/** A user of 40, mostly the first ones, and an item of 20; the last item never comes. */
function clicks(rowCount: number): SparseExamples {
  const random = randomFrom(4, 'shared-rows')
  const pairs = Array.from({ length: rowCount }, () => [
    Math.floor(40 * random.uniform() ** 3),
    40 + random.integer(FEATURES - 41),
  ])
  return {
    rowCount,
    featureCount: FEATURES,
    starts: Uint32Array.from({ length: rowCount + 1 }, (_, row) => 2 * row),
    indices: Uint32Array.from(pairs.flat()),
    values: new Float64Array(2 * rowCount).fill(1),
    labels: Float64Array.from(pairs, ([user = 0, item = 0]) => ((user * item) % 3 === 0 ? 1 : 0)),
  }
}

const examples = clicks(800)
const FIELDS = { fieldCount: 2, fields: Uint32Array.from({ length: FEATURES }, (_, at) => (at < 40 ? 0 : 1)) }
const plain = fitFactorisationMachine(examples, { factorCount: 8, epochs: 10 })
const aware = fitFieldAwareMachine(examples, FIELDS, { factorCount: 4, epochs: 10 })

describe('vectors as sums of shared rows', () => {
  it('are the least squares of a naive solver, features by how often they come', () => {
    const random = randomFrom(5, 'shared-rows')
    const shape = { featureCount: 12, width: 2, linear: new Float32Array(13).fill(1) }
    const vectors = Float32Array.from({ length: 24 }, () => random.normal())
    const indices = Uint32Array.from({ length: 50 }, () => random.integer(6))
    const usage = { ...examples, indices }
    const { table, seed } = fitSharedRows(vectors, shape, usage, { rowCount: 8, ways: 2, seed: 3 })
    const counts = Array.from({ length: 12 }, (_, feature) => 1 + indices.filter((index) => index === feature).length)
    const { rows, signs } = sharedPlaces(12, 8, 2, seed)
    const ridge = (1e-3 * 2 * counts.reduce((sum, count) => sum + count)) / 8
    const [matrix, sides] = [
      Array.from({ length: 8 }, () => new Array<number>(8).fill(0)),
      new Array<number>(8).fill(0),
    ]
    for (let row = 0; row < 8; row++) matrix[row]![row]! += ridge
    for (const [feature, count] of counts.entries()) {
      for (const left of [2 * feature, 2 * feature + 1]) {
        sides[rows[left]!]! += count * signs[left]! * vectors[2 * feature]!
        for (const right of [2 * feature, 2 * feature + 1]) {
          matrix[rows[left]!]![rows[right]!]! += count * signs[left]! * signs[right]!
        }
      }
    }
    solved(matrix, sides).forEach((value, row) => {
      assert.ok(Math.abs(table.values[2 * row]! - value) < 1e-5, `row ${row}: ${table.values[2 * row]}, not ${value}`)
    })
  })

  it('are sums of different rows, with signs, and nothing for a feature that was never met', () => {
    const [ways, seed, width] = [3, 9, 2]
    const { rows, signs } = sharedPlaces(FEATURES, 12, ways, seed)
    const values = Float32Array.from({ length: 12 * width }, (_, at) => at * at)
    const linear = new Float32Array(FEATURES + 1).fill(1).fill(0, 7, 8)
    const shared = { ways, seed, table: new SingleTable(values) }
    const factors = expandSharedRows(shared, { featureCount: FEATURES, width, linear })
    for (let feature = 0; feature < FEATURES; feature++) {
      const own = rows.subarray(feature * ways, (feature + 1) * ways)
      assert.equal(new Set(own).size, ways)
      const sum = own.reduce((total, row, way) => total + signs[feature * ways + way]! * values[row * width]!, 0)
      assert.equal(factors[feature * width], feature === 7 ? 0 : sum)
    }
  })

  for (const [machine, load] of [
    [plain, loadFactorisationMachine],
    [aware, loadFieldAwareMachine],
  ] as const) {
    describe(`of a ${machine.kind}`, () => {
      it('score as before where rows are many, and further off the fewer there are, but nearer than without pairs', () => {
        assert.ok(distance(machine, machine.inSharedRows(examples, { rowCount: 240 })) < 0.02)
        const distances = [48, 32, 16].map((rowCount) =>
          distance(machine, machine.inSharedRows(examples, { rowCount })),
        )
        const [most = 1, some = 1, few = 1] = distances
        assert.ok(most < some && some < few && few < distance(machine, withoutPairs(machine)))
        assert.ok(most < 0.5 * few)
      })

      it('come back from fewer bytes, in single and in half precision', () => {
        const small = machine.inSharedRows(examples, { rowCount: 16, seed: 2 })
        for (const variant of [small, small.inHalves()]) {
          const bytes = variant.save()
          assert.ok(bytes.length < 0.7 * machine.save().length)
          const loaded = load(bytes)
          assert.deepEqual(loaded.save(), bytes)
          assert.deepEqual(scoresOf(loaded), scoresOf(variant))
        }
        assert.ok(small.inHalves().save().length < small.save().length)
      })

      it('leave a feature that training never met without a part', () => {
        const small = machine.inSharedRows(examples, { rowCount: 16 })
        const last = FEATURES - 1
        assert.equal(
          small.score(Uint32Array.of(1, last), Float64Array.of(1, 1)),
          small.score(Uint32Array.of(1), Float64Array.of(1)),
        )
      })
    })
  }

  it('are refused for what is no table, and for rows of other features', () => {
    const refuses = (code: ErrorCode, action: () => unknown) =>
      assert.throws(action, (error) => isSluiceError(error, code))
    refuses('INVALID_ARGUMENT', () => plain.inSharedRows(examples, { rowCount: 3 }))
    refuses('INVALID_ARGUMENT', () => plain.inSharedRows(examples, { rowCount: 8.5 }))
    refuses('INVALID_ARGUMENT', () => plain.inSharedRows(examples, { rowCount: 8, ways: 0 }))
    refuses('SHAPE_MISMATCH', () => plain.inSharedRows({ ...examples, featureCount: 61 }, { rowCount: 8 }))
  })
})

/** The machine by single features alone: what it says without its vectors. */
function withoutPairs(machine: FactorMachine): { scoreRows(rows: SparseExamples, out: Float64Array): void } {
  return {
    scoreRows({ rowCount, starts, indices }, out) {
      for (let row = 0; row < rowCount; row++) {
        const own = Array.from(indices.subarray(starts[row], starts[row + 1]), (index) => machine.coefficient(index))
        out[row] = own.reduce((sum, weight) => sum + weight, machine.intercept)
      }
    },
  }
}

function scoresOf(machine: { scoreRows(rows: SparseExamples, out: Float64Array): void }): Float64Array {
  const scores = new Float64Array(examples.rowCount)
  machine.scoreRows(examples, scores)
  return scores
}

/** Root mean square difference of scores, as a share of those of the first. */
function distance(first: Parameters<typeof scoresOf>[0], second: Parameters<typeof scoresOf>[0]): number {
  const [left, right] = [scoresOf(first), scoresOf(second)]
  const size = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  return size(left.map((value, row) => value - right[row]!)) / size(left)
}

/** By elimination. */
function solved(matrix: readonly number[][], sides: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, sides[index]!])
  for (const [pivot, row] of rows.entries()) {
    for (const [index, other] of rows.entries()) {
      if (index === pivot) continue
      const factor = other[pivot]! / row[pivot]!
      row.forEach((value, column) => {
        other[column]! -= factor * value
      })
    }
  }
  return rows.map((row, index) => row.at(-1)! / row[index]!)
}
