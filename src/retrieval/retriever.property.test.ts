import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FeatureState, RequestFrame } from '../features/index.ts'
import { HOUR_MS, manualClock } from '../foundation/index.ts'
import { boolean, categories, category, defineSchema, ref, timestamp } from '../problem/index.ts'
import { blocked, hidden, seen } from './candidate-filter.ts'
import type { CandidateSource } from './candidate-source.ts'
import { openRetrievalContext } from './open-context.ts'
import { fitRetrievalModel, retrievalModelName } from './retrieval-model.ts'
import { Retriever, type RetrieverCall } from './retriever.ts'
import { becauseYouWatched } from './sources/because-you-watched.ts'
import { factors } from './sources/factors.ts'
import { flagged } from './sources/flagged.ts'
import { fresh } from './sources/fresh.ts'
import { itemToItem } from './sources/item-to-item.ts'
import { similarContent } from './sources/similar-content.ts'
import { popularIn, trending } from './sources/trending.ts'

const schema = defineSchema({
  entities: {
    user: { country: category() },
    video: { genres: categories(), creator: category(), publishedAt: timestamp(), promoted: boolean() },
  },
  events: {
    watch: { user: ref('user'), video: ref('video') },
    hide: { user: ref('user'), video: ref('video') },
    block: { user: ref('user'), creator: category() },
  },
})
const setting = { schema, subject: 'user', item: 'video' }

const SOURCES: readonly CandidateSource[] = [
  itemToItem('watch', { quota: 5, model: { l2: 1 } }),
  becauseYouWatched('watch', { quota: 4 }),
  factors('watch', { quota: 4, halfLife: '2h', model: { factors: 4, alpha: 4, l2: 1 } }),
  similarContent('watch', { of: ['video.genres', 'video.creator'], quota: 6 }),
  popularIn('watch', { by: 'user.country', halfLife: '1h', quota: 3 }),
  trending('watch', { halfLife: '1h', quota: 3 }),
  fresh({ by: 'video.publishedAt', maxAge: '9h', quota: 3 }),
  flagged({ by: 'video.promoted', quota: 2 }),
]
const FILTERS = [seen('watch'), hidden('hide'), blocked('block', { field: 'creator', of: 'video.creator' })]

/** Fitted elsewhere, over another numbering and with a video that the catalogue never has. */
const NAMES = ['gone', 'v11', 'v2', 'v5', 'v7', 'v3']
const MODELS = new Map(
  SOURCES.flatMap(({ model }) => {
    if (!model) return []
    const starts = Uint32Array.of(0, 3, 6, 9, 12)
    const items = Int32Array.of(0, 1, 2, 2, 3, 4, 1, 3, 5, 4, 5, 0)
    const interactions = { userCount: 4, itemCount: NAMES.length, starts, items }
    return [[retrievalModelName(model), fitRetrievalModel(model, interactions, NAMES)]]
  }),
)

const user = fc.integer({ min: 0, max: 3 }).map((number) => `u${number}`)
const video = fc.integer({ min: 0, max: 19 }).map((number) => `v${number}`)
const creator = fc.constantFrom('ada', 'max', 'eva')
const fields = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('watch'), user, video }) },
  fc.record({ type: fc.constant('hide'), user, video }),
  fc.record({ type: fc.constant('block'), user, creator }),
  fc.record({ type: fc.constant('user'), user, country: fc.constantFrom('NO', 'SE') }),
  {
    weight: 4,
    arbitrary: fc.record(
      {
        type: fc.constant('video'),
        video,
        creator,
        genres: fc.subarray(['drama', 'crime', 'docu']),
        publishedAt: fc.integer({ min: 0, max: 12 }).map((hours) => hours * HOUR_MS),
        promoted: fc.boolean(),
      },
      { requiredKeys: ['type', 'video'] },
    ),
  },
)
type Fields = typeof fields extends fc.Arbitrary<infer Value> ? Value : never
const log = fc.array(fields, { minLength: 1, maxLength: 80 })
const question = fc.record({
  user: fc.oneof(user, fc.constant('stranger')),
  exclude: fc.subarray(['v1', 'v2', 'v3']),
  limit: fc.integer({ min: 0, max: 25 }),
  atLeast: fc.integer({ min: 0, max: 25 }),
  leaveOut: fc.subarray(SOURCES.map(({ name }) => name)),
})
type Question = typeof question extends fc.Arbitrary<infer Value> ? Value : never

function stateOf(records: readonly Fields[]): FeatureState {
  const specs = [...SOURCES, ...FILTERS].flatMap((part) => part.aggregates(setting))
  const state = new FeatureState(schema, specs)
  for (const [index, record] of records.entries()) {
    state.apply(index + 1, { id: `e${index}`, at: (index * HOUR_MS) / 8, ...record })
  }
  return state
}

