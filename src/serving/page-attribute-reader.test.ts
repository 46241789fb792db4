import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FeatureState } from '../features/index.ts'
import { defineSchema, text } from '../problem/index.ts'
import { PageAttributeReader } from './page-attribute-reader.ts'

const schema = defineSchema({ entities: { video: { title: text() } }, events: {} })

describe('attributes for page rules', () => {
  it('give equal titles equal numbers, whatever was read before, and another one once an item is described anew', () => {
    const state = new FeatureState(schema, [])
    const describe = (video: number, title?: string) =>
      state.apply(state.offset + 1, { id: '', type: 'video', at: 0, video: `v${video}`, ...(title ? { title } : {}) })
    const count = 3_000
    for (let video = 0; video < count; video++) describe(video, `Title ${video % 1000}`)
    describe(count)
    const reader = new PageAttributeReader(state.attributes, 'video')
    const number = (item: number): number => reader.read('video.title', item)[0] ?? -1
    for (const item of [2_999, 0, 7, 999]) {
      assert.equal(number(item), number(item % 1000))
      assert.equal(number(item), reader.valueNumber('video.title', `title ${item % 1000}`))
      assert.notEqual(number(item), number((item % 1000) + 1))
      assert.ok(Number.isSafeInteger(number(item)))
    }
    assert.deepEqual([number(count), number(-1)], [-1, -1])
    describe(7, 'TITLE  8')
    assert.equal(number(7), number(1_008))
    assert.notEqual(number(7), number(1_007))
  })
})
