import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
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
import type { FeatureBuilder } from './builders/feature-builder.ts'
import { defineFeatures } from './define-features.ts'

const schema = defineSchema({
  entities: {
    user: { country: category(), birthYear: integer().optional() },
    video: { title: text(), genres: categories(), creator: category(), isLive: boolean(), publishedAt: timestamp() },
  },
  events: {
    watch: { user: ref('user'), video: ref('video'), seconds: number(), device: category(), decision: id() },
    block: { user: ref('user'), creator: category() },
  },
})

type Builder = FeatureBuilder<typeof schema>

/** What the compiler lets a caller write, as a question with the answer `true` or `false`. */
type Accepts<Allowed, Given> = Given extends Allowed ? true : false
/** Compiles only when every answer is as expected, so that this file failing to compile is the failing test. */
function answers<Expected extends Readonly<Record<string, boolean>>>(expected: Expected): number {
  return Object.keys(expected).length
}

type Attribute = Parameters<Builder['attribute']>[0]
type DaysSince = Parameters<Builder['daysSince']>[0]
type Same = Parameters<Builder['same']>[0]
type OneOf = Parameters<Builder['oneOf']>[0]
/** The options of a builder's method, with its event chosen. */
type CountOptions = Parameters<typeof countWatch>[0]
type SumField = Parameters<typeof sumWatch>[0]
type AffinityOptions = Parameters<typeof affinityWatch>[0]
type ShareOptions = Parameters<typeof shareWatch>[0]
type ClosenessOptions = Parameters<typeof closenessBlock>[0]
type TrendOptions = Parameters<typeof trendWatch>[0]

declare const builder: Builder
const countWatch = (options: Parameters<typeof builder.count<'watch'>>[1]) => options
const sumWatch = (field: Parameters<typeof builder.sum<'watch'>>[1]) => field
const affinityWatch = (options: Parameters<typeof builder.affinity<'watch'>>[1]) => options
const shareWatch = (options: Parameters<typeof builder.recentShare<'watch'>>[1]) => options
const closenessBlock = (options: Parameters<typeof builder.closeness<'block'>>[1]) => options
const trendWatch = (options: Parameters<typeof builder.trend<'watch'>>[1]) => options

type Counted<By> = { by: By; window: '1h' }
type Where<Condition> = { by: 'user'; window: '1h'; where: Condition }

