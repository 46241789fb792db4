import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { randomFrom } from '../random.ts'
import { isSluiceError } from '../sluice-error.ts'
import { dotProducts } from './dot-products.ts'
import { openKernels } from './kernels.ts'
import { plainDotProducts } from './plain/dot-products.ts'

describe('dot products of rows with a query', () => {
  it('of small whole numbers are exact', () => {
    assert.deepEqual(computed([1, 2, 3, 4, 5, -1, 0, 1, 0, 2], [1, 10, 100, 1000, 10000]), [54321, 20099])
  })

  it('equal the plain ones to the bit, whatever the shape', () => {
    fc.assert(
      fc.property(fc.nat(13), fc.integer({ min: 1, max: 70 }), fc.integer(), (rowCount, width, seed) => {
        const random = randomFrom(seed)
        const matrix = Float32Array.from({ length: rowCount * width }, () => random.normal())
        const query = Float32Array.from({ length: width }, () => random.normal())
        const plain = new Float32Array(rowCount)
        plainDotProducts(matrix, query, plain)
        assert.deepEqual(computed(matrix, query), Array.from(plain))
      }),
      { seed: 12 },
    )
  })

  it('refuse a matrix that does not fit the query and the output', () => {
    const { arena, ...rest } = openKernels()
    const call = (): void => dotProducts({ arena, ...rest }, arena.float32s(7), arena.float32s(3), arena.float32s(2))
    assert.throws(call, (error) => isSluiceError(error, 'SHAPE_MISMATCH'))
  })
})

function computed(matrix: ArrayLike<number>, query: ArrayLike<number>): number[] {
  const kernels = openKernels()
  const [inMatrix, inQuery] = [kernels.arena.float32s(matrix.length), kernels.arena.float32s(query.length)]
  const out = kernels.arena.float32s(matrix.length / query.length)
  inMatrix.set(matrix)
  inQuery.set(query)
  dotProducts(kernels, inMatrix, inQuery, out)
  return Array.from(out)
}
