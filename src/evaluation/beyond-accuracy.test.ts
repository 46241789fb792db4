import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { catalogueCoverage } from './catalogue-coverage.ts'
import { intraListDiversity } from './intra-list-diversity.ts'
import { longTailShare } from './long-tail-share.ts'
import { novelty } from './novelty.ts'

describe('catalogueCoverage', () => {
  it('counts an item once however often it is shown, and no place left empty', () => {
    assert.equal(catalogueCoverage(Int32Array.of(0, 2, 2, -1, 0), 4), 0.5)
    assert.equal(catalogueCoverage(new Int32Array(0), 4), 0)
  })

  it('refuses an item beyond the catalogue', () => {
    assert.throws(
      () => catalogueCoverage(Int32Array.of(4), 4),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
  })
})

describe('novelty', () => {
  it('is the mean of the bits: 1 for an item known to half, 10 for one in 1,024, the same for one known to nobody', () => {
    const knownBy = Uint32Array.of(512, 1, 0, 1024)
    assert.equal(novelty(Int32Array.of(0, 1), knownBy, 1024), 5.5)
    assert.equal(novelty(Int32Array.of(2, -1), knownBy, 1024), 10)
    assert.equal(novelty(Int32Array.of(3), knownBy, 1024), 0)
    assert.equal(novelty(Int32Array.of(-1), knownBy, 1024), Number.NaN)
  })
})

describe('longTailShare', () => {
  it('counts the places outside the fewest items that hold four fifths of the interactions', () => {
    const interactions = Uint32Array.of(5, 60, 20, 10, 5)
    assert.equal(longTailShare(Int32Array.of(1, 2, 3, 4), interactions), 0.5)
    assert.equal(longTailShare(Int32Array.of(1, 2, 3, 4), interactions, 0.85), 0.25)
    assert.equal(longTailShare(Int32Array.of(1, -1), interactions), 0)
  })
})

describe('intraListDiversity', () => {
  it('is the mean over pairs, and not defined for fewer than two items', () => {
    const distance = (first: number, second: number) => Math.abs(first - second)
    assert.equal(intraListDiversity(Int32Array.of(1, 2, 4), distance), 2)
    assert.equal(intraListDiversity(Int32Array.of(1), distance), Number.NaN)
  })
})