describe('the compiler', () => {
  it('refuses an event that does not exist', () => {
    type Event = Parameters<Builder['count']>[0]
    answers<{ watch: Accepts<Event, 'watch'>; wach: Accepts<Event, 'wach'> }>({ watch: true, wach: false })
  })

  it('refuses an attribute that does not exist or is of another kind', () => {
    const checks = answers<{
      number: Accepts<Attribute, 'user.birthYear'>
      boolean: Accepts<Attribute, 'video.isLive'>
      text: Accepts<Attribute, 'video.title'>
      unknown: Accepts<Attribute, 'user.age'>
      entity: Accepts<Attribute, 'channel.birthYear'>
      time: Accepts<DaysSince, 'video.publishedAt'>
      noTime: Accepts<DaysSince, 'user.birthYear'>
      category: Accepts<Same, 'user.country'>
      list: Accepts<Same, 'video.genres'>
      oneOfList: Accepts<OneOf, 'video.genres'>
      oneOfText: Accepts<OneOf, 'video.title'>
    }>({
      number: true,
      boolean: true,
      text: false,
      unknown: false,
      entity: false,
      time: true,
      noTime: false,
      category: true,
      list: false,
      oneOfList: true,
      oneOfText: false,
    })
    assert.equal(checks, 11)
  })

  it('groups by references and by a category of what they refer to, alone, in pairs or in threes', () => {
    answers<{
      reference: Accepts<CountOptions, Counted<'user'>>
      attribute: Accepts<CountOptions, Counted<'video.creator'>>
      pair: Accepts<CountOptions, Counted<['user', 'video.creator']>>
      list: Accepts<CountOptions, Counted<'video.genres'>>
      ownCategory: Accepts<CountOptions, Counted<'device'>>
      identifier: Accepts<CountOptions, Counted<'decision'>>
      number: Accepts<CountOptions, Counted<'seconds'>>
      unknown: Accepts<CountOptions, Counted<'viewer'>>
      triple: Accepts<CountOptions, Counted<['user', 'video.creator', 'user.country']>>
      four: Accepts<CountOptions, Counted<['user', 'video', 'video.creator', 'user.country']>>
      duration: Accepts<CountOptions, { by: 'user'; window: '1 hour' }>
    }>({
      reference: true,
      attribute: true,
      pair: true,
      list: false,
      ownCategory: false,
      identifier: false,
      number: false,
      unknown: false,
      triple: true,
      four: false,
      duration: false,
    })
  })

  it('checks a condition by the kind of its field', () => {
    answers<{
      range: Accepts<CountOptions, Where<{ seconds: { min: 30 } }>>
      oneOf: Accepts<CountOptions, Where<{ device: { oneOf: ['tv'] } }>>
      rangeOfCategory: Accepts<CountOptions, Where<{ device: { min: 30 } }>>
      textOfNumber: Accepts<CountOptions, Where<{ seconds: { oneOf: ['30'] } }>>
    }>({ range: true, oneOf: true, rangeOfCategory: false, textOfNumber: false })
  })

  it('sums numbers only', () => {
    answers<{ number: Accepts<SumField, 'seconds'>; category: Accepts<SumField, 'device'> }>({
      number: true,
      category: false,
    })
  })

  it('follows a reference to the attributes of its entity', () => {
    answers<{
      list: Accepts<AffinityOptions, { by: 'user'; of: 'video.genres'; halfLife: '1h' }>
      text: Accepts<AffinityOptions, { by: 'user'; of: 'video.title'; halfLife: '1h' }>
      share: Accepts<ShareOptions, { by: 'user'; of: 'video'; path: 'video.genres'; length: 5 }>
      sharePath: Accepts<ShareOptions, { by: 'user'; of: 'video'; path: 'video.title'; length: 5 }>
      noReference: Accepts<ClosenessOptions, { by: 'user'; of: 'creator'; length: 5 }>
      group: Accepts<TrendOptions, { of: 'video'; by: 'user.country'; halfLife: '1h' }>
      groupOfNumber: Accepts<TrendOptions, { of: 'video'; by: 'user.birthYear'; halfLife: '1h' }>
    }>({
      list: true,
      text: false,
      share: true,
      sharePath: false,
      noReference: false,
      group: true,
      groupOfNumber: false,
    })
  })

  it('accepts the whole vocabulary as an application writes it', () => {
    const { columnNames } = defineFeatures(schema, (f) => ({
      age: f.attribute('user.birthYear').ageInYears(),
      fresh: f.daysSince('video.publishedAt'),
      home: f.same('user.country', 'video.creator'),
      genre: f.oneOf('video.genres', ['sea']),
      pair: f.count('watch', { by: ['user', 'video.creator'], window: '7d' }),
      long: f.count('watch', { by: 'user', window: '1d', where: { seconds: { min: 30 } } }),
      rate: f.ratio(
        f.count('watch', { by: 'video', window: '7d', where: { seconds: { min: 30 }, device: { oneOf: ['tv'] } } }),
        f.count('watch', { by: 'video', window: '7d' }),
        { prior: [1, 10] },
      ),
      liking: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '14d' }),
      share: f.recentShare('watch', { by: 'user', of: 'video', path: 'video.genres', length: 20 }),
      close: f.closeness('watch', { by: 'user', of: 'video', length: 10 }),
      here: f.trend('watch', { of: 'video', by: 'user.country', halfLife: '6h' }),
      since: f.sinceLast('watch', { by: ['user', 'video'], keep: { pairs: 1000 } }),
    }))
    assert.equal(columnNames.length, 12)
  })
})
