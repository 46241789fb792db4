import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contentHash } from '../foundation/index.ts'
import { cap } from './cap.ts'
import { deduplicate } from './deduplicate.ts'
import { determinantal } from './determinantal.ts'
import { diversify } from './diversify.ts'
import { exploration } from './exploration.ts'
import { requirePageRules, ruleName, rulePaths } from './page-rule.ts'
import { quota } from './quota.ts'
import { slidingWindow } from './sliding-window.ts'
import { sponsored } from './sponsored.ts'

const rules = [
  deduplicate('video.title'),
  diversify({ by: 'video.genres', lambda: 0.7 }),
  cap({ by: 'video.creator', perPage: 2 }),
  cap({ by: 'video.genres', perPage: 9 }),
  sponsored({ slots: [3, 10], minimumDistance: 4, notBeside: ['video.channel'] }),
  slidingWindow({ by: 'video.creator', most: 1, within: 3 }),
  quota({ by: 'video.genres', value: 'jazz', least: 2, among: 10 }),
  quota({ by: 'video.publishedAt', maxAge: '1d', least: 2 }),
  determinantal({ lambda: 0.5, weight: 2 }),
  determinantal({ by: 'video.topics', lambda: 0.5 }),
  exploration({ slots: [5] }),
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
      'slidingWindow(video.creator,1 in 3)',
      'quota(video.genres=jazz in 10)',
      'quota(video.publishedAt<=86400000ms)',
      'determinantal(vectors)',
      'determinantal(video.topics)',
      'exploration',
    ])
    assert.deepEqual(rulePaths(rules), [
      'video.title',
      'video.genres',
      'video.creator',
      'video.channel',
      'video.publishedAt',
      'video.topics',
    ])
  })

  it('carry their attribute paths in their types, so that an application can check them', () => {
    const path: 'video.title' = deduplicate('video.title').by
    assert.equal(path, 'video.title')
  })

  it('refuse parameters out of range', () => {
    const invalid = { code: 'INVALID_ARGUMENT' }
    for (const lambda of [-0.1, 1.1, Number.NaN]) {
      assert.throws(() => diversify({ by: 'video.genres', lambda }), invalid)
      assert.throws(() => determinantal({ lambda }), invalid)
    }
    for (const perPage of [0, -1, 1.5, Number.POSITIVE_INFINITY]) {
      assert.throws(() => cap({ by: 'video.creator', perPage }), invalid)
    }
    for (const weight of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => diversify({ by: 'video.genres', lambda: 0.5, weight }), invalid)
      assert.throws(() => determinantal({ lambda: 0.5, weight }), invalid)
    }
    for (const [most, within] of [
      [0, 3],
      [1, 0],
      [2, 2],
      [1.5, 3],
      [1, Number.NaN],
    ] as const) {
      assert.throws(() => slidingWindow({ by: 'video.creator', most, within }), invalid)
    }
    for (const [least, among] of [
      [0, 3],
      [4, 3],
      [1, 1.5],
      [Number.NaN, 3],
    ] as const) {
      assert.throws(() => quota({ by: 'video.genres', value: 1, least, among }), invalid)
    }
    assert.throws(() => quota({ by: 'video.genres', least: 1 } as never), invalid)
    assert.throws(() => quota({ by: 'video.genres', value: Number.NaN, least: 1 }), invalid)
    assert.throws(() => quota({ by: 'video.publishedAt', maxAge: '0d', least: 1 }), invalid)
    assert.throws(() => exploration({ slots: [3, 2] }), invalid)
    assert.throws(() => sponsored({ slots: [3], notBeside: ['creator'] }), invalid)
    assert.throws(() => sponsored({ slots: [3], notBeside: ['video.creator', 'video.creator'] }), invalid)
    for (const by of ['', 'title', 'video.', 'a b.c']) assert.throws(() => deduplicate(by), invalid)
    for (const slots of [[], [0], [1.5], [3, 3], [10, 3], [3, 6]]) {
      assert.throws(() => sponsored({ slots, minimumDistance: 4 }), invalid)
    }
    assert.throws(() => sponsored({ slots: [1], minimumDistance: 0 }), invalid)
    assert.deepEqual(sponsored({ slots: [3, 7], minimumDistance: 4 }).slots, [3, 7])
  })

  it('refuse a list with one rule twice, a slot in two rules or a quota above the page', () => {
    requirePageRules(rules)
    for (const again of [
      diversify({ by: 'video.genres', lambda: 1 }),
      sponsored({ slots: [1] }),
      cap({ by: 'video.creator', perPage: 3 }),
      deduplicate('video.title'),
    ]) {
      assert.throws(() => requirePageRules([...rules, again]), { code: 'INVALID_ARGUMENT' })
    }
    const slots = [sponsored({ slots: [3] }), exploration({ slots: [3] })]
    assert.throws(() => requirePageRules(slots), { code: 'INVALID_ARGUMENT' })
    requirePageRules(rules, 2)
    assert.throws(() => requirePageRules(rules, 1), { code: 'INVALID_ARGUMENT' })
  })
})
