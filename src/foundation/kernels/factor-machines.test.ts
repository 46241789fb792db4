import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { randomFrom } from '../random.ts'
import { isSluiceError } from '../sluice-error.ts'
import {
  type FactorArrays,
  type FactorExamples,
  type FactorSquares,
  scoreFactorRows,
  trainFactorRows,
} from './factor-machines.ts'
import { type Kernels, openKernels } from './kernels.ts'
import { plainScoreFactorRows, plainTrainFactorRows } from './plain/factor-machines.ts'

const RATES = { learningRate: 0.2, linearL2: 1e-3, factorL2: 2e-3 }

interface Case {
  readonly machine: FactorArrays
  readonly squares: FactorSquares
  readonly examples: FactorExamples
  readonly order: Uint32Array
}

describe('factor machines', () => {
  it('score the sum of weights and of products of vectors', () => {
    const kernels = openKernels()
    const machine = {
      factorCount: 4,
      fieldCount: 1,
      linear: Float32Array.of(1, 2, 3, 0.5),
      factors: Float32Array.of(...[1, 2, 3, 4], ...[5, 6, 7, 8], ...[1, 0, 0, 1]),
    }
    const rows = {
      starts: Uint32Array.of(0, 2, 5, 5),
      indices: Uint32Array.of(0, 1, 0, 1, 2),
      values: Float64Array.of(1, 1, 2, 1, -1),
    }
    const out = kernels.arena.float64s(3)
    scoreFactorRows(kernels, placed(kernels, machine), placed(kernels, rows), out)
    assert.deepEqual([...out], [3.5 + 70, 0.5 + 2 + 2 - 3 + 140 - 10 - 13, 0.5])
  })

  it('score the vectors that two features have for the field of the other', () => {
    const kernels = openKernels()
    const machine = {
      factorCount: 4,
      fieldCount: 2,
      fields: Uint32Array.of(0, 1),
      linear: new Float32Array(3),
      factors: Float32Array.of(...[9, 9, 9, 9], ...[1, 2, 3, 4], ...[5, 6, 7, 8], ...[9, 9, 9, 9]),
    }
    const rows = { starts: Uint32Array.of(0, 2), indices: Uint32Array.of(1, 0), values: Float64Array.of(1, 3) }
    const out = kernels.arena.float64s(1)
    scoreFactorRows(kernels, placed(kernels, machine), placed(kernels, rows), out)
    assert.deepEqual([...out], [3 * 70])
  })

  for (const fieldCount of [1, 3]) {
    it(`score and learn as the plain ones to the bit, with ${fieldCount === 1 ? 'no' : fieldCount} fields`, () => {
      fc.assert(
        fc.property(fc.constantFrom(4, 8, 12), fc.integer(), (factorCount, seed) => {
          const plain = randomCase(factorCount, fieldCount, seed)
          const kernels = openKernels()
          const [machine, squares] = [placed(kernels, plain.machine), placed(kernels, plain.squares)]
          const [examples, { order }] = [placed(kernels, plain.examples), placed(kernels, { order: plain.order })]
          plainTrainFactorRows(plain.machine, plain.squares, plain.examples, plain.order, RATES)
          trainFactorRows(kernels, machine, squares, examples, order, RATES)
          for (const name of ['linear', 'factors'] as const) {
            assert.deepEqual([...machine[name]], [...plain.machine[name]])
            assert.deepEqual([...squares[name]], [...plain.squares[name]])
          }
          const [out, expected] = [kernels.arena.float64s(12), new Float64Array(12)]
          scoreFactorRows(kernels, machine, examples, out)
          plainScoreFactorRows(plain.machine, plain.examples, expected)
          assert.deepEqual([...out], [...expected])
        }),
        { seed: 31, numRuns: 60 },
      )
    })
  }

  it('refuse arrays that do not fit together', () => {
    const kernels = openKernels()
    const { machine, examples } = randomCase(4, 3, 1)
    const rows = placed(kernels, examples)
    const refuses = (wrong: Partial<FactorArrays>, rowCount = 12): void => {
      const out = kernels.arena.float64s(rowCount)
      assert.throws(
        () => scoreFactorRows(kernels, placed(kernels, { ...machine, ...wrong }), rows, out),
        (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
      )
    }
    refuses({ factorCount: 6 })
    refuses({ factors: machine.factors.slice(4) })
    refuses({ fields: Uint32Array.of(0) })
    refuses({}, 11)
  })
})

/** Ten features, twelve rows of up to five entries in which a feature may come twice, forty steps. */
function randomCase(factorCount: number, fieldCount: number, seed: number): Case {
  const random = randomFrom(seed, 'factors')
  const [features, rows] = [10, 12]
  const normals = (length: number) => Float32Array.from({ length }, () => random.normal() / 2)
  const starts = new Uint32Array(rows + 1)
  for (let row = 0; row < rows; row++) starts[row + 1] = starts[row]! + random.integer(6)
  const entries = starts[rows]!
  const factorLength = features * fieldCount * factorCount
  const fields = Uint32Array.from({ length: features }, () => random.integer(fieldCount))
  return {
    machine: {
      factorCount,
      fieldCount,
      ...(fieldCount === 1 ? {} : { fields }),
      linear: normals(features + 1),
      factors: normals(factorLength),
    },
    squares: { linear: new Float32Array(features + 1).fill(1), factors: new Float32Array(factorLength).fill(1) },
    examples: {
      starts,
      indices: Uint32Array.from({ length: entries }, () => random.integer(features)),
      values: Float64Array.from({ length: entries }, () => (random.integer(2) === 0 ? 1 : random.normal())),
      labels: Float64Array.from({ length: rows }, () => random.uniform()),
      weights: Float64Array.from({ length: rows }, () => 1 + random.integer(2)),
    },
    order: Uint32Array.from({ length: 40 }, () => random.integer(rows)),
  }
}

/** The same with every array copied into the arena. */
function placed<Arrays extends object>({ arena }: Kernels, arrays: Arrays): Arrays {
  const copies = Object.entries(arrays).map(([name, value]) => {
    const copy =
      value instanceof Float32Array
        ? arena.float32s(value.length)
        : value instanceof Float64Array
          ? arena.float64s(value.length)
          : value instanceof Uint32Array
            ? arena.uint32s(value.length)
            : undefined
    copy?.set(value)
    return [name, copy ?? value]
  })
  return Object.fromEntries(copies) as Arrays
}
