import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { readColumn, writeColumn } from './number-column.ts'

describe('a column of numbers', () => {
  it('comes back to the bit, whatever the numbers', () => {
    const columns = fc.oneof(
      fc.array(fc.double()),
      fc.array(fc.float()),
      fc.array(fc.nat({ max: 2 ** 32 - 1 })),
      fc.array(fc.constantFrom(0, -0)),
      fc.array(fc.integer()),
    )
    fc.assert(
      fc.property(columns, (numbers) => {
        assert.deepEqual(readBack(Float64Array.from(numbers)), Float64Array.from(numbers))
      }),
      { seed: 9, numRuns: 300 },
    )
  })

  it('of small whole numbers takes a byte each', () => {
    assert.ok(written(new Float64Array(1000).fill(127)).length < 1020)
    assert.ok(written(new Float64Array(1000)).length < 20)
  })
})

function written(values: Float64Array): Uint8Array {
  const writer = new ByteWriter()
  writeColumn(writer, values)
  return writer.finish()
}

function readBack(values: Float64Array): Float64Array {
  return readColumn(new ByteReader(written(values), 'MODEL_CORRUPT'))
}
