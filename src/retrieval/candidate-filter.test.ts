import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FeatureState } from '../features/index.ts'
import { categories, category, defineSchema, number, ref } from '../problem/index.ts'
import { blocked, type CandidateFilter, hidden, seen } from './candidate-filter.ts'

const schema = defineSchema({
  entities: { user: {}, creator: {}, video: { genres: categories(), creator: category() } },
  events: {
    watch: { user: ref('user'), video: ref('video'), seconds: number() },
    hide: { user: ref('user'), video: ref('video') },
    block: { user: ref('user'), creator: category() },
    mute: { user: ref('user'), genre: category(), creator: ref('creator') },
  },
})
const setting = { schema, subject: 'user', item: 'video' }
const FILMS = [
  { video: 'a', creator: 'ada', genres: ['drama', 'crime'] },
  { video: 'b', creator: 'max', genres: ['crime'] },
  { video: 'c' },
]

/** The films that a filter keeps from a user after some events. */
function keptFrom(filter: CandidateFilter, user: string, events: readonly object[]): string[] {
  const state = new FeatureState(schema, filter.aggregates(setting))
  const refuses = filter.open({ ...setting, state, model: () => undefined })
  for (const fields of [...FILMS.map((film) => ({ type: 'video', ...film })), ...events]) {
    state.apply(state.offset + 1, { id: 'x', type: '', at: 0, ...fields })
  }
  const videos = state.attributes.keys('video')
  const subject = state.attributes.keys('user').find(user)
  return FILMS.map(({ video }) => video).filter((video) => refuses(subject, videos.find(video)))
}

describe('candidate filters', () => {
  it('keep what a subject saw from that subject alone, if the event satisfies the condition', () => {
    const events = [
      { type: 'watch', user: 'ann', video: 'a', seconds: 30 },
      { type: 'watch', user: 'ann', video: 'b', seconds: 29 },
      { type: 'watch', user: 'bob', video: 'c', seconds: 99 },
    ]
    assert.deepEqual(keptFrom(seen('watch'), 'ann', events), ['a', 'b'])
    assert.deepEqual(keptFrom(seen('watch', { where: { seconds: { min: 30 } } }), 'ann', events), ['a'])
    assert.deepEqual(keptFrom(seen('watch'), 'stranger', events), [])
  })

  it('keep what a subject hid', () => {
    assert.deepEqual(keptFrom(hidden('hide'), 'ann', [{ type: 'hide', user: 'ann', video: 'b' }]), ['b'])
  })

  it('remember as many pairs as they declare', () => {
    const events = ['a', 'b', 'c'].map((video) => ({ type: 'watch', user: 'ann', video, seconds: 30 }))
    assert.deepEqual(keptFrom(seen('watch', { keep: { pairs: 2 } }), 'ann', events), ['b', 'c'])
    for (const pairs of [0, 1.5, 1e9]) {
      const message = /^keep: expected pairs from 1 to 500000000, got \{"pairs":.*; correct the filter$/
      const refused = () => seen('watch', { keep: { pairs } }).aggregates(setting)
      assert.throws(refused, { code: 'INVALID_APPLICATION', message })
    }
  })

  it('keep everything of a category that a subject refused, be it one of many', () => {
    const byCreator = blocked('block', { field: 'creator', of: 'video.creator' })
    assert.deepEqual(keptFrom(byCreator, 'ann', [{ type: 'block', user: 'ann', creator: 'ada' }]), ['a'])
    assert.deepEqual(keptFrom(byCreator, 'bob', [{ type: 'block', user: 'ann', creator: 'ada' }]), [])
    const byGenre = blocked('mute', { field: 'genre', of: 'video.genres' })
    assert.deepEqual(keptFrom(byGenre, 'ann', [{ type: 'mute', user: 'ann', genre: 'crime' }]), ['a', 'b'])
  })

  it('name the event, field or attribute that the schema does not have', () => {
    const bad: readonly [CandidateFilter, RegExp][] = [
      [seen('click'), /event click/],
      [blocked('skip', { field: 'creator', of: 'video.creator' }), /event skip/],
      [blocked('block', { field: 'maker', of: 'video.creator' }), /category field \(creator\), got maker/],
      [blocked('block', { field: 'creator', of: 'video.maker' }), /video\.creator.*got video\.maker/],
    ]
    for (const [filter, message] of bad) {
      assert.throws(() => filter.aggregates(setting), { code: 'INVALID_APPLICATION', message })
    }
  })

  it('refuse to block by a reference, whose keys are numbered apart from categories', () => {
    const filter = blocked('mute', { field: 'creator', of: 'video.creator' })
    assert.throws(() => filter.aggregates(setting), { code: 'INVALID_APPLICATION', message: /genre\), got creator/ })
  })
})
