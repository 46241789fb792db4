import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { defineSchema, ref } from '../../problem/index.ts'
import { FeatureState } from '../feature-state.ts'
import { RequestFrame } from '../request-frame.ts'
import type { LastTimeSpec } from './aggregate.ts'

const schema = defineSchema({
  entities: { user: {}, video: {} },
  events: { watch: { user: ref('user'), video: ref('video') } },
})
const START = Date.UTC(2026, 0, 1)

interface Watch {
  readonly user: string
  readonly video: string
  readonly second: number
}

/** Reads the milliseconds since a user, and a user with a video, was last seen. */
function elapsedAfter(by: LastTimeSpec['by'], watches: readonly Watch[], skip?: 1) {
  const spec: LastTimeSpec = { kind: 'last-time', event: 'watch', by, skip }
  const state = new FeatureState(schema, [spec])
  for (const [index, { user, video, second }] of watches.entries()) {
    state.apply(index + 1, { id: `${index}`, type: 'watch', at: START + second * 1000, user, video })
  }
  const elapsed = state.aggregate<'last-time'>(spec).elapsed()
  return (user: string, video: string, second: number): number => {
    const frame = new RequestFrame(schema)
      .bind('user', state.attributes.keys('user').find(user))
      .bind('video', state.attributes.keys('video').find(video))
    frame.at = START + second * 1000
    return elapsed(frame)
  }
}

describe('the last time of a key', () => {
  it('is NaN before the first event and 0 for an event that lies ahead', () => {
    const elapsed = elapsedAfter(['user'], [{ user: 'ada', video: 'x', second: 10 }])
    assert.equal(elapsed('ada', 'x', 12), 2000)
    assert.equal(elapsed('ada', 'x', 5), 0)
    assert.equal(elapsed('ben', 'x', 12), Number.NaN)
  })

  it('is that of the event before the newest, in order of time, when one is skipped', () => {
    const name = fc.constantFrom('ada', 'ben', 'constructor')
    const watch = fc.record({ user: name, video: name, second: fc.nat(50) })
    fc.assert(
      fc.property(fc.array(watch, { maxLength: 40 }), (watches) => {
        const single = elapsedAfter(['user'], watches, 1)
        const pair = elapsedAfter(['user', 'video'], watches, 1)
        const expected = (matches: (each: Watch) => boolean) => {
          const [, before] = watches
            .filter(matches)
            .map(({ second }) => second)
            .sort((a, b) => b - a)
          return before === undefined ? Number.NaN : (50 - before) * 1000
        }
        for (const user of ['ada', 'ben', 'constructor', 'nobody']) {
          assert.equal(
            single(user, 'ada', 50),
            expected((each) => each.user === user),
          )
          assert.equal(
            pair(user, 'ada', 50),
            expected((each) => each.user === user && each.video === 'ada'),
          )
        }
      }),
      { seed: 5, numRuns: 200 },
    )
  })

  it('equals the largest time of its events, by one key and by two, in whatever order they come', () => {
    const name = fc.constantFrom('ada', 'ben', '__proto__', 'constructor')
    const watch = fc.record({ user: name, video: name, second: fc.nat(50) })
    fc.assert(
      fc.property(fc.array(watch, { maxLength: 60 }), (watches) => {
        const single = elapsedAfter(['user'], watches)
        const pair = elapsedAfter(['user', 'video'], watches)
        const expected = (matches: (each: Watch) => boolean) => {
          const times = watches.filter(matches).map(({ second }) => second)
          return times.length === 0 ? Number.NaN : (50 - Math.max(...times)) * 1000
        }
        for (const user of ['ada', 'ben', '__proto__', 'constructor', 'nobody']) {
          assert.equal(
            single(user, 'ada', 50),
            expected((each) => each.user === user),
          )
          assert.equal(
            pair(user, 'ben', 50),
            expected((each) => each.user === user && each.video === 'ben'),
          )
        }
      }),
      { seed: 5, numRuns: 200 },
    )
  })
})
