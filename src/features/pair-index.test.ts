import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter } from '../foundation/index.ts'
import { PairIndex } from './pair-index.ts'

const LARGEST = 2 ** 31 - 1

function bytesOf(pairs: PairIndex): Uint8Array {
  const writer = new ByteWriter()
  pairs.save(writer)
  return writer.finish()
}

describe('a pair index', () => {
  it('numbers pairs in the order of their first appearance, as a map of texts would', () => {
    const key = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(LARGEST, LARGEST - 1, 2 ** 16))
    const second = fc.oneof(key, fc.constant(-1))
    fc.assert(
      fc.property(fc.array(fc.tuple(key, second), { maxLength: 200 }), fc.nat(200), (list, cut) => {
        let pairs = new PairIndex()
        const naive = new Map<string, number>()
        for (const [index, [a, b]] of list.entries()) {
          if (index === cut) {
            const copy = new PairIndex()
            copy.load(new ByteReader(bytesOf(pairs), 'DIRECTORY_CORRUPT'))
            assert.deepEqual(bytesOf(copy), bytesOf(pairs))
            pairs = copy
          }
          assert.equal(pairs.find(a, b), naive.get(`${a} ${b}`) ?? -1)
          if (!naive.has(`${a} ${b}`)) naive.set(`${a} ${b}`, naive.size)
          const number = pairs.findOrAdd(a, b)
          assert.equal(number, naive.get(`${a} ${b}`))
          assert.equal(pairs.first(number), a)
          assert.equal(pairs.second(number), b)
        }
        assert.equal(pairs.size, naive.size)
      }),
      { seed: 2, numRuns: 300 },
    )
  })

  it('holds a hundred thousand pairs of a grid', () => {
    const pairs = new PairIndex()
    for (let a = 0; a < 1000; a++) for (let b = 0; b < 100; b++) pairs.findOrAdd(a, b)
    for (let a = 0; a < 1000; a++) for (let b = 0; b < 100; b++) assert.equal(pairs.find(a, b), a * 100 + b)
    assert.equal(pairs.find(100, 100), -1)
  })
})
