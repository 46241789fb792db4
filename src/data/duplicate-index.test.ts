import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DuplicateIndex } from './duplicate-index.ts'

describe('the index of ids', () => {
  it('knows exactly the ids that were added, through its growth', () => {
    const ids: string[] = []
    const index = new DuplicateIndex((offset, id) => ids[offset - 1] === id)
    for (let n = 0; n < 20_000; n++) {
      const id = `e${(n * 7919) % 15_000}`
      const isNew = !ids.includes(id, Math.max(0, ids.length - 1)) && n < 15_000
      assert.equal(index.addIfNew(id, ids.length + 1), isNew)
      if (isNew) ids.push(id)
    }
    assert.equal(index.size, 15_000)
  })

  it('asks the log before it calls two ids of one fingerprint the same', () => {
    const index = new DuplicateIndex(() => false)
    assert.ok(index.addIfNew('a', 1))
    assert.ok(index.addIfNew('a', 2))
  })
})
