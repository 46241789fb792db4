import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { defineSchema, ref } from '../problem/index.ts'
import type { MembershipSpec } from './aggregates/aggregate.ts'
import { FeatureState } from './feature-state.ts'
import { PairSignatures } from './pair-signatures.ts'

const schema = defineSchema({
  entities: { user: {}, video: {} },
  events: { watch: { user: ref('user'), video: ref('video') } },
})
const pair = fc.tuple(fc.nat(6), fc.nat(400))

describe('signatures of pairs', () => {
  it('never deny a pair that was added, and deny most others', () => {
    const signatures = new PairSignatures()
    for (let second = 0; second < 10; second++) signatures.add(3, second * 977)
    for (let second = 0; second < 10; second++) assert.ok(signatures.mayHold(3, second * 977))
    const others = Array.from({ length: 1000 }, (_, index) => 100_000 + index)
    assert.ok(others.filter((second) => signatures.mayHold(3, second)).length < 150)
    assert.ok(!signatures.mayHold(2, 0) && !signatures.mayHold(99, 0))
  })

  it('change no answer of who met whom, also when pairs are forgotten and after a snapshot', () => {
    const spec: MembershipSpec = { kind: 'membership', event: 'watch', by: 'user', of: 'video', pairs: 40 }
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 120 }), (pairs) => {
        const state = new FeatureState(schema, [spec])
        for (const [user, video] of pairs) {
          const record = { id: '', type: 'watch', at: 0, user: `u${user}`, video: `v${video}` }
          state.apply(state.offset + 1, record)
        }
        const loaded = new FeatureState(schema, [spec])
        loaded.load(state.save())
        const [users, videos] = [state.attributes.keys('user'), state.attributes.keys('video')]
        const held = (from: FeatureState) =>
          pairs.map(([user, video]) =>
            from.aggregate<'membership'>(spec).has(users.find(`u${user}`), videos.find(`v${video}`)),
          )
        assert.deepEqual(held(loaded), held(state))
        // Of distinct pairs as many are known as are kept.
        const distinct = new Map(pairs.map((one, index) => [one.join(), held(state)[index]]))
        assert.equal([...distinct.values()].filter(Boolean).length, Math.min(40, distinct.size))
      }),
      { seed: 5, numRuns: 60 },
    )
  })
})
