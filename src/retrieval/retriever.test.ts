import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FeatureState, RequestFrame } from '../features/index.ts'
import { manualClock } from '../foundation/index.ts'
import { defineSchema, ref, timestamp } from '../problem/index.ts'
import { seen } from './candidate-filter.ts'
import type { CandidateSource, OpenSource, SourceResult } from './candidate-source.ts'
import { CATALOGUE, Retriever, type RetrieverCall } from './retriever.ts'
import { fresh } from './sources/fresh.ts'
import { trending } from './sources/trending.ts'

const schema = defineSchema({
  entities: { user: {}, video: { publishedAt: timestamp() } },
  events: { watch: { user: ref('user'), video: ref('video') } },
})
const setting = { schema, subject: 'user', item: 'video' }
const NOW = 1_000_000
const clock = manualClock(NOW)

/** A source by hand; `open` may be told by the outside world. */
function custom(name: string, retrieve: OpenSource['retrieve'], rest: Partial<CandidateSource> = {}): CandidateSource {
  const open = () => ({ retrieve })
  const declared = { spec: name, quota: 10, deadlineMs: 1, cost: 'lookup', freshness: 'event' } as const
  return { name, ...declared, scoresItems: false, aggregates: () => [], open, ...rest }
}

function gives(name: string, items: readonly number[], rest: Partial<CandidateSource> = {}): CandidateSource {
  return custom(name, () => ({ items, scores: items.map(() => 1) }), rest)
}

const never = (): Promise<SourceResult> => new Promise(() => {})

/** Videos v0 to v9, of which `ann` saw v0 and v1; v10 was watched and never described. */
function openRetriever(sources: readonly CandidateSource[], limit = 20) {
  const filters = [seen('watch')]
  const parts = [...sources, ...filters]
  const state = new FeatureState(
    schema,
    parts.flatMap((part) => part.aggregates(setting)),
  )
  const retriever = new Retriever({ ...setting, state, model: () => undefined }, { sources, filters, limit })
  const apply = (fields: object): void => state.apply(state.offset + 1, { id: 'x', type: '', at: NOW, ...fields })
  for (let video = 0; video < 10; video++) apply({ type: 'video', video: `v${video}`, publishedAt: NOW - video })
  for (const video of ['v0', 'v1', 'v10']) apply({ type: 'watch', user: 'ann', video })
  for (const video of ['v2', 'v3', 'v3']) apply({ type: 'watch', user: 'bob', video })
  const subjectOf = (user: string): number => state.attributes.keys('user').find(user)
  const ask = (call: Partial<RetrieverCall> & { user?: string } = {}) => {
    const subject = subjectOf(call.user ?? 'ann')
    const frame = new RequestFrame(schema).bind('user', subject)
    frame.at = NOW
    const whole = { frame, subject, exclude: new Set<number>(), atLeast: 0, budgetMs: 60_000, clock, ...call }
    return retriever.retrieve(whole)
  }
  return { retriever, ask, subjectOf, videos: state.attributes.keys('video') }
}

describe('the retriever', () => {
  it('leaves out what the subject saw, the caller excludes or nobody described, and counts each once', async () => {
    const { ask } = openRetriever([gives('one', [0, 1, 2, 10, 3]), gives('two', [1, 4, 3])])
    const { items, filtered, found, degraded } = await ask({ exclude: new Set([3]) })
    assert.deepEqual(Array.from(items), [4, 2])
    assert.deepEqual(filtered, { 'seen(watch)': 2, 'not in the catalogue': 1, 'excluded by the caller': 1 })
    assert.deepEqual(found, { one: 5, two: 3 })
    assert.deepEqual(degraded, [])
  })

  it('takes no more than its quota from a source that brings more', async () => {
    const { ask } = openRetriever([gives('one', [2, 3, 4, 5], { quota: 2 })])
    const { items, found } = await ask()
    assert.deepEqual(Array.from(items), [2, 3])
    assert.deepEqual(found, { one: 2 })
  })

  it('does not believe a source that names items which do not exist', async () => {
    const { ask } = openRetriever([gives('wild', [-1, 99, 1.5, Number.NaN, 4, 4])])
    assert.deepEqual(Array.from((await ask()).items), [4])
  })

  it('names the sources of an item', async () => {
    const { ask, retriever } = openRetriever([gives('one', [2]), gives('two', [3, 2])])
    const { sources } = await ask({ atLeast: 3 })
    const names = Array.from(sources, (bits) => retriever.sourceNames(bits))
    assert.deepEqual(names, [['one', 'two'], ['two'], [CATALOGUE]])
  })

  it('says why a subject may not see an item', () => {
    const { retriever, subjectOf } = openRetriever([gives('one', [])])
    const none = new Set<number>()
    assert.equal(retriever.refusal(subjectOf('ann'), 0, none), 'seen(watch)')
    assert.equal(retriever.refusal(subjectOf('ann'), 10, none), 'not in the catalogue')
    assert.equal(retriever.refusal(subjectOf('ann'), -1, none), 'not in the catalogue')
    assert.equal(retriever.refusal(subjectOf('ann'), 2, new Set([2])), 'excluded by the caller')
    assert.equal(retriever.refusal(subjectOf('ann'), 2, none), undefined)
  })

  it('gives a stranger what is in use and what is new', async () => {
    const sources = [trending('watch', { halfLife: '1h' }), fresh({ by: 'video.publishedAt', maxAge: '1h' })]
    const { ask, videos } = openRetriever(sources)
    const { items } = await ask({ user: 'stranger' })
    assert.deepEqual(
      Array.from(items.slice(0, 3), (item) => videos.name(item)),
      ['v3', 'v0', 'v1'],
    )
    assert.equal(items.length, 10)
  })
})

