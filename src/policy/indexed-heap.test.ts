import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { IndexedHeap } from './indexed-heap.ts'

const step = fc.record({ item: fc.nat(20), key: fc.option(fc.integer({ min: -3, max: 3 })) })

describe('an indexed heap', () => {
  it('has first what a sorted list has first, whatever is added, moved and removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const heap = new IndexedHeap()
        const naive = new Map<number, number>()
        for (const { item, key } of steps) {
          if (key === null) assert.equal(heap.remove(item), naive.delete(item))
          else {
            heap.put(item, key)
            naive.set(item, key)
          }
          const [first] = [...naive].sort(([a, keyA], [b, keyB]) => keyA - keyB || a - b)
          assert.deepEqual([heap.size, heap.first, heap.keyOf(item)], [naive.size, first?.[0], naive.get(item)])
        }
      }),
      { seed: 61, numRuns: 500 },
    )
  })
})
