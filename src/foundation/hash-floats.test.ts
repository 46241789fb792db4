import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hashFloats } from './hash-floats.ts'
import { randomFrom } from './random.ts'

function sample(length: number): Float64Array {
  const random = randomFrom(1, 'hash-floats')
  return Float64Array.from({ length }, () => random.normal())
}

/** The values with one bit of their bytes turned. */
function flipped(values: Float64Array, bit: number): Float64Array {
  const bytes = new Uint8Array(values.slice().buffer)
  bytes[bit >> 3]! ^= 1 << (bit & 7)
  return new Float64Array(bytes.buffer)
}

describe('hashFloats', () => {
  it('is one for equal bytes, wherever they lie', () => {
    const values = sample(20)
    assert.equal(hashFloats(values.slice()), hashFloats(values))
    const wider = new Float64Array(24)
    wider.set(values, 3)
    assert.equal(hashFloats(wider.subarray(3, 23)), hashFloats(values))
    assert.match(hashFloats(values), /^[0-9a-f]{16}$/)
  })

  it('is the same in every release, as logged decisions carry it', () => {
    // Worked out by a program of its own in Python.
    assert.equal(hashFloats(Float64Array.of(1, -0, 3.5)), '1e4b9e4b1c41ded2')
    assert.equal(hashFloats(new Float64Array(0)), 'db6e264ef8f2306a')
  })

  it('tells 0 from -0, a missing value from none, and one length from another', () => {
    const some = [[], [0], [-0], [0, 0], [Number.NaN], [0, Number.NaN], [Number.NaN, 0], [1, 2], [2, 1]]
    assert.equal(new Set(some.map((values) => hashFloats(Float64Array.from(values)))).size, some.length)
  })

  it('differs when any one bit differs, and then in half of its own bits', () => {
    const values = sample(40)
    const hash = BigInt(`0x${hashFloats(values)}`)
    const seen = new Set<bigint>([hash])
    const turned = new Array<number>(64).fill(0)
    const bits = values.length * 64
    for (let bit = 0; bit < bits; bit++) {
      const other = BigInt(`0x${hashFloats(flipped(values, bit))}`)
      seen.add(other)
      for (let place = 0; place < 64; place++) turned[place]! += Number(((hash ^ other) >> BigInt(place)) & 1n)
    }
    assert.equal(seen.size, bits + 1)
    // Five standard errors of a fair coin.
    const tolerance = 5 * Math.sqrt(bits / 4)
    for (const count of turned) assert.ok(Math.abs(count - bits / 2) < tolerance, `${count} of ${bits}`)
  })

  it('has no collision among all patterns of signs, where bytes differ least', () => {
    const width = 14
    const hashes = new Set<string>()
    for (let pattern = 0; pattern < 2 ** width; pattern++) {
      hashes.add(hashFloats(Float64Array.from({ length: width }, (_, place) => ((pattern >> place) & 1 ? -1 : 1))))
    }
    assert.equal(hashes.size, 2 ** width)
  })
})
