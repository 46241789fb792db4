import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../../foundation/index.ts'
import { Leaders } from './leaders.ts'

/** Weights that rise by lot, some items more than others; every so often what is listed is compared with a sort. */
function follow(seed: number, items: number, writes: number, draw: (uniform: number) => number): void {
  const random = randomFrom(seed, 'leaders')
  const weights = new Float64Array(items)
  const fromTheStart = new Leaders(weights)
  for (let write = 0; write < writes; write++) {
    const item = Math.floor(random.uniform() ** 3 * items)
    const before = weights[item]!
    weights[item] = before + draw(random.uniform())
    fromTheStart.raise(item, before, weights)
    if (write % Math.ceil(writes / 5) !== 0) continue
    for (const leaders of [fromTheStart, new Leaders(weights)])
      for (const count of [1, 300, 2048]) check(leaders, weights, count)
  }
}

function check(leaders: Leaders, weights: Float64Array, count: number): void {
  const listed = leaders.list(count)
  assert.ok(listed, `${count} are always listed`)
  assert.equal(new Set(listed).size, listed.length)
  const best = (items: Iterable<number>) =>
    [...items]
      .filter((item) => weights[item]! > 0)
      .sort((a, b) => weights[b]! - weights[a]! || a - b)
      .slice(0, count)
  assert.deepEqual([...listed.subarray(0, count)], best(weights.keys()))
}

describe('the leaders of a trend', () => {
  it('are those of a sort of all weights, whenever the list was begun and however often it was cut', () => {
    follow(1, 30_000, 60_000, (uniform) => uniform)
    follow(2, 30_000, 60_000, (uniform) => 10 * uniform ** 8)
  })

  it('keep equal weights together, however many there are', () => {
    follow(3, 20_000, 40_000, () => 1)
  })

  it('say so when they cannot hold as many as are asked for', () => {
    const weights = Float64Array.from({ length: 30_000 }, (_, item) => 1 + item)
    assert.equal(new Leaders(weights).list(20_000), undefined)
    assert.equal(new Leaders(weights.slice(0, 1000)).list(20_000)?.length, 1000)
  })
})
