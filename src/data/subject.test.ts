import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { defineSchema, ref } from '../problem/index.ts'
import { parseSubject } from './subject.ts'
import { SubjectReferences } from './subject-references.ts'

const schema = defineSchema({
  entities: { user: { mentor: ref('user') }, video: { creator: ref('user') } },
  events: { follow: { from: ref('user'), to: ref('user'), via: ref('video').optional() } },
})

describe('a subject', () => {
  it('is an entity and a key, which may hold colons', () => {
    assert.deepEqual(parseSubject('user:42'), { entity: 'user', id: '42' })
    assert.deepEqual(parseSubject('user:a:b'), { entity: 'user', id: 'a:b' })
    for (const text of ['user', 'user:', ':42', '']) {
      assert.throws(
        () => parseSubject(text),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT') && /user:42/.test(error.message),
      )
    }
  })

  it('is named by every reference of a record, by its own key and by its attributes', () => {
    const references = new SubjectReferences(schema)
    const namedBy = (record: object) => {
      const whole = { id: 'x', type: '', at: 0, ...record }
      const subjects = ['user:a', 'user:b', 'video:a', 'video:v'].map(parseSubject)
      return subjects.filter((subject) => {
        const hashes: number[] = []
        references.eachHash(whole, (hash) => hashes.push(hash))
        const isNamed = references.names(whole, subject)
        assert.equal(
          hashes.some((hash) => SubjectReferences.hashesOf(subject).includes(hash)),
          isNamed,
        )
        return isNamed
      })
    }
    const texts = (record: object) => namedBy(record).map(({ entity, id }) => `${entity}:${id}`)
    assert.deepEqual(texts({ type: 'follow', from: 'a', to: 'b', via: 'v' }), ['user:a', 'user:b', 'video:v'])
    assert.deepEqual(texts({ type: 'follow', from: 'b', to: 'c' }), ['user:b'])
    assert.deepEqual(texts({ type: 'user', user: 'a', mentor: 'b' }), ['user:a', 'user:b'])
    assert.deepEqual(texts({ type: 'video', video: 'a' }), ['video:a'])
    // Nobody says what the strings of such a record are.
    assert.deepEqual(texts({ type: '$decision', items: [{ id: 'a' }], by: { b: 1 } }), ['user:a', 'user:b', 'video:a'])
  })
})
