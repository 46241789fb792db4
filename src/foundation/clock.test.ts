import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { manualClock } from './clock.ts'

describe('a manual clock', () => {
  it('stands still until it is moved, forwards or to any time', () => {
    const clock = manualClock(1_000)
    assert.deepEqual([clock(), clock()], [1_000, 1_000])
    clock.advance(5)
    assert.equal(clock(), 1_005)
    clock.set(10)
    assert.equal(clock(), 10)
  })

  it('is apart from every other', () => {
    const [one, other] = [manualClock(0), manualClock(0)]
    one.advance(1)
    assert.equal(other(), 0)
  })
})
