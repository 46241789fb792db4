import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ConditionOn } from './condition.ts'
import { boolean, categories, category, id, integer, number, ref, text, timestamp } from './field.ts'
import { defineSchema } from './schema.ts'
import type {
  AttributePath,
  EntityName,
  EventName,
  FieldName,
  FieldOfKind,
  KeyPath,
  ReferencedAttribute,
  ReferencedEntity,
  ValueOf,
} from './schema-types.ts'

const schema = defineSchema({
  entities: {
    user: { country: category(), birthYear: integer().optional() },
    video: { title: text(), genres: categories(), creator: category().optional(), publishedAt: timestamp() },
  },
  events: {
    watch: { user: ref('user'), video: ref('video'), seconds: number(), live: boolean(), decision: id() },
    block: { user: ref('user').optional(), creator: category() },
  },
})

type S = typeof schema
/** Whether two types are one and the same. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
/** Whether a value of a type may be given where another is expected. */
type Accepts<Expected, Given> = Given extends Expected ? true : false

/** Compiles only when every answer is as expected, so that this file failing to compile is the failing test. */
function answers<Expected extends Readonly<Record<string, boolean>>>(expected: Expected): void {
  assert.ok(Object.keys(expected).length > 0)
}

describe('the compiler', () => {
  it('knows the names of a schema', () => {
    answers<{
      entities: Same<EntityName<S>, 'user' | 'video'>
      events: Same<EventName<S>, 'watch' | 'block'>
      fields: Same<FieldName<S, 'block'>, 'user' | 'creator'>
      wider: Same<EntityName<S>, string>
    }>({ entities: true, events: true, fields: true, wider: false })
  })

  it('tells fields by their kind, also when they are optional', () => {
    answers<{
      references: Same<FieldOfKind<S, 'watch', 'reference'>, 'user' | 'video'>
      optional: Same<FieldOfKind<S, 'block', 'reference'>, 'user'>
      numbers: Same<FieldOfKind<S, 'watch', 'number' | 'integer'>, 'seconds'>
      none: Same<FieldOfKind<S, 'block', 'number'>, never>
    }>({ references: true, optional: true, numbers: true, none: true })
  })

  it('knows the attributes of every entity', () => {
    answers<{
      categories: Same<AttributePath<S, 'category'>, 'user.country' | 'video.creator'>
      times: Same<AttributePath<S, 'timestamp'>, 'video.publishedAt'>
      crossed: Accepts<AttributePath<S>, 'user.title'>
      field: Accepts<AttributePath<S>, 'watch.seconds'>
    }>({ categories: true, times: true, crossed: false, field: false })
  })

  it('follows a reference to the attributes of its entity', () => {
    answers<{
      entity: Same<ReferencedEntity<S, 'watch', 'video'>, 'video'>
      optional: Same<ReferencedEntity<S, 'block', 'user'>, 'user'>
      noReference: Same<ReferencedEntity<S, 'block', 'creator'>, never>
      attributes: Same<ReferencedAttribute<S, 'watch', 'categories'>, 'video.genres'>
      keys: Same<KeyPath<S, 'watch'>, 'user' | 'video' | 'user.country' | 'video.genres' | 'video.creator'>
      ofAnother: Accepts<KeyPath<S, 'block'>, 'video.creator'>
    }>({ entity: true, optional: true, noReference: true, attributes: true, keys: true, ofAnother: false })
  })

  it('knows the value of a field', () => {
    answers<{
      text: Same<ValueOf<S['entities']['video']['title']>, string>
      list: Same<ValueOf<S['entities']['video']['genres']>, readonly string[]>
      time: Same<ValueOf<S['entities']['video']['publishedAt']>, number>
      optional: Same<ValueOf<S['entities']['user']['birthYear']>, number>
      truth: Same<ValueOf<S['events']['watch']['live']>, boolean>
      noField: Same<ValueOf<number>, never>
    }>({ text: true, list: true, time: true, optional: true, truth: true, noField: true })
  })

  it('checks a condition by the kind of its field', () => {
    type On<Condition> = Accepts<ConditionOn<S, 'watch'>, Condition>
    type Tagged = { entities: S['entities']; events: { tag: { tags: S['entities']['video']['genres'] } }; hash: string }
    answers<{
      range: On<{ seconds: { min: 1 } }>
      numbers: On<{ seconds: { oneOf: [1, 2] } }>
      texts: On<{ user: { oneOf: ['u1'] } }>
      truth: On<{ live: { oneOf: [true] } }>
      oneOfList: Accepts<ConditionOn<Tagged, 'tag'>, { tags: { oneOf: ['sea'] } }>
      textOfNumber: On<{ seconds: { oneOf: ['1'] } }>
      rangeOfText: On<{ user: { min: 1 } }>
      numberOfTruth: On<{ live: { oneOf: [1] } }>
    }>({
      ...{ range: true, numbers: true, texts: true, truth: true, oneOfList: true },
      ...{ textOfNumber: false, rangeOfText: false, numberOfTruth: false },
    })
  })
})
