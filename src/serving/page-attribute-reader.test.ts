import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FeatureState } from '../features/index.ts'
import { defineSchema, text } from '../problem/index.ts'
import { PageAttributeReader } from './page-attribute-reader.ts'

const schema = defineSchema({ entities: { video: { title: text() } }, events: {} })

describe('attributes for page rules', () => {
  it('give equal titles equal numbers within a page, whatever was remembered and forgotten between pages', () => {
    const state = new FeatureState(schema, [])
    const count = 100_500
    for (let video = 0; video < count; video++) {
      const record = { id: '', type: 'video', at: 0, video: `v${video}`, title: `Title ${video % 1000}` }
      state.apply(video + 1, record)
    }
    const reader = new PageAttributeReader(state.attributes, 'video').startPage()
    const number = (item: number): number => reader.read('video.title', item)[0] ?? -1
    for (let page = 0; page < 3; page++) {
      reader.startPage()
      for (const item of [0, 7, 999]) {
        assert.equal(number(item), number(item + 1000))
        assert.equal(number(item), reader.valueNumber('video.title', `title ${item}`))
        assert.notEqual(number(item), number(item + 1))
      }
      for (let item = 0; item < count; item++) number(item)
    }
  })
})
