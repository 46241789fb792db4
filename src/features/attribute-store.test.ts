import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter, isSluiceError } from '../foundation/index.ts'
import {
  boolean,
  categories,
  category,
  defineSchema,
  id,
  integer,
  number,
  ref,
  text,
  timestamp,
} from '../problem/index.ts'
import { AttributeStore } from './attribute-store.ts'

const schema = defineSchema({
  entities: {
    user: { country: category(), age: integer() },
    video: {
      title: text(),
      genres: categories(),
      seconds: number(),
      isLive: boolean(),
      publishedAt: timestamp(),
      owner: ref('user'),
      isan: id(),
      constructor: category(),
    },
  },
  events: {},
})

function bytesOf(store: AttributeStore): Uint8Array {
  const writer = new ByteWriter()
  store.save(writer)
  return writer.finish()
}

function describeVideo(store: AttributeStore, video: string, attributes: Record<string, unknown>): number {
  store.upsert({ id: '', type: 'video', at: 0, video, ...attributes })
  return store.keys('video').find(video)
}

describe('the attribute store', () => {
  it('gives back every kind of attribute as it came in', () => {
    const store = new AttributeStore(schema)
    const attributes = {
      title: 'Tides',
      genres: ['sea', 'nature'],
      seconds: 12.5,
      isLive: false,
      publishedAt: 1_700_000_000_000,
      owner: 'ada',
      isan: 'x-1',
    }
    const key = describeVideo(store, 'v', attributes)
    assert.deepEqual({ ...store.describe('video', key), genres: undefined }, { ...attributes, genres: undefined })
    assert.deepEqual(store.describe('video', key).genres, ['sea', 'nature'])
    assert.equal(store.number('video.isLive', key), 0)
    assert.equal(store.number('video.seconds', key), 12.5)
    assert.equal(store.text('video.title', key), 'Tides')
    assert.deepEqual([...store.categoryList('video.owner', key)], [store.categories.find('ada')])
  })

  it('reads what was never said, of keys named and unnamed, as missing', () => {
    const store = new AttributeStore(schema)
    describeVideo(store, 'v', {})
    const named = store.keys('video').intern('only named in an event')
    for (const key of [-1, 0, named, 1_000_000]) {
      assert.equal(store.number('video.seconds', key), Number.NaN)
      assert.equal(store.category('video.owner', key), -1)
      assert.equal(store.categoryList('video.genres', key).length, 0)
      assert.equal(store.categoryList('video.constructor', key).length, 0)
      assert.equal(store.text('video.title', key), undefined)
      assert.equal(store.isKnown('video', key), key === 0)
    }
  })

  it('replaces what is present in an upsert, and leaves what is absent or null', () => {
    const store = new AttributeStore(schema)
    describeVideo(store, 'v', { title: 'Tides', genres: ['sea'], seconds: 5 })
    const key = describeVideo(store, 'v', { title: 'Reef', genres: null, seconds: undefined })
    assert.equal(store.text('video.title', key), 'Reef')
    assert.equal(store.categoryList('video.genres', key).length, 1)
    assert.equal(store.number('video.seconds', key), 5)
    assert.equal(store.revision('video'), 2)
    assert.equal(store.describedAt('video', key), 2)
  })

  it('is not fooled by names that every object inherits', () => {
    const store = new AttributeStore(schema)
    const key = describeVideo(store, '__proto__', { owner: '__proto__', genres: ['constructor', '__proto__'] })
    assert.equal(store.describe('video', key).owner, '__proto__')
    assert.deepEqual(store.describe('video', key).genres, ['constructor', '__proto__'])
    assert.equal(store.category('video.constructor', key), -1)
    assert.ok(!store.isKnown('user', store.keys('user').find('__proto__')))
  })

  it('refuses an entity and an attribute that the schema does not have', () => {
    const store = new AttributeStore(schema)
    for (const wrong of [
      () => store.keys('__proto__'),
      () => store.number('video.constructorX', 0),
      () => store.numberReader('user.toString'),
      () => store.upsert({ id: '', type: 'channel', at: 0, channel: 'c' }),
    ]) {
      assert.throws(wrong, (error) => isSluiceError(error, 'INVALID_ARGUMENT'))
    }
  })

  it('compiles readers that say the same as asking by path', () => {
    const store = new AttributeStore(schema)
    describeVideo(store, 'a', { genres: ['x', 'y'], seconds: 3, owner: 'ada' })
    describeVideo(store, 'b', { owner: 'ben' })
    for (const key of [-1, 0, 1, 2]) {
      assert.equal(store.numberReader('video.seconds')(key), store.number('video.seconds', key))
      assert.equal(store.categoryReader('video.owner')(key), store.category('video.owner', key))
      for (const path of ['video.owner', 'video.genres']) {
        assert.deepEqual(Array.from(store.categoryListReader(path)(key)), [...store.categoryList(path, key)])
      }
    }
  })

  it('continues from its bytes as if it had never been saved', () => {
    const upsert = fc.record(
      {
        video: fc.integer({ min: 0, max: 60 }).map(String),
        title: fc.oneof(fc.string(), fc.constant('\u{1f30a} \ud800')),
        genres: fc.array(fc.constantFrom('a', 'b', '__proto__')),
        seconds: fc.double({ noNaN: true }),
        owner: fc.string(),
      },
      { requiredKeys: ['video'] },
    )
    fc.assert(
      fc.property(fc.array(upsert, { maxLength: 60 }), fc.nat(60), (upserts, cut) => {
        const whole = new AttributeStore(schema)
        let interrupted = new AttributeStore(schema)
        for (const [index, attributes] of upserts.entries()) {
          if (index === cut) {
            const copy = new AttributeStore(schema)
            copy.load(new ByteReader(bytesOf(interrupted), 'DIRECTORY_CORRUPT'))
            interrupted = copy
          }
          for (const store of [whole, interrupted]) store.upsert({ id: '', type: 'video', at: 0, ...attributes })
        }
        assert.deepEqual(bytesOf(interrupted), bytesOf(whole))
      }),
      { seed: 4, numRuns: 300 },
    )
  })
})
