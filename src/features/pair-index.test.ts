import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter } from '../foundation/index.ts'
import { PairIndex } from './pair-index.ts'

const LARGEST = 2 ** 31 - 1

/** Numbers keys by their texts, and gives back what was released last. */
class NaiveIndex {
  readonly numbers = new Map<string, number>()
  readonly #released: number[] = []
  #next = 0

  findOrAdd(key: string): number {
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const number = this.#released.pop() ?? this.#next++
    this.numbers.set(key, number)
    return number
  }

  release(key: string): void {
    this.#released.push(this.numbers.get(key) ?? Number.NaN)
    this.numbers.delete(key)
  }
}

function bytesOf(pairs: PairIndex): Uint8Array {
  const writer = new ByteWriter()
  pairs.save(writer)
  return writer.finish()
}

function reloaded(pairs: PairIndex, width: 2 | 3): PairIndex {
  const copy = new PairIndex(width)
  copy.load(new ByteReader(bytesOf(pairs), 'DIRECTORY_CORRUPT'))
  return copy
}

const part = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom(LARGEST, LARGEST - 1, 2 ** 16))
const step = fc.record({
  first: part,
  second: fc.oneof(part, fc.constant(-1)),
  third: fc.integer({ min: 0, max: 3 }),
  does: fc.constantFrom('add', 'add', 'release', 'load'),
})

describe('a pair index', () => {
  for (const width of [2, 3] as const) {
    const parts = width === 2 ? 'two' : 'three'
    it(`numbers keys of ${parts} parts as a map of texts would, whatever is given back and loaded between`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
          let pairs = new PairIndex(width)
          const naive = new NaiveIndex()
          for (const { first, second, third, does } of steps) {
            const key = width === 2 ? `${first} ${second}` : `${first} ${second} ${third}`
            const known = naive.numbers.get(key) ?? -1
            assert.equal(pairs.find(first, second, width === 2 ? 0 : third), known)
            if (does === 'load') pairs = reloaded(pairs, width)
            else if (does === 'add') {
              const number = pairs.findOrAdd(first, second, width === 2 ? 0 : third)
              assert.equal(number, naive.findOrAdd(key))
              assert.deepEqual([pairs.first(number), pairs.second(number)], [first, second])
            } else if (known >= 0) {
              pairs.release(known)
              naive.release(key)
              assert.ok(!pairs.holds(known))
            }
            assert.equal(pairs.size, naive.numbers.size)
          }
          for (const [key, number] of naive.numbers) {
            const [first = 0, second = 0, third = 0] = key.split(' ').map(Number)
            assert.equal(pairs.find(first, second, third), number)
          }
          assert.deepEqual(bytesOf(reloaded(pairs, width)), bytesOf(pairs))
        }),
        { seed: 2, numRuns: 300 },
      )
    })
  }

  it('holds a hundred thousand pairs of a grid', () => {
    const pairs = new PairIndex()
    for (let a = 0; a < 1000; a++) for (let b = 0; b < 100; b++) pairs.findOrAdd(a, b)
    for (let a = 0; a < 1000; a++) for (let b = 0; b < 100; b++) assert.equal(pairs.find(a, b), a * 100 + b)
    assert.equal(pairs.find(100, 100), -1)
  })

  it('needs no more memory when it gives back as many pairs as come', () => {
    const pairs = new PairIndex()
    for (let number = 0; number < 1000; number++) pairs.findOrAdd(number, 0)
    const bytes = pairs.bytes()
    for (let round = 1; round < 100; round++) {
      for (let number = 0; number < 1000; number++) pairs.release(pairs.find(number, round - 1))
      for (let number = 0; number < 1000; number++) pairs.findOrAdd(number, round)
    }
    assert.equal(pairs.bytes(), bytes)
    assert.equal(pairs.limit, 1000)
  })
})
