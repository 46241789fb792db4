import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defineFeatures, FeatureState, RequestFrame } from '../features/index.ts'
import { defineSchema, number, ref } from '../problem/index.ts'
import { type CandidateSource, Retriever, trending } from '../retrieval/index.ts'
import { exposures } from './logistic-ranker.ts'
import { RankingRows } from './ranking-rows.ts'

const schema = defineSchema({
  entities: { user: { age: number() }, video: { seconds: number() } },
  events: { watch: { user: ref('user'), video: ref('video') } },
})
const features = defineFeatures(schema, (f) => ({
  age: f.attribute('user.age'),
  seconds: f.attribute('video.seconds'),
}))
/** Rates an item by its number. */
const rated: CandidateSource = {
  ...trending('watch', { halfLife: '1h', name: 'rated' }),
  scoresItems: true,
  open: () => ({
    retrieve: () => ({ items: [], scores: [] }),
    scoreItems(_request, items, out) {
      for (let row = 0; row < items.length; row++) out[row] = 100 + items[row]!
    },
  }),
}

describe('ranking rows', () => {
  it('hold the features of each item, then what each scoring source says of it and where it stood', () => {
    const sources = [trending('watch', { halfLife: '1h' }), rated]
    const setting = { schema, subject: 'user', item: 'video' }
    const state = new FeatureState(schema, [
      ...features.aggregates,
      ...sources.flatMap((source) => source.aggregates(setting)),
    ])
    const records = [
      { type: 'user', user: 'ann', age: 40 },
      { type: 'video', video: 'a', seconds: 7 },
      { type: 'video', video: 'b' },
    ]
    for (const [index, record] of records.entries()) state.apply(index + 1, { id: `e${index}`, at: 0, ...record })
    const context = { ...setting, state, model: () => undefined }
    const retriever = new Retriever(context, { sources, filters: [], limit: 9 })
    const examples = exposures('watch', { group: 'id', position: 'place' })
    const rows = new RankingRows(features, state, retriever, { item: 'video', examples })
    assert.deepEqual(rows.columnNames, ['age', 'seconds', 'retrieval.rated', 'exposure.position'])
    const out = new Float64Array(2 * rows.width)
    rows.fill(new RequestFrame(schema).bind('user', 0), 0, Int32Array.of(1, 0), out)
    assert.deepEqual(Array.from(out), [40, Number.NaN, 101, 1, 40, 7, 100, 1])
    rows.fill(new RequestFrame(schema).bind('user', 0), 0, Int32Array.of(1, 0), out, [3, Number.NaN])
    assert.deepEqual(Array.from(out), [40, Number.NaN, 101, 3, 40, 7, 100, Number.NaN])
    const selected = ['seconds', 'exposure']
    const some = new RankingRows(features, state, retriever, { item: 'video', examples, selected })
    some.fill(new RequestFrame(schema).bind('user', 0), 0, Int32Array.of(1, 0), out)
    assert.deepEqual(Array.from(out.subarray(0, 4)), [Number.NaN, 1, 7, 1])
  })
})
