import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Random, randomFrom } from '../random.ts'
import { type Kernels, openKernels } from './kernels.ts'

const f32 = Math.fround

describe('the product of two matrices in single precision', () => {
  it('is the sum over the depth in order, to the bit, whatever the shape and the strides', () => {
    fc.assert(
      fc.property(
        fc.record({ strips: count(4), fours: count(5), depth: count(30), isTransposed: fc.boolean(), seed: fc.nat() }),
        ({ strips, fours, depth, isTransposed, seed }) => {
          const [rows, columns] = [4 * strips, 4 * fours]
          const { arena, program } = openKernels()
          const random = randomFrom(seed)
          const a = fill(arena.float32s(rows * depth), random)
          const b = fill(arena.float32s(depth * (columns + 3)), random)
          const c = arena.float32s(rows * (columns + 1))
          const [aRow, aDepth] = isTransposed ? [1, rows] : [depth, 1]
          const [atA, atB, atC] = [a, b, c].map((view) => arena.offsetOf(view)) as [number, number, number]
          program.singleProduct(atA, aRow, aDepth, atB, columns + 3, atC, columns + 1, 0, rows, columns, depth)
          for (let row = 0; row < rows; row++) {
            for (let column = 0; column < columns; column++) {
              let sum = 0
              for (let k = 0; k < depth; k++) {
                sum = f32(sum + f32(a[row * aRow + k * aDepth]! * b[k * (columns + 3) + column]!))
              }
              assert.equal(c[row * (columns + 1) + column], sum)
            }
          }
        },
      ),
      { seed: 21 },
    )
  })
})

describe('bags of embeddings', () => {
  it('are weighted sums of vectors in the order of their entries, to the bit', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(8), { maxLength: 6 }), { maxLength: 7 }), fc.nat(), (bags, seed) => {
        const kernels = openKernels()
        const { arena, program } = kernels
        const { starts, indices, values } = placeLists(kernels, bags, seed)
        const table = fill(arena.float32s(9 * 8), randomFrom(seed, 'table'))
        const out = arena.float32s(bags.length * 8).fill(Number.NaN)
        const at = (view: ArrayBufferView): number => arena.offsetOf(view)
        program.sumBags(at(table), 8, at(starts), at(indices), at(values), 0, bags.length, at(out))
        bags.forEach((bag, row) => {
          for (let d = 0; d < 8; d++) {
            let sum = 0
            bag.forEach((feature, index) => {
              sum = f32(sum + f32(values[starts[row]! + index]! * table[feature * 8 + d]!))
            })
            assert.equal(out[row * 8 + d], sum)
          }
        })
      }),
      { seed: 22 },
    )
  })

  it('step by AdaGrad once a feature, by the sum of its gradients, to the bit', () => {
    const kernels = openKernels()
    const { arena, program } = kernels
    const random = randomFrom(3)
    // Feature 4 occurs in rows 0, 1 and 2, feature 1 in row 2.
    const { starts, indices: rows, values } = placeLists(kernels, [[0, 1, 2], [2]], 4)
    const features = arena.uint32s(2)
    features.set([4, 1])
    const table = fill(arena.float32s(5 * 4), random)
    const gradients = fill(arena.float32s(3 * 4), random)
    const squares = arena.float32s(5 * 4).fill(0.5)
    const sum = arena.float32s(4)
    const before = Float32Array.from(table)
    const at = (view: ArrayBufferView): number => arena.offsetOf(view)
    const lists = [at(features), at(starts), at(rows), at(values)] as const
    program.stepBags(at(table), at(squares), 4, ...lists, at(gradients), 0, 2, 0.1, at(sum))
    const expected = Float32Array.from(before)
    for (const [place, feature] of [4, 1].entries()) {
      for (let d = 0; d < 4; d++) {
        let gradient = 0
        for (let entry = starts[place]!; entry < starts[place + 1]!; entry++) {
          gradient = f32(gradient + f32(values[entry]! * gradients[rows[entry]! * 4 + d]!))
        }
        const square = f32(0.5 + f32(gradient * gradient))
        const step = f32(f32(f32(0.1) * gradient) / f32(Math.sqrt(square)))
        expected[feature * 4 + d] = before[feature * 4 + d]! - step
        assert.equal(squares[feature * 4 + d], square)
      }
    }
    assert.deepEqual(Array.from(table), Array.from(expected))
  })
})

describe('the softmax of a batch', () => {
  it('has the gradients of a naive one in double precision, whatever the batch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 21 }), fc.integer({ min: 1, max: 9 }), fc.nat(), (size, names, seed) => {
        const random = randomFrom(seed)
        const stride = 4 * Math.ceil(size / 4) + 4
        const { arena, program } = openKernels()
        const similarities = fill(arena.float32s(size * stride), random)
        const frequencies = fill(arena.float32s(stride), random)
        const items = arena.int32s(stride)
        for (let row = 0; row < size; row++) items[row] = random.integer(names)
        const weights = arena.float32s(stride).fill(1 / size)
        const probabilities = arena.float64s(size)
        const naive = naiveSoftmax(similarities, stride, { size, sharpness: 7, frequencies, items, weights })
        const at = (view: ArrayBufferView): number => arena.offsetOf(view)
        const columns = [at(frequencies), at(items), at(weights), at(probabilities)] as const
        program.softmaxGradients(at(similarities), stride, size, 0, size, 7, ...columns)
        for (let row = 0; row < size; row++) {
          assertClose(probabilities[row]!, naive.probabilities[row]!)
          for (let column = 0; column < size; column++) {
            assertClose(similarities[row * stride + column]!, naive.gradients[row * size + column]!)
          }
        }
      }),
      { seed: 23 },
    )
  })
})

interface NaiveBatch {
  size: number
  sharpness: number
  frequencies: Float32Array
  items: Int32Array
  weights: Float32Array
}

function naiveSoftmax(similarities: Float32Array, stride: number, batch: NaiveBatch) {
  const { size, sharpness, frequencies, items, weights } = batch
  const gradients: number[] = []
  const probabilities: number[] = []
  for (let row = 0; row < size; row++) {
    const exponentials = Array.from({ length: size }, (_, column) => {
      if (column !== row && items[column] === items[row]) return 0
      return Math.exp(sharpness * similarities[row * stride + column]! - frequencies[column]!)
    })
    const sum = exponentials.reduce((left, right) => left + right, 0)
    const shares = exponentials.map((each) => each / sum)
    probabilities.push(shares[row]!)
    gradients.push(...shares.map((share, column) => weights[row]! * sharpness * (share - (column === row ? 1 : 0))))
  }
  return { gradients, probabilities }
}

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 3e-5 * Math.max(1, Math.abs(expected)), `${actual} and ${expected}`)
}

function count(most: number): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: most })
}

function fill(view: Float32Array, random: Random): Float32Array {
  for (let index = 0; index < view.length; index++) view[index] = random.normal()
  return view
}

function placeLists({ arena }: Kernels, lists: readonly (readonly number[])[], seed: number) {
  const entries = lists.flat()
  const starts = arena.uint32s(lists.length + 1)
  lists.forEach((list, row) => {
    starts[row + 1] = starts[row]! + list.length
  })
  const indices = arena.uint32s(entries.length)
  indices.set(entries)
  return { starts, indices, values: fill(arena.float32s(entries.length), randomFrom(seed, 'values')) }
}
