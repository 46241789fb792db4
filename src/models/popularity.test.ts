import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fitPopularity } from './popularity.ts'

describe('popularity', () => {
  it('scores every item by the sum of its weights, repeats included, whoever asks', () => {
    const model = fitPopularity({
      userCount: 2,
      itemCount: 4,
      starts: Uint32Array.of(0, 3, 5),
      items: Int32Array.of(0, 2, 2, 2, 3),
      weights: Float64Array.of(1, 0.5, 2, 1, 0),
    })
    const out = new Float64Array(4)
    model.scoreItems(Int32Array.of(3), undefined, out)
    assert.deepEqual(Array.from(out), [1, 0, 3.5, 0])
  })
})
