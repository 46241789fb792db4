import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter } from '../foundation/index.ts'
import { KeptPairs } from './kept-pairs.ts'

/** The rule in words of lists: a circle of names with a mark each, and a hand. */
class NaiveClock {
  readonly circle: { key: string; isSpared: boolean }[] = []
  readonly forgotten: string[] = []
  readonly #capacity: number
  #hand = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  find(key: string): number {
    return this.circle.findIndex((each) => each.key === key)
  }

  write(key: string): number {
    const known = this.circle[this.find(key)]
    if (known) known.isSpared = true
    else if (this.circle.length < this.#capacity) this.circle.push({ key, isSpared: false })
    else this.#replace(key)
    return this.find(key)
  }

  #replace(key: string): void {
    for (;;) {
      const place = this.#hand
      const candidate = this.circle[place]
      this.#hand = (this.#hand + 1) % this.#capacity
      if (candidate?.isSpared) candidate.isSpared = false
      else {
        this.forgotten.push(candidate?.key ?? '')
        this.circle[place] = { key, isSpared: false }
        return
      }
    }
  }
}

function bytesOf(pairs: KeptPairs): Uint8Array {
  const writer = new ByteWriter()
  pairs.save(writer)
  return writer.finish()
}

const step = fc.record({ first: fc.nat(9), second: fc.integer({ min: -1, max: 9 }), loads: fc.nat(30) })

describe('pairs that are kept up to a number', () => {
  it('are those that a list with a hand going round keeps, whatever is read and loaded between', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 300, size: 'max' }),
        fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(31, 32, 33, 64, 200)),
        (steps, capacity) => {
          const naive = new NaiveClock(capacity)
          const forgotten: string[] = []
          const open = () =>
            new KeptPairs(capacity, (number) => forgotten.push(`${pairs.first(number)} ${pairs.second(number)}`))
          let pairs = open()
          for (const { first, second, loads } of steps) {
            assert.equal(pairs.find(first, second), naive.find(`${first} ${second}`))
            assert.equal(pairs.findOrAdd(first, second), naive.write(`${first} ${second}`))
            assert.equal(pairs.size, naive.circle.length)
            if (loads > 0) continue
            const before = bytesOf(pairs)
            pairs = open()
            pairs.load(new ByteReader(before, 'DIRECTORY_CORRUPT'))
            assert.deepEqual(bytesOf(pairs), before)
          }
          assert.deepEqual(forgotten, naive.forgotten)
        },
      ),
      { seed: 4, numRuns: 200 },
    )
  })

  it('lose the oldest first when none is written twice, and keep one that is written once a turn', () => {
    const forgotten: number[] = []
    const pairs = new KeptPairs(3, (number) => forgotten.push(pairs.second(number)))
    for (let second = 0; second < 20; second++) {
      pairs.findOrAdd(0, second)
      pairs.findOrAdd(7, 7)
    }
    assert.deepEqual(
      forgotten,
      Array.from({ length: 18 }, (_, index) => index),
    )
    assert.ok(pairs.find(7, 7) >= 0)
  })

  it('take no more memory however many come', () => {
    const pairs = new KeptPairs(1000)
    for (let second = 0; second < 1000; second++) pairs.findOrAdd(1, second)
    const bytes = pairs.bytes()
    for (let second = 0; second < 20_000; second++) pairs.findOrAdd(2, second)
    assert.equal(pairs.bytes(), bytes)
    assert.equal(pairs.size, 1000)
  })
})
