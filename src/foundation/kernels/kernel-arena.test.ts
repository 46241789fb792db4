import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../sluice-error.ts'
import { openKernels } from './kernels.ts'

describe('the arena of the kernels', () => {
  it('hands out zeroed arrays that start on a cache line and do not overlap', () => {
    const { arena } = openKernels()
    const bytes = arena.int8s(3).fill(1)
    const numbers = arena.float64s(5)
    assert.equal(numbers.byteOffset % 64, 0)
    assert.ok(numbers.byteOffset >= bytes.byteOffset + bytes.byteLength)
    assert.deepEqual(Array.from(numbers), [0, 0, 0, 0, 0])
  })

  it('keeps what it handed out readable when the memory grows', () => {
    const { arena } = openKernels()
    const before = arena.uint32s(4).fill(7)
    arena.float64s(100_000)
    assert.deepEqual(Array.from(before), [7, 7, 7, 7])
    assert.equal(arena.offsetOf(before), before.byteOffset)
  })

  it('takes back all since a mark and hands it out again as zeros', () => {
    const { arena } = openKernels()
    const mark = arena.mark()
    const used = arena.int16s(10).fill(3)
    arena.release(mark)
    assert.equal(arena.usedBytes, 0)
    const again = arena.int16s(10)
    assert.equal(again.byteOffset, used.byteOffset)
    assert.deepEqual(Array.from(again), new Array(10).fill(0))
  })

  it('refuses to grow beyond its limit', () => {
    const { arena } = openKernels({ maximumBytes: 1 << 20 })
    assert.throws(
      () => arena.float64s(1 << 18),
      (error) => isSluiceError(error, 'LIMIT_EXCEEDED'),
    )
  })

  it('takes a view of another memory for a fault of the caller', () => {
    assert.throws(() => openKernels().arena.offsetOf(new Float32Array(1)), /own arena/)
  })
})
