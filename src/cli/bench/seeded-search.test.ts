import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededSearch } from './seeded-search.ts'

const SPACE = {
  a: { values: [1, 2, 3, 4, 5], start: 1 },
  b: { values: ['low', 'middle', 'high'], start: 'high' },
  c: { values: [0], start: 0 },
}

describe('the seeded search', () => {
  const score = async ({ a, b }: Record<string, number | string>) => -((Number(a) - 4) ** 2) + (b === 'low' ? 1 : 0)

  it('climbs to the best of a score with one summit along every option, and tries nothing twice', async () => {
    for (const seed of [1, 2, 3]) {
      const plain = async ({ a }: Record<string, number | string>) => -((Number(a) - 4) ** 2)
      const { best, trials } = await seededSearch(SPACE, plain, { trials: 100, seed })
      assert.equal(best.options.a, 4)
      assert.equal(new Set(trials.map(({ options }) => JSON.stringify(options))).size, trials.length)
    }
  })

  it('makes no more trials than it may, the first of them at the start, and keeps the best of them', async () => {
    const { best, trials } = await seededSearch(SPACE, score, { trials: 4, seed: 1 })
    assert.equal(trials.length, 4)
    assert.deepEqual(trials[0]?.options, { a: 1, b: 'high', c: 0 })
    assert.equal(best.score, Math.max(...trials.map((trial) => trial.score)))
  })

  it('makes the same trials for the same seed', async () => {
    const run = (seed: number) => seededSearch(SPACE, score, { trials: 9, seed })
    assert.deepEqual(await run(5), await run(5))
  })

  it('keeps what was tried first where another is no better, and needs nothing to choose from', async () => {
    const same = async () => 1
    assert.deepEqual((await seededSearch(SPACE, same, { trials: 9, seed: 1 })).best.options, { a: 1, b: 'high', c: 0 })
    assert.equal((await seededSearch({}, same, { trials: 9, seed: 1 })).trials.length, 1)
  })
})