describe('a source that fails or is slow', { timeout: 20_000 }, () => {
  const bad: readonly [string, CandidateSource, 'failed' | 'deadline'][] = [
    ['throws', custom('bad', () => assert.fail('broken')), 'failed'],
    ['rejects', custom('bad', () => Promise.reject(new Error('broken'))), 'failed'],
    ['answers nonsense', custom('bad', () => undefined as unknown as SourceResult), 'failed'],
    ['leaves out scores', custom('bad', () => ({ items: [2], scores: [] })), 'failed'],
    ['never answers', custom('bad', never), 'deadline'],
    [
      'asks about items and then never answers',
      custom('bad', ({ accept }) => (accept(0) ? never() : never())),
      'deadline',
    ],
  ]
  for (const [what, source, reason] of bad) {
    it(`is named when it ${what}, and the others answer as if it had been left out`, async () => {
      const { ask } = openRetriever([gives('one', [2, 1]), source, gives('two', [4])])
      const degraded = await ask({ atLeast: 5 })
      assert.deepEqual(degraded.degraded, [{ source: 'bad', reason }])
      assert.deepEqual(Array.from(degraded.items.slice(0, 2)), [2, 4])
      const replayed = await ask({ atLeast: 5, leaveOut: new Set(['bad']) })
      assert.deepEqual({ ...replayed, degraded: degraded.degraded }, degraded)
      assert.deepEqual(replayed.degraded, [])
    })
  }

  it('is waited for no longer than the time that is left for all', async () => {
    const { ask } = openRetriever([custom('slow', never, { deadlineMs: 60_000 }), gives('one', [2])])
    const { degraded, items } = await ask({ budgetMs: 1 })
    assert.deepEqual(degraded, [{ source: 'slow', reason: 'deadline' }])
    assert.deepEqual(Array.from(items), [2])
  })

  it('is not even asked when no time is left, and the catalogue fills the page', async () => {
    const { ask } = openRetriever([gives('one', [2]), custom('two', () => assert.fail('asked'))])
    const { degraded, items } = await ask({ budgetMs: 0, atLeast: 3 })
    assert.deepEqual(
      degraded.map(({ reason }) => reason),
      ['deadline', 'deadline'],
    )
    assert.deepEqual(Array.from(items), [9, 8, 7])
  })

  it('may answer in its time, and ask about items while it works', async () => {
    const later = custom('later', async ({ accept }) => {
      await undefined
      return { items: [0, 5].filter((item) => accept(item)), scores: [1] }
    })
    const { ask } = openRetriever([later])
    const { items, filtered, degraded } = await ask()
    assert.deepEqual([Array.from(items), filtered, degraded], [[5], { 'seen(watch)': 1 }, []])
  })

  it('changes nothing of an answer that was given without it', async () => {
    let askLate: () => void = () => assert.fail('never asked')
    const late = custom('late', ({ accept }) => {
      askLate = () => accept(0)
      return never()
    })
    const { ask } = openRetriever([late, gives('one', [2, 1])])
    const answer = await ask()
    const before = structuredClone(answer)
    askLate()
    assert.deepEqual(answer, before)
  })
})

describe('score columns', () => {
  it('hold what each scoring source says, NaN where it is silent, and leave other columns alone', () => {
    const rates = (times: number): Partial<CandidateSource> => ({
      scoresItems: true,
      open: () => ({
        retrieve: () => ({ items: [], scores: [] }),
        scoreItems(_request, items, out) {
          for (let row = 0; row < items.length; row++) if (items[row] !== 3) out[row] = items[row]! * times
        },
      }),
    })
    const { retriever } = openRetriever([
      gives('tens', [], rates(10)),
      gives('silent', [2]),
      gives('hundreds', [], rates(100)),
    ])
    assert.deepEqual(retriever.scoreColumnNames, ['retrieval.tens', 'retrieval.hundreds'])
    const out = new Float64Array(8).fill(-7)
    const call = { frame: new RequestFrame(schema), subject: 0 }
    retriever.scoreColumns(call, Int32Array.of(2, 3), out, { first: 1, width: 4 })
    assert.deepEqual(Array.from(out), [-7, 20, 200, -7, -7, Number.NaN, Number.NaN, -7])
  })
})
