import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SluiceError } from '../foundation/index.ts'
import {
  categories,
  category,
  defineSchema,
  integer,
  number,
  ref,
  type Schema,
  text,
  timestamp,
} from '../problem/index.ts'
import type { FeatureBuilder } from './builders/feature-builder.ts'
import { defineFeatures } from './define-features.ts'
import type { Feature } from './feature.ts'

const schema = defineSchema({
  entities: {
    user: { country: category(), birthYear: integer() },
    video: { title: text(), genres: categories(), creator: category(), publishedAt: timestamp() },
  },
  events: { watch: { user: ref('user'), video: ref('video'), device: category(), seconds: number() } },
})

type Define = (builder: FeatureBuilder<typeof schema>) => Record<string, Feature>

/** The faults that a definition from plain JavaScript is refused for. */
function faultsOf(define: (builder: Record<keyof FeatureBuilder<Schema>, (...args: unknown[]) => never>) => object) {
  try {
    defineFeatures(schema, define as unknown as Define)
  } catch (error) {
    assert.ok(error instanceof SluiceError && error.code === 'INVALID_APPLICATION', String(error))
    return error.details as string[]
  }
  return []
}

describe('defining features', () => {
  it('names a column for its feature, and for its window or value when there are several', () => {
    const { columnNames } = defineFeatures(schema, ({ count, counts, oneOf, hourOfDay }) => ({
      hour: hourOfDay(),
      recent: counts('watch', { by: 'user', windows: ['5m', '1h'] }),
      single: counts('watch', { by: 'user', windows: ['5m'] }),
      day: count('watch', { by: 'user', window: '1d' }),
      genre: oneOf('video.genres', ['sea', 'nature']),
    }))
    assert.deepEqual(columnNames, ['hour', 'recent.5m', 'recent.1h', 'single', 'day', 'genre.sea', 'genre.nature'])
  })

  it('refuses a definition with the list of all its faults, not the first alone', () => {
    const faults = faultsOf((f) => ({
      event: f.count('wach', { by: 'user', window: '1h' }),
      key: f.count('watch', { by: 'viewer', window: '1h' }),
      ownCategory: f.count('watch', { by: 'device', window: '1h' }),
      keyAttribute: f.count('watch', { by: ['user', 'video.genres'], window: '1h' }),
      both: f.count('watch', { by: 'video.maker', window: '1h', where: { minutes: { min: 1 } } }),
      window: f.count('watch', { by: 'user', window: '1 hour' }),
      windows: f.counts('watch', { by: 'user', windows: [] }),
      nothing: f.count('wach'),
      value: f.sum('watch', 'video', { by: 'user', window: '1h' }),
      attribute: f.attribute('video.title'),
      entity: f.attribute('channel.name'),
      noPath: f.attribute(),
      prior: f.ratio(f.hourOfDay(), f.hourOfDay(), { prior: [1, 0] }),
      wide: f.ratio(f.counts('watch', { by: 'user', windows: ['1h', '2h'] }), f.hourOfDay(), { prior: [1, 1] }),
      range: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '1h', where: { user: { min: 1 } } }),
      of: f.recentShare('watch', { by: 'user', of: 'videos', path: 'video.genres', length: 5 }),
      length: f.recentShare('watch', { by: 'user', of: 'video', path: 'video.genres', length: 1.5 }),
      closeness: f.closeness('watch', { by: 'user', of: 'video', length: 101, shrinkage: -1 }),
      trend: f.trend('watch', { of: 'video', by: 'user.county', halfLife: '1h' }),
      since: f.sinceLast('watch', { by: ['user', 'video', 'user'] }),
      empty: f.oneOf('video.genres', []),
    }))
    const names = new Set(faults.map((fault) => fault.split(':')[0]))
    assert.deepEqual(
      [...names],
      [
        'event',
        'key',
        'ownCategory',
        'keyAttribute',
        'both',
        'window',
        'windows',
        'nothing',
        'value',
        'attribute',
        'entity',
        'noPath',
        'prior',
        'wide',
        'range',
        'of',
        'length',
        'closeness',
        'trend',
        'since',
        'empty',
      ],
    )
    assert.equal(faults.filter((fault) => fault.startsWith('both: ')).length, 2)
    assert.equal(faults.filter((fault) => fault.startsWith('closeness: ')).length, 2)
    assert.ok(faults.includes('event: unknown event wach; the schema has watch'))
    assert.ok(faults.includes('key: watch has no reference viewer; it has user, video'))
    assert.ok(faults.includes('window: window: expected a duration such as "5m", got "1 hour"'))
    assert.ok(
      faults.includes(
        'nothing: by: expected a name such as "user", or a list of two or three different ones, got nothing',
      ),
    )
  })

  it('refuses two columns of one name', () => {
    const repeated = faultsOf((f) => ({
      'a.1h': f.count('watch', { by: 'user', window: '1h' }),
      a: f.counts('watch', { by: 'user', windows: ['1h', '2h', '1h'] }),
    }))
    assert.deepEqual(repeated, ['a.1h: two columns have this name'])
  })

  it('has equal hashes for equal definitions', () => {
    const define: Define = ({ count }) => ({
      a: count('watch', { by: 'user', window: '1h', where: { seconds: { min: 1 }, device: { oneOf: ['tv'] } } }),
    })
    const turned: Define = ({ count }) => ({
      a: count('watch', { window: '1h', where: { device: { oneOf: ['tv'] }, seconds: { min: 1 } }, by: 'user' }),
    })
    assert.equal(defineFeatures(schema, define).hash, defineFeatures(schema, define).hash)
    assert.equal(defineFeatures(schema, define).hash, defineFeatures(schema, turned).hash)
  })

  it('has another hash for every change that changes a value or the place of a column', () => {
    const one =
      (define: (f: FeatureBuilder<typeof schema>) => Feature): Define =>
      (f) => ({ a: define(f) })
    const keyed = { by: 'user', window: '1h' } as const
    const close = { by: 'user', of: 'video', length: 5 } as const
    const share = { ...close, path: 'video.genres' } as const
    const liked = { by: 'user', of: 'video.genres', halfLife: '1h' } as const
    const definitions: Define[] = [
      () => ({}),
      one((f) => f.count('watch', keyed)),
      (f) => ({ b: f.count('watch', keyed) }),
      (f) => ({ a: f.count('watch', keyed), b: f.hourOfDay() }),
      (f) => ({ b: f.hourOfDay(), a: f.count('watch', keyed) }),
      one((f) => f.count('watch', { ...keyed, window: '2h' })),
      one((f) => f.count('watch', { ...keyed, by: 'video' })),
      one((f) => f.count('watch', { ...keyed, by: ['user', 'video'] })),
      one((f) => f.count('watch', { ...keyed, by: ['video', 'user'] })),
      one((f) => f.count('watch', { ...keyed, where: { seconds: { min: 1 } } })),
      one((f) => f.count('watch', { ...keyed, where: { seconds: { max: 1 } } })),
      one((f) => f.sum('watch', 'seconds', keyed)),
      one((f) => f.counts('watch', { by: 'user', windows: ['1h', '2h'] })),
      one((f) => f.counts('watch', { by: 'user', windows: ['2h', '1h'] })),
      one((f) => f.ratio(f.count('watch', keyed), f.count('watch', keyed), { prior: [1, 2] })),
      one((f) => f.ratio(f.count('watch', keyed), f.count('watch', keyed), { prior: [1, 3] })),
      one((f) => f.affinity('watch', liked)),
      one((f) => f.affinity('watch', { ...liked, halfLife: '2h' })),
      one((f) => f.affinity('watch', { ...liked, of: 'video.creator' })),
      one((f) => f.sinceLast('watch', { by: 'user' })),
      one((f) => f.recentShare('watch', share)),
      one((f) => f.recentShare('watch', { ...share, path: 'video.creator' })),
      one((f) => f.recentShare('watch', { ...share, length: 6 })),
      one((f) => f.closeness('watch', close)),
      one((f) => f.closeness('watch', { ...close, shrinkage: 6 })),
      one((f) => f.trend('watch', { of: 'video', halfLife: '1h' })),
      one((f) => f.trend('watch', { of: 'video', halfLife: '1h', by: 'user.country' })),
      one((f) => f.attribute('user.birthYear')),
      one((f) => f.attribute('user.birthYear').ageInYears()),
      one((f) => f.daysSince('video.publishedAt')),
      one((f) => f.same('user.country', 'video.creator')),
      one((f) => f.same('video.creator', 'user.country')),
      one((f) => f.oneOf('video.genres', ['a', 'b'])),
      one((f) => f.oneOf('video.genres', ['b', 'a'])),
      one((f) => f.oneOf('video.creator', ['a', 'b'])),
      one((f) => f.hourOfDay()),
      one((f) => f.dayOfWeek()),
    ]
    const hashes = definitions.map((define) => defineFeatures(schema, define).hash)
    assert.equal(new Set(hashes).size, definitions.length)
    const other = defineSchema({ entities: { ...schema.entities, channel: {} }, events: schema.events })
    const onOther = defineFeatures(other, ({ count }) => ({ a: count('watch', keyed) }))
    assert.ok(!hashes.includes(onOther.hash))
  })
})
