import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defineFeatures, FeatureState, RequestFrame } from '../features/index.ts'
import { defineSchema, number, ref } from '../problem/index.ts'
import { type CandidateSource, Retriever, trending } from '../retrieval/index.ts'
import { KnownColumns } from './known-columns.ts'
import { exposures } from './logistic-ranker.ts'
import { RankingRows } from './ranking-rows.ts'

const schema = defineSchema({
  entities: { user: { age: number() }, video: { seconds: number() } },
  events: { watch: { user: ref('user'), video: ref('video') } },
})
const features = defineFeatures(schema, (f) => ({
  age: f.attribute('user.age'),
  seconds: f.attribute('video.seconds'),
  watches: f.counts('watch', { by: 'video', windows: ['1h', '1d'] }),
}))
let rated = 0
const rates = (name: string): CandidateSource => ({
  ...trending('watch', { halfLife: '1h', name }),
  scoresItems: true,
  open: () => ({
    retrieve: () => ({ items: [], scores: [] }),
    scoreItems(_request, items, out) {
      rated += items.length
      for (let row = 0; row < items.length; row++) out[row] = name.length * 100 + items[row]!
    },
  }),
})

describe('columns that are known', () => {
  it('make rows that are the same to the bit as rows that are filled anew, and are read once', () => {
    const sources = [rates('one'), rates('other')]
    const setting = { schema, subject: 'user', item: 'video' }
    const state = new FeatureState(schema, [
      ...features.aggregates,
      ...sources.flatMap((source) => source.aggregates(setting)),
    ])
    state.apply(1, { id: 'e0', type: 'user', at: 0, user: 'ann', age: 40 })
    for (let video = 0; video < 9; video++) {
      const record = { type: 'video', video: `v${video}`, ...(video % 2 === 0 ? { seconds: video } : {}) }
      state.apply(2 + 2 * video, { id: `e${video}`, at: 0, ...record })
      state.apply(3 + 2 * video, { id: `w${video}`, type: 'watch', at: 10 * video, user: 'ann', video: `v${video}` })
    }
    const context = { ...setting, state, model: () => undefined }
    const retriever = new Retriever(context, { sources, filters: [], limit: 9 })
    const examples = exposures('watch', { group: 'id', position: 'place' })
    const all = new RankingRows(features, state, retriever, { item: 'video', examples })
    for (const selected of [['watches.1d', 'retrieval.other'], ['exposure', 'seconds', 'age'], []]) {
      const some = new RankingRows(features, state, retriever, { item: 'video', examples, selected })
      const frame = new RequestFrame(schema).bind('user', 0)
      frame.at = 3_600_040
      const items = Int32Array.of(8, 3, 0, 5, 7)
      const rows = new Float64Array(items.length * some.width)
      some.fill(frame, 0, items, rows)
      const places = [1, 2, 4]
      const kept = Int32Array.from(places, (place) => items[place]!)
      const anew = new Float64Array(kept.length * all.width)
      all.fill(frame, 0, kept, anew)
      const known = new KnownColumns(some, all)
      const taken = new Float64Array(anew.length).fill(-1)
      known.copy({ rows, places }, taken)
      rated = 0
      all.fill(frame, 0, kept, taken, undefined, known.marks)
      assert.deepEqual(taken, anew)
      assert.equal(rated, (selected.includes('retrieval.other') ? 1 : 2) * kept.length)
    }
  })
})
