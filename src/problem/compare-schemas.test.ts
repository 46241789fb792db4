import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareSchemas } from './compare-schemas.ts'
import { category, integer, number, ref, text } from './field.ts'
import { defineSchema } from './schema.ts'

const before = defineSchema({
  entities: { user: { country: category(), age: integer().optional() }, video: { title: text() } },
  events: {
    watch: {
      user: ref('user'),
      video: ref('video'),
      seconds: number({ min: 0, max: 10 }),
      device: category().optional(),
    },
    like: { user: ref('user') },
  },
})

describe('two schemas', () => {
  it('are compatible when nothing changed, also as they come back from JSON', () => {
    assert.deepEqual(compareSchemas(before, before), [])
    assert.deepEqual(compareSchemas(JSON.parse(JSON.stringify(before)), before), [])
  })

  it('are compatible when something was only added or allowed', () => {
    const after = defineSchema({
      entities: {
        user: { country: category(), age: integer(), city: category() },
        video: { title: text().optional() },
        shop: { name: text() },
      },
      events: {
        watch: {
          user: ref('user'),
          video: ref('video').optional(),
          seconds: number({ max: 20 }),
          device: category().optional(),
          speed: number().optional(),
        },
        like: { user: ref('user') },
        buy: { user: ref('user'), shop: ref('shop') },
      },
    })
    assert.deepEqual(compareSchemas(before, after), [])
  })

  it('differ by every fault, named with its field', () => {
    const after = defineSchema({
      entities: { user: { country: text() } },
      events: {
        watch: {
          user: ref('user').optional(),
          video: ref('user'),
          seconds: number({ min: 1, max: 9 }),
          device: text(),
          place: category(),
        },
        video: {},
      },
    })
    assert.deepEqual(compareSchemas(before, after), [
      'entity user.country: it was of kind category, now text',
      'entity user.age: it is missing now; stored records have it',
      'entity video: it is missing now; records of it are stored',
      'event watch.video: it referred to video, now to user',
      'event watch.seconds: its min rose from 0 to 1',
      'event watch.seconds: its max fell from 10 to 9',
      'event watch.device: it was of kind category, now text',
      'event watch.device: it was optional and is required now; stored records may lack it',
      'event watch.place: it is new and required; stored records lack it, so make it optional',
      'event like: it is missing now; records of it are stored',
    ])
  })

  it('do not take a name that every object has for a declared one', () => {
    const odd = defineSchema({ entities: { user: {} }, events: { constructor: { toString: text() } } })
    const without = defineSchema({ entities: { user: {} }, events: { constructor: {} } })
    assert.deepEqual(compareSchemas(odd, odd), [])
    assert.equal(compareSchemas(odd, without).length, 1)
    assert.equal(compareSchemas(odd, defineSchema({ entities: { user: {} }, events: {} })).length, 1)
  })
})
