import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { category, defineSchema, ref } from '../../problem/index.ts'
import { FeatureState } from '../feature-state.ts'

const schema = defineSchema({
  entities: { user: {}, video: { creator: category() } },
  events: { block: { user: ref('user'), creator: category() } },
})
const spec = { kind: 'membership', event: 'block', by: 'user', of: 'creator' } as const

function stateAfter(blocks: readonly { user: string; creator: string }[]): FeatureState {
  const state = new FeatureState(schema, [spec])
  for (const [index, block] of blocks.entries())
    state.apply(index + 1, { id: `${index}`, type: 'block', at: 1, ...block })
  return state
}

describe('membership', () => {
  it('numbers an event’s category as it numbers an attribute, so that the two meet', () => {
    const state = stateAfter([{ user: 'ada', creator: 'loud' }])
    state.apply(2, { id: 'v', type: 'video', at: 2, video: 'v', creator: 'loud' })
    const blocked = state.aggregate<'membership'>(spec)
    assert.ok(blocked.has(state.attributes.keys('user').find('ada'), state.attributes.category('video.creator', 0)))
    assert.ok(!blocked.has(-1, 0))
    assert.ok(!blocked.has(0, -1))
  })

  it('equals a set of pairs', () => {
    const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'toString')
    fc.assert(
      fc.property(fc.array(fc.record({ user: name, creator: name }), { maxLength: 30 }), (blocks) => {
        const state = stateAfter(blocks)
        const pairs = new Set(blocks.map(({ user, creator }) => `${user} ${creator}`))
        const blocked = state.aggregate<'membership'>(spec)
        for (const user of ['a', 'b', 'c', '__proto__', 'toString', 'nobody']) {
          for (const creator of ['a', 'b', '__proto__', 'toString', 'nobody']) {
            const { categories } = state.attributes
            const has = blocked.has(state.attributes.keys('user').find(user), categories.find(creator))
            assert.equal(has, pairs.has(`${user} ${creator}`))
          }
        }
      }),
      { seed: 5, numRuns: 200 },
    )
  })
})
