import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openKernels, randomFrom } from '../../foundation/index.ts'

const ROWS = 300

describe('the histograms of a block of features', () => {
  const random = randomFrom(5, 'histograms')
  for (let width = 4; width <= 32; width += 4) {
    it(`are the sums of gradients and hessians by bin, for rows of ${width} bytes, gathered or not`, () => {
      const { arena, program } = openKernels()
      const bins = arena.uint8s(ROWS * width).map(() => random.integer(256))
      const placed = arena.uint8s(ROWS * width)
      placed.set(bins)
      const packed = arena.int32s(2 * ROWS)
      for (let row = 0; row < ROWS; row++) {
        packed[2 * row] = random.integer(1 << 22)
        packed[2 * row + 1] = random.integer(1 << 22) - (1 << 21)
      }
      const some = Array.from({ length: ROWS }, (_, row) => row).filter(() => random.uniform() < 0.6)
      const rows = arena.uint32s(ROWS)
      rows.set(some)
      const scratch = arena.uint8s(program.histogramScratchBytes(width))
      const histogram = arena.int32s(width * 512)
      const to = [packed.byteOffset, histogram.byteOffset] as const

      program.addLeafHistogram(placed.byteOffset, width, rows.byteOffset, some.length, ...to, scratch.byteOffset)
      assert.deepEqual([...histogram], naive(placed, packed, width, some))

      histogram.fill(0)
      program.addRowHistogram(placed.byteOffset, width, 17, 200, ...to)
      const stretch = Array.from({ length: 200 }, (_, index) => 17 + index)
      assert.deepEqual([...histogram], naive(placed, packed, width, stretch))

      if (width < 16) return
      histogram.fill(0)
      const ordered = arena.int32s(2 * ROWS)
      program.gatherPacked(packed.byteOffset, rows.byteOffset, some.length, ordered.byteOffset)
      const out = [ordered.byteOffset, histogram.byteOffset, scratch.byteOffset] as const
      program.addOrderedHistogram(placed.byteOffset, width, rows.byteOffset, some.length, ...out)
      assert.deepEqual([...histogram], naive(placed, packed, width, some))
    })
  }

  it('are taken apart and put together to the bit', () => {
    const { arena, program } = openKernels()
    const whole = arena.int32s(512).map(() => random.integer(1 << 30))
    const [a, b] = [arena.int32s(512), arena.int32s(512)]
    a.set(whole)
    b.set(whole.map((word) => word >> 3))
    program.subtractIntegers(a.byteOffset, b.byteOffset, 256)
    assert.notDeepEqual([...a], [...whole])
    program.addIntegers(a.byteOffset, b.byteOffset, 256)
    assert.deepEqual([...a], [...whole])
  })
})

/** Pairs of hessian and gradient sums, 256 a feature. */
function naive(bins: Uint8Array, packed: Int32Array, width: number, rows: readonly number[]): number[] {
  const sums = new Int32Array(width * 512)
  for (const row of rows) {
    for (let feature = 0; feature < width; feature++) {
      const at = feature * 512 + 2 * bins[row * width + feature]!
      sums[at]! += packed[2 * row]!
      sums[at + 1]! += packed[2 * row + 1]!
    }
  }
  return [...sums]
}
