import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../foundation/index.ts'
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

  it('does what a list of entries would, whatever is set and deleted', () => {
    const random = randomFrom(1)
    const map = new BoundedMap<number, number>(5)
    let list: [number, number][] = []
    for (let step = 0; step < 5_000; step++) {
      const key = random.integer(12)
      list = list.filter(([each]) => each !== key)
      if (random.uniform() < 0.3) map.delete(key)
      else {
        map.set(key, step)
        list = [...list, [key, step] as [number, number]].slice(-5)
      }
      assert.deepEqual([...map.entries()], list)
    }
  })
})
