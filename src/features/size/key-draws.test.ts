import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Random, randomFrom } from '../../foundation/index.ts'
import { arenaEntries, expectedDistinct, keyGroups } from './key-draws.ts'

/** Draws ranks from 0 by Zipf's law, by walking along the shares. */
function drawer(count: number, skew: number): (random: Random) => number {
  const shares = Float64Array.from({ length: count }, (_, rank) => (rank + 1) ** -skew)
  const total = shares.reduce((sum, share) => sum + share, 0)
  return (random) => {
    let left = random.uniform() * total
    for (let rank = 0; rank < count; rank++) {
      left -= shares[rank]!
      if (left < 0) return rank
    }
    return count - 1
  }
}

const near = (told: number, found: number, share: number, ...about: unknown[]) =>
  assert.ok(Math.abs(told - found) <= share * found + 5, `${told} for ${found} (${JSON.stringify(about)})`)

describe('keys that events are expected to meet', () => {
  it('are as many as draws meet, alone and in pairs, however uneven', () => {
    const population = fc.record({
      count: fc.integer({ min: 1, max: 200 }),
      skew: fc.double({ min: 0, max: 1.5, noNaN: true }),
    })
    fc.assert(
      fc.property(population, population, fc.integer({ min: 0, max: 3000 }), fc.nat(1000), (a, b, draws, seed) => {
        const random = randomFrom(seed, 'draws')
        const [drawA, drawB] = [drawer(a.count, a.skew), drawer(b.count, b.skew)]
        const [keys, pairs] = [new Set<number>(), new Set<number>()]
        for (let draw = 0; draw < draws; draw++) {
          const first = drawA(random)
          keys.add(first)
          pairs.add(first * b.count + drawB(random))
        }
        near(expectedDistinct(keyGroups([a]), draws), keys.size, 0.1, a, draws)
        near(expectedDistinct(keyGroups([a, b]), draws), pairs.size, 0.1, a, b, draws)
      }),
      { seed: 3, numRuns: 40 },
    )
  })

  it('are each in exactly one group, and all shares together are one', () => {
    for (const parts of [1, 2, 3]) {
      const { keys, shares } = keyGroups(Array.from({ length: parts }, () => ({ count: 1000, skew: 0.7 })))
      assert.equal(
        keys.reduce((sum, count) => sum + count, 0),
        1000 ** parts,
      )
      near(shares.reduce((sum, share, group) => sum + share * keys[group]!, 0) * 1e6, 1e6, 1e-9)
    }
  })

  it('need the room that rings of 4, 8, 16 ... take which are left to others as keys grow', () => {
    for (const [count, skew, draws] of [
      [500, 0, 30_000],
      [2_000, 0.8, 20_000],
      [300, 1.2, 5_000],
    ] as const) {
      const random = randomFrom(1, 'rings')
      const lengths = new Int32Array(count)
      const free = new Map<number, number>()
      const draw = drawer(count, skew)
      let used = 0
      for (let index = 0; index < draws; index++) {
        const key = draw(random)
        const length = lengths[key]!++
        const isFull = length === 0 || (length >= 4 && Number.isInteger(Math.log2(length)))
        if (!isFull) continue
        const capacity = Math.max(4, length * 2)
        if ((free.get(capacity) ?? 0) > 0) free.set(capacity, free.get(capacity)! - 1)
        else used += capacity
        if (length > 0) free.set(length, (free.get(length) ?? 0) + 1)
      }
      const groups = keyGroups([{ count, skew }])
      const told = arenaEntries(groups, (group, progress) => draws * progress * groups.shares[group]!)
      near(told, used, 0.15, count, skew, draws)
    }
  })
})
