import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contentHash } from '../foundation/index.ts'
import { cap } from './cap.ts'
import { deduplicate } from './deduplicate.ts'
import { diversify } from './diversify.ts'
import { requirePageRules, ruleName, rulePaths } from './page-rule.ts'
import { sponsored } from './sponsored.ts'

const rules = [
  deduplicate('video.title'),
  diversify({ by: 'video.genres', lambda: 0.7 }),
  cap({ by: 'video.creator', perPage: 2 }),
  cap({ by: 'video.genres', perPage: 9 }),
  sponsored({ slots: [3, 10], minimumDistance: 4 }),
]

describe('page rules', () => {
  it('are plain data: they survive JSON and equal rules have equal hashes', () => {
    const copy: unknown = JSON.parse(JSON.stringify(rules))
    assert.deepEqual(copy, rules)
    assert.equal(contentHash(copy), contentHash(rules))
  })

  it('have the names by which a page explains itself and list the attributes they read', () => {
    assert.deepEqual(rules.map(ruleName), [
      'deduplicate(video.title)',
      'diversify(video.genres)',
      'cap(video.creator)',
      'cap(video.genres)',
      'sponsored',
    ])
    assert.deepEqual(rulePaths(rules), ['video.title', 'video.genres', 'video.creator'])
  })

  it('carry their attribute paths in their types, so that an application can check them', () => {
    const path: 'video.title' = deduplicate('video.title').by
    assert.equal(path, 'video.title')
  })

  it('refuse parameters out of range', () => {
    const invalid = { code: 'INVALID_ARGUMENT' }
    for (const lambda of [-0.1, 1.1, Number.NaN]) {
      assert.throws(() => diversify({ by: 'video.genres', lambda }), invalid)
    }
    for (const perPage of [0, -1, 1.5, Number.POSITIVE_INFINITY]) {
      assert.throws(() => cap({ by: 'video.creator', perPage }), invalid)
    }
    for (const by of ['', 'title', 'video.', 'a b.c']) assert.throws(() => deduplicate(by), invalid)
    for (const slots of [[], [0], [1.5], [3, 3], [10, 3], [3, 6]]) {
      assert.throws(() => sponsored({ slots, minimumDistance: 4 }), invalid)
    }
    assert.throws(() => sponsored({ slots: [1], minimumDistance: 0 }), invalid)
    assert.deepEqual(sponsored({ slots: [3, 7], minimumDistance: 4 }).slots, [3, 7])
  })

  it('refuse a list with two goals, two sets of slots or one rule twice', () => {
    requirePageRules(rules)
    for (const again of [
      diversify({ by: 'video.genres', lambda: 1 }),
      sponsored({ slots: [1] }),
      cap({ by: 'video.creator', perPage: 3 }),
      deduplicate('video.title'),
    ]) {
      assert.throws(() => requirePageRules([...rules, again]), { code: 'INVALID_ARGUMENT' })
    }
  })
})