function callOf(state: FeatureState, { user: name, exclude, atLeast, leaveOut }: Question): RetrieverCall {
  const subject = state.attributes.keys('user').find(name)
  const frame = new RequestFrame(schema).bind('user', subject)
  frame.at = 11 * HOUR_MS
  return {
    frame,
    subject,
    exclude: new Set(exclude.map((excluded) => state.attributes.keys('video').find(excluded))),
    atLeast,
    budgetMs: 1,
    clock: manualClock(0),
    leaveOut: new Set(leaveOut),
  }
}

async function answer(state: FeatureState, asked: Question, sources = SOURCES) {
  const context = openRetrievalContext(setting, state, MODELS)
  const retriever = new Retriever(context, { sources, filters: FILTERS, limit: asked.limit })
  const candidates = await retriever.retrieve(callOf(state, asked))
  const names = Array.from(candidates.items, (item) => state.attributes.keys('video').name(item))
  return { retriever, candidates, names }
}

/** What a user may be shown, by reading the log from the start. */
function showable(records: readonly Fields[], { user: name, exclude }: Question): Set<string> {
  const makers = new Map<string, string | undefined>()
  const kept = new Set<string>(exclude)
  const refused = new Set<string>()
  for (const record of records) {
    if (record.type === 'video') makers.set(record.video, record.creator ?? makers.get(record.video))
    else if ((record.type === 'watch' || record.type === 'hide') && record.user === name) kept.add(record.video)
    else if (record.type === 'block' && record.user === name) refused.add(record.creator)
  }
  const described = [...makers].filter(([film, maker]) => !kept.has(film) && !refused.has(maker ?? ''))
  return new Set(described.map(([film]) => film))
}

function always(check: (records: readonly Fields[], asked: Question) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(log, question, check), { seed: 11, numRuns: 150 })
}

describe('candidates, whatever the log and the request', () => {
  it('are distinct, may be shown, stay within the limit and fill up to what was asked', () =>
    always(async (records, asked) => {
      const { names, candidates } = await answer(stateOf(records), asked)
      const allowed = showable(records, asked)
      assert.equal(new Set(names).size, names.length)
      assert.deepEqual(
        names.filter((name) => !allowed.has(name)),
        [],
      )
      assert.ok(names.length <= asked.limit)
      assert.ok(names.length >= Math.min(asked.limit, asked.atLeast, allowed.size))
      for (const source of SOURCES) {
        const brought = candidates.found[source.name] ?? Number.NaN
        assert.ok(brought <= (asked.leaveOut.includes(source.name) ? 0 : source.quota), source.name)
      }
    }))

  it('are the same for the same log and request, also after the state was saved and loaded', () =>
    always(async (records, asked) => {
      const state = stateOf(records)
      const loaded = stateOf([])
      loaded.load(state.save())
      const { candidates } = await answer(state, asked)
      assert.deepEqual((await answer(state, asked)).candidates, candidates)
      assert.deepEqual((await answer(loaded, asked)).candidates, candidates)
    }))

  it('bear the bits of the sources that bring them when asked alone', () =>
    always(async (records, asked) => {
      const state = stateOf(records)
      const { retriever, candidates, names } = await answer(state, { ...asked, atLeast: 0 })
      for (const [index, source] of SOURCES.entries()) {
        const alone = await answer(state, { ...asked, atLeast: 0, limit: 25 }, [source])
        const marked = names.filter((_, place) => (candidates.sources[place] ?? 0) & (1 << index))
        assert.deepEqual(marked.toSorted(), alone.names.filter((name) => names.includes(name)).toSorted(), source.name)
      }
      for (const bits of candidates.sources) assert.ok(retriever.sourceNames(bits).length > 0)
    }))

  it('are rated in the columns as their source rates them', () =>
    always(async (records, asked) => {
      const state = stateOf(records)
      const { retriever, candidates } = await answer(state, asked)
      const { frame, subject } = callOf(state, asked)
      const rating = SOURCES.filter(({ scoresItems }) => scoresItems)
      const width = rating.length
      const columns = new Float64Array(candidates.items.length * width)
      retriever.scoreColumns({ frame, subject }, candidates.items, columns, { first: 0, width })
      assert.deepEqual(
        retriever.scoreColumnNames,
        rating.map(({ name }) => `retrieval.${name}`),
      )
      const itemCount = state.attributes.keys('video').size
      const context = openRetrievalContext(setting, state, MODELS)
      for (const [column, source] of rating.entries()) {
        const opened = source.open(context)
        const found = await opened.retrieve({ frame, subject, itemCount, accept: () => true }, itemCount)
        for (const [place, item] of candidates.items.entries()) {
          const score = columns[place * width + column]
          const rank = Array.from(found.items).indexOf(item)
          if (rank >= 0) assert.equal(score, found.scores[rank])
          else assert.ok(!((score ?? 0) > 0))
        }
      }
    }))
})
