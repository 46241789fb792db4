import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clickLikelihood } from './click-likelihood.ts'

const close = (got: number, expected: number) => assert.ok(Math.abs(got - expected) < 1e-12, `${got}, ${expected}`)

describe('the likelihood of where clicks fall', () => {
  const labels = Float64Array.of(1, 0, 0, 1, 1, 0, 0)
  const starts = Uint32Array.of(0, 3, 5, 7)

  it('is the mean logarithm of the share that clicked rows have of what their lists draw', () => {
    const draws = [3, 1, 2, 5, 15, 1, 1]
    const expected = (Math.log(3 / 6) + Math.log(5 / 20) + Math.log(15 / 20)) / 3
    close(clickLikelihood({ labels, starts })(Float64Array.from(draws, Math.log)), expected)
  })

  it('does not hang on the level of a list, however high', () => {
    const scores = Float64Array.of(1, 2, 3, 4, 5, 6, 7)
    const higher = scores.map((score, row) => (row < 3 ? score + 2000 : score))
    const likelihood = clickLikelihood({ labels, starts })
    close(likelihood(higher), likelihood(scores))
  })

  it('is 0 where nothing was clicked', () => {
    assert.equal(clickLikelihood({ labels: labels.map(() => 0), starts })(new Float64Array(7)), 0)
  })
})
