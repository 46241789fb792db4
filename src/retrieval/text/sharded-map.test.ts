import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ShardedMap } from './sharded-map.ts'

describe('a map in several', () => {
  it('holds what one map holds, whatever is set and deleted', () => {
    const key = fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', 'é', '1') })
    const change = fc.record({ key, isDeleted: fc.boolean(), value: fc.nat(9) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const own = new ShardedMap<number>()
        const model = new Map<string, number>()
        for (const { key: name, isDeleted, value } of changes) {
          if (isDeleted) assert.equal(own.delete(name), model.delete(name))
          else {
            own.set(name, value)
            model.set(name, value)
          }
          assert.equal(own.size, model.size)
        }
        for (const { key: name } of changes) {
          assert.equal(own.get(name), model.get(name))
          assert.equal(own.has(name), model.has(name))
        }
      }),
      { seed: 8, numRuns: 300 },
    )
  })
})
