import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BoundedMap } from './bounded-map.ts'

describe('a bounded map', () => {
  it('forgets what was set longest ago, and holds no more than its size', () => {
    const map = new BoundedMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.set('a', 3)
    map.set('c', 4)
    assert.deepEqual([map.get('a'), map.get('b'), map.get('c')], [3, undefined, 4])
    assert.deepEqual([...map.values()], [3, 4])
  })
})
