import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { nearestRank, QuantileReader, QuantileSketches } from './quantile-sketches.ts'

const number = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.integer({ min: -20, max: 20 }),
  fc.double({ min: 1e-9, max: 1, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)

function saved(sketches: QuantileSketches, list: readonly number[]): Uint8Array {
  const writer = new ByteWriter()
  sketches.save(writer, list)
  return writer.finish()
}

describe('quantiles of sketches', () => {
  it('are within the relative error of the value of the same rank, however the numbers were divided', () => {
    const lists = fc.array(fc.array(number, { maxLength: 60 }), { minLength: 1, maxLength: 5 })
    const error = fc.constantFrom(0.001, 0.01, 0.1)
    fc.assert(
      fc.property(lists, fc.array(number, { maxLength: 20 }), error, fc.double({ min: 0, max: 1, noNaN: true }), check),
      { seed: 47, numRuns: 1000 },
    )

    function check(parts: number[][], alone: number[], allowed: number, q: number): void {
      const sketches = new QuantileSketches(allowed)
      const reader = new QuantileReader(sketches.buckets)
      for (let round = 0; round < 2; round++) {
        reader.reset()
        for (const part of parts) {
          const sketch = sketches.open()
          for (const value of part) sketches.add(sketch, value)
          sketches.mergeInto(reader, sketch)
          sketches.close(sketch)
        }
        for (const value of alone) reader.add(value)
        const values = [...parts.flat(), ...alone].sort((a, b) => a - b)
        const found = reader.quantile(q)
        if (values.length === 0) assert.ok(Number.isNaN(found))
        const expected = values[Math.max(1, Math.ceil(q * values.length - 1e-9)) - 1] ?? found
        // What is nearer to 0 than 1e-9 counts as 0.
        const distance = Math.max(Math.abs(expected) * allowed * (1 + 1e-9), 1e-9)
        assert.ok(!(Math.abs(found - expected) > distance), `${found} for ${expected}`)
      }
    }
  })

  it('are the same after being saved and loaded', () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 100 }), fc.array(number, { maxLength: 30 }), (before, after) => {
        const sketches = new QuantileSketches(0.01)
        sketches.close(sketches.open())
        const [other, sketch] = [sketches.open(), sketches.open()]
        sketches.add(other, 5)
        for (const value of before) sketches.add(sketch, value)
        const copy = new QuantileSketches(0.01)
        copy.load(new ByteReader(saved(sketches, [other, sketch]), 'DIRECTORY_CORRUPT'))
        for (const value of after) {
          sketches.add(sketch, value)
          copy.add(1, value)
        }
        assert.deepEqual(saved(copy, [0, 1]), saved(sketches, [other, sketch]))
      }),
      { seed: 53, numRuns: 200 },
    )
  })

  it('take memory by the range of the numbers, not by how many there are', () => {
    const sketches = new QuantileSketches(0.01)
    const sketch = sketches.open()
    for (let index = 0; index < 100_000; index++) sketches.add(sketch, 1 + (index % 10_000) / 1000)
    // 120 buckets, two words each, in a table that is at most three quarters full.
    assert.ok(saved(sketches, [sketch]).length < 2200, String(saved(sketches, [sketch]).length))
  })
})

describe('nearestRank', () => {
  it('is the smallest rank that covers the share', () => {
    assert.deepEqual(
      [0, 0.05, 0.1, 0.11, 0.5, 0.7, 0.99, 1].map((q) => nearestRank(q, 10)),
      [1, 1, 1, 2, 5, 7, 10, 10],
    )
    assert.equal(nearestRank(0.5, 1), 1)
  })
})
