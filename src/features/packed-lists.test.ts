import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PackedLists } from './packed-lists.ts'

const setting = fc.record({ key: fc.nat(40), list: fc.array(fc.nat(50), { maxLength: 90 }) })

describe('lists that are packed', () => {
  it('are what a map of lists holds, however often they are set again', () => {
    fc.assert(
      fc.property(fc.array(setting, { maxLength: 400 }), (settings) => {
        const lists = new PackedLists()
        const model = new Map<number, number[]>()
        const scratch: number[] = []
        for (const { key, list } of settings) {
          lists.set(key, list)
          model.set(key, list)
        }
        for (let key = -1; key <= 41; key++) {
          assert.deepEqual(lists.read(key, scratch), model.get(key) ?? [])
          const isThere = model.get(key)?.length ? model.get(key)?.includes(7) : undefined
          assert.equal(lists.includes(key, 7), isThere)
          assert.deepEqual(lists.list(key) && [...lists.list(key)!], model.get(key))
        }
        const last = Math.max(-1, ...model.keys())
        assert.deepEqual(
          lists.all(),
          Array.from({ length: last + 1 }, (_, key) => model.get(key) ?? null),
        )
      }),
      { seed: 11, numRuns: 200 },
    )
  })

  it('give back what lists that grow leave behind', () => {
    const lists = new PackedLists()
    for (let round = 1; round <= 50; round++) {
      for (let key = 0; key < 100; key++) lists.set(key, new Array(round).fill(key))
    }
    // 5,000 numbers are held; without packing some 127,000 would lie there.
    assert.ok(lists.bytes() < 5000 * 4 * 5, `${lists.bytes()} bytes`)
  })
})
