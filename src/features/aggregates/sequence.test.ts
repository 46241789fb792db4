import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { defineSchema, ref } from '../../problem/index.ts'
import { FeatureState } from '../feature-state.ts'
import type { Sequence } from './sequence.ts'

const schema = defineSchema({
  entities: { user: {}, video: {} },
  events: { watch: { user: ref('user'), video: ref('video').optional() } },
})
const START = Date.UTC(2026, 0, 1)

interface Watch {
  readonly user: number
  readonly video: number
  readonly second: number
}

/** Users and videos are described first, so that their numbers are those they are called by. */
function sequenceAfter(length: number, watches: readonly Watch[]): Sequence {
  const spec = { kind: 'sequence', event: 'watch', by: 'user', of: 'video', length } as const
  const state = new FeatureState(schema, [spec])
  const apply = (record: Record<string, unknown>, at: number) =>
    state.apply(state.offset + 1, { id: `${state.offset}`, type: '', at, ...record })
  for (let key = 0; key < 10; key++) apply({ type: 'user', user: `${key}` }, START)
  for (let key = 0; key < 10; key++) apply({ type: 'video', video: `${key}` }, START)
  apply({ type: 'watch', user: '0' }, START)
  for (const { user, video, second } of watches) {
    apply({ type: 'watch', user: `${user}`, video: `${video}` }, START + second * 1000)
  }
  return state.aggregate<'sequence'>(spec)
}

describe('a sequence', () => {
  it('keeps the last items, oldest first, with their times', () => {
    const watches = [7, 8, 9, 7].map((video, second) => ({ user: 1, video, second }))
    const sequence = sequenceAfter(3, watches)
    assert.deepEqual([...sequence.items(1)], [8, 9, 7])
    assert.equal(sequence.size(1), 3)
    assert.equal(sequence.item(1, 0), 8)
    assert.equal(sequence.time(1, 2), START + 3000)
  })

  it('is empty for a key without items and for none', () => {
    const sequence = sequenceAfter(3, [{ user: 1, video: 7, second: 0 }])
    for (const key of [-1, 0, 2, 1_000_000]) {
      assert.equal(sequence.size(key), 0)
      assert.equal(sequence.items(key).length, 0)
    }
  })

  it('of two at the same time takes the later in the log for the newer', () => {
    const watches = [3, 1, 2].map((video) => ({ user: 0, video, second: 5 }))
    assert.deepEqual([...sequenceAfter(2, watches).items(0)], [1, 2])
  })

  it('puts a late item in its place, and leaves it out when all that are kept are newer', () => {
    const watches = [
      { user: 0, video: 1, second: 10 },
      { user: 0, video: 2, second: 20 },
      { user: 0, video: 3, second: 15 },
    ]
    assert.deepEqual([...sequenceAfter(2, watches).items(0)], [3, 2])
    assert.deepEqual([...sequenceAfter(2, [...watches, { user: 0, video: 4, second: 5 }]).items(0)], [3, 2])
    assert.deepEqual([...sequenceAfter(4, watches).items(0)], [1, 3, 2])
  })

  it('equals a stable sort by time of all events, cut to its length', () => {
    const watch = fc.record({ user: fc.nat(9), video: fc.nat(9), second: fc.nat(12) })
    fc.assert(
      fc.property(fc.array(watch, { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (watches, length) => {
        const sequence = sequenceAfter(length, watches)
        for (let user = 0; user < 10; user++) {
          const expected = watches
            .filter((each) => each.user === user)
            .sort((a, b) => a.second - b.second)
            .slice(-length)
          assert.deepEqual(
            [...sequence.items(user)],
            expected.map(({ video }) => video),
          )
          for (const [index, { second }] of expected.entries()) {
            assert.equal(sequence.time(user, index), START + second * 1000)
          }
        }
      }),
      { seed: 11, numRuns: 300 },
    )
  })
})
