import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defineFeatures, FeatureState } from '../features/index.ts'
import { isSluiceError } from '../foundation/index.ts'
import {
  boolean,
  category,
  defineProblem,
  defineSchema,
  id,
  integer,
  number,
  ref,
  type Task,
  text,
  timestamp,
} from '../problem/index.ts'
import { candidates, exposures, logisticRanker } from '../ranking/index.ts'
import { cap, deduplicate, determinantal, exploration, quota, sponsored } from '../reranking/index.ts'
import {
  blocked,
  type CandidateFilter,
  type CandidateSource,
  flagged,
  fresh,
  hidden,
  itemToItem,
  popularIn,
  seen,
  similarContent,
  trending,
} from '../retrieval/index.ts'
import { defineApp, hashOfSystem, requireSystem } from './define-app.ts'
import { explore } from './explore.ts'
import { type RankingSystem, rankingSystem } from './ranking-system.ts'

const schema = defineSchema({
  entities: {
    user: { country: category() },
    video: { title: text(), creator: category(), publishedAt: timestamp(), promoted: boolean() },
    channel: { title: text() },
  },
  events: {
    impression: { user: ref('user'), video: ref('video'), position: integer(), decision: id() },
    watch: { user: ref('user'), video: ref('video'), seconds: number() },
    visit: { user: ref('user'), seconds: number() },
    block: { user: ref('user'), creator: category() },
  },
})
const features = defineFeatures(schema, (f) => ({ trend: f.trend('watch', { of: 'video', halfLife: '1d' }) }))
const problemOf = (task: Task, objective: string) =>
  defineProblem({
    task,
    objective,
    success: [{ name: 'seconds', better: 'higher' }],
    guardrails: { p99Ms: 80 },
    scale: { users: 1, items: 1, eventsPerSecond: 1, requestsPerSecond: 1 },
  })

const explorationOf = (parts: Partial<Parameters<typeof explore>[0]> = {}) =>
  explore({
    newItems: { by: 'video.publishedAt', maxAge: '3d', exposures: 100 },
    success: { event: 'watch' },
    budgetShare: 0.02,
    ...parts,
  })
const withPlace = { reranking: [exploration({ slots: [4] })] }

type Parts = Partial<Omit<RankingSystem, 'task'>>

function systemOf(parts: Parts = {}): RankingSystem {
  return rankingSystem({
    problem: problemOf('ranking', 'watch'),
    subject: 'user',
    item: 'video',
    retrieval: retrievalOf(),
    ranking: rankerOf(),
    reranking: [deduplicate('video.title'), cap({ by: 'video.creator', perPage: 2 }), sponsored({ slots: [3] })],
    sponsored: 'video.promoted',
    ...parts,
  })
}

function retrievalOf(parts: Partial<RankingSystem['retrieval']> = {}): RankingSystem['retrieval'] {
  const sources = [
    itemToItem('watch'),
    trending('watch', { halfLife: '1h', where: { seconds: { min: 30 } } }),
    fresh({ by: 'video.publishedAt', maxAge: '7d' }),
    flagged({ by: 'video.promoted' }),
  ]
  const filters = [seen('watch'), blocked('block', { field: 'creator', of: 'video.creator' })]
  return { sources, filters, candidates: 200, ...parts }
}

const from = (...sources: readonly CandidateSource[]): Parts => ({ retrieval: retrievalOf({ sources }) })
const through = (...filters: readonly CandidateFilter[]): Parts => ({ retrieval: retrievalOf({ filters }) })

function rankerOf(event = 'watch', examples = exposures('impression', { group: 'decision' }), where = {}) {
  return logisticRanker({ label: { event, where, within: '30m' }, examples })
}

/** The faults of an application of one system, without the system's name before them. */
function faultsOf(parts: Parts): string[] {
  return faultsOfApp(() => defineApp({ name: 'tube', schema, features, systems: { home: systemOf(parts) } })).map(
    (fault) => fault.replace(/^home: /, ''),
  )
}

function faultsOfApp(define: () => unknown): string[] {
  try {
    define()
  } catch (error) {
    assert.ok(isSluiceError(error, 'INVALID_APPLICATION'), String(error))
    assert.ok(Array.isArray(error.details))
    for (const fault of error.details) assert.ok(error.message.includes(String(fault)))
    return error.details.map(String)
  }
  return []
}

describe('an application', () => {
  it('that is sound has all the aggregates that its parts read, and the defaults of a page', () => {
    const app = defineApp({ name: 'tube', schema, features, systems: { home: systemOf(), 'up-next': systemOf() } })
    const state = new FeatureState(schema, app.aggregates)
    const context = { schema, subject: 'user', item: 'video', state, model: () => undefined }
    const { sources, filters } = requireSystem(app, 'home').retrieval
    for (const part of [...sources, ...filters]) assert.doesNotThrow(() => part.open(context), part.name)
    for (const feature of Object.values(features.features)) for (const column of feature.columns) column.open(state)
    assert.deepEqual(requireSystem(app, 'home').page, { limit: 20, maxLimit: 100 })
    assert.equal(app.systems.home?.budgetMs, 80)
  })

  it('needs names of small letters, digits and dashes, and a system', () => {
    const define = (name: string, system: string) => () =>
      defineApp({ name, schema, features, systems: { [system]: systemOf() } })
    assert.deepEqual(faultsOfApp(define('tube', 'up-next2')), [])
    for (const name of ['', 'Tube', '2tube', 'my tube', 'x'.repeat(42)]) {
      assert.match(faultsOfApp(define(name, 'home')).join(), /^name ".*": expected a small letter/)
      assert.match(faultsOfApp(define('tube', name)).join(), /^name ".*": expected a small letter/)
    }
    const none = () => defineApp({ name: 'tube', schema, features, systems: {} })
    assert.deepEqual(faultsOfApp(none), ['systems: expected at least one, got none'])
  })

  it('is told all its faults at once, each with the system it is in', () => {
    const systems = {
      home: systemOf({ item: 'film' }),
      other: systemOf({ budgetMs: 0, page: { limit: 9, maxLimit: 3 } }),
    }
    assert.deepEqual(
      faultsOfApp(() => defineApp({ name: 'Tube', schema, features, systems })).map((fault) => fault.split(': ')[0]),
      ['name "Tube"', 'home', 'other', 'other'],
    )
  })
})

describe('a ranking system is refused for', () => {
  const REFUSED: readonly [string, Parts, RegExp][] = [
    ['an unknown subject', { subject: 'person' }, /^unknown entity person$/],
    ['an item that every object inherits', { item: 'constructor' }, /^unknown entity constructor$/],
    ['a subject that is the item', { subject: 'video' }, /^subject and item: .*got video twice$/],
    [
      'another task',
      { problem: problemOf('regression', 'watch') },
      /^problem\.task: expected ranking, got regression$/,
    ],
    ['an unknown objective', { problem: problemOf('ranking', 'click') }, /^problem\.objective: unknown event click$/],
    [
      'an objective without the item',
      { problem: problemOf('ranking', 'visit') },
      /^problem\.objective: .*refers to video/,
    ],
    [
      'a label on an unknown event',
      { ranking: rankerOf('click', undefined, { x: { min: 1 } }) },
      /^ranking\.label: unknown event click$/,
    ],
    ['a label without the item', { ranking: rankerOf('visit') }, /^ranking\.label: .*refers to video/],
    [
      'a label on an unknown field',
      { ranking: rankerOf('watch', undefined, { minutes: { min: 1 } }) },
      /^ranking\.label: where: unknown field minutes$/,
    ],
    [
      'examples of an unknown event',
      { ranking: rankerOf('watch', exposures('view', { group: 'decision' })) },
      /^ranking\.examples: unknown event view$/,
    ],
    [
      'examples without their group',
      { ranking: rankerOf('watch', exposures('impression', { group: 'page' })) },
      /^ranking\.examples: impression has no field page$/,
    ],
    [
      'no negatives',
      { ranking: rankerOf('watch', candidates({ negatives: 0 })) },
      /^ranking\.examples: negatives: .*got 0$/,
    ],
    ['no sources', from(), /^retrieval\.sources: expected 1 to 31, got 0$/],
    [
      'two sources of one name',
      from(itemToItem('watch'), itemToItem('watch'), itemToItem('watch')),
      /^two sources are called item-to-item/,
    ],
    ['two filters of one name', through(seen('watch'), seen('watch')), /^two filters are called seen\(watch\)/],
    [
      'a source with the name of the catalogue',
      from(itemToItem('watch', { name: 'catalogue' })),
      /^source: .*got "catalogue"$/,
    ],
    ['a source without a quota', from(itemToItem('watch', { quota: 0 })), /^item-to-item: quota: .*got 0$/],
    [
      'a source without time',
      from(itemToItem('watch', { deadlineMs: Number.NaN })),
      /^item-to-item: deadlineMs: .*got NaN$/,
    ],
    ['a source on an unknown event', from(itemToItem('click')), /^item-to-item: event click/],
    [
      'a source on an unknown field',
      from(trending('watch', { halfLife: '1h', where: { minutes: { min: 1 } } })),
      /^trending: where: unknown field minutes$/,
    ],
    [
      'a source on an unknown attribute',
      from(fresh({ by: 'video.madeAt', maxAge: '1d' })),
      /^fresh: attribute: .*got video\.madeAt$/,
    ],
    [
      'a source on an attribute of the wrong entity',
      from(popularIn('watch', { by: 'video.creator', halfLife: '1h' })),
      /^popular-in-creator: attribute: .*user\.country/,
    ],
    [
      'a source on an attribute of the wrong kind',
      from(similarContent('watch', { of: ['video.title'] })),
      /^similar-content: attribute: .*video\.creator/,
    ],
    ['a filter on an unknown event', through(hidden('hide')), /^hidden\(hide\): event hide/],
    [
      'a filter on an unknown field',
      through(blocked('block', { field: 'maker', of: 'video.creator' })),
      /^blocked\(block\): event block/,
    ],
    [
      'fewer candidates than a page',
      { retrieval: retrievalOf({ candidates: 99 }) },
      /^retrieval\.candidates: expected at least page\.maxLimit, 100, got 99$/,
    ],
    [
      'candidates in parts',
      { retrieval: retrievalOf({ candidates: 200.5 }) },
      /^retrieval\.candidates: expected a whole number/,
    ],
    [
      'a rule on an unknown attribute',
      { reranking: [cap({ by: 'video.maker', perPage: 2 })] },
      /^reranking: expected an attribute of video, got video\.maker$/,
    ],
    ['a rule on another entity', { reranking: [deduplicate('channel.title')] }, /^reranking: .*got channel\.title$/],
    [
      'a quota above the page',
      { reranking: [quota({ by: 'video.creator', value: 'ann', least: 1000 })] },
      /^reranking: page rules: .*at most the \d+ places/,
    ],
    ['a comparison of vectors', { reranking: [determinantal({ lambda: 0.5 })] }, /^reranking: determinantal: /],
    [
      'a rule on a path that goes on',
      { reranking: [deduplicate('video.title.length')] },
      /^reranking: .*got video\.title\.length$/,
    ],
    [
      'a rule twice',
      { reranking: [deduplicate('video.title'), deduplicate('video.title')] },
      /^reranking: page rules: .*twice/,
    ],
    [
      'a mark that is not a boolean',
      { sponsored: 'video.title' },
      /^sponsored: expected a boolean attribute of video, got video\.title$/,
    ],
    ['a page of nothing', { page: { limit: 0, maxLimit: 10 } }, /^page\.limit: .*got 0$/],
    ['a page above its limit', { page: { limit: 20, maxLimit: 10 } }, /^page: expected limit <= maxLimit, got 20, 10$/],
    [
      'a light stage of unknown features',
      { light: { ranking: { ...rankerOf(), features: ['hours'] }, keep: 100 } },
      /^light\.ranking\.features: unknown feature hours$/,
    ],
    [
      'a ranker without features',
      { ranking: { ...rankerOf(), features: [] } },
      /^ranking\.features: expected at least one, got none$/,
    ],
    [
      'a ranker that corrects for places, which are a feature here',
      { ranking: { ...rankerOf(), positions: 'corrected' } },
      /^ranking: expected a ranker to which a position is a feature, got one from clicks$/,
    ],
    [
      'a light stage that keeps less than a page',
      { light: { ranking: rankerOf(), keep: 99 } },
      /^light\.keep: expected at least page\.maxLimit, 100, got 99$/,
    ],
    ['no time', { budgetMs: 0 }, /^budgetMs: .*got 0$/],
    [
      'exploration without a place',
      { exploration: explorationOf() },
      /^exploration: expected one place on the page by exploration.*got 0$/,
    ],
    [
      'exploration of the whole page',
      { ...withPlace, exploration: explorationOf({ budgetShare: 1 }) },
      /^exploration: budgetShare: expected a share within \(0, 1\), got 1$/,
    ],
    [
      'exploration by an age that is none',
      { ...withPlace, exploration: explorationOf({ newItems: { by: 'video.title', maxAge: '1d', exposures: 5 } }) },
      /^exploration: attribute: expected a timestamp of video .*got video\.title$/,
    ],
    [
      'exploration for an event that is none',
      { ...withPlace, exploration: explorationOf({ success: { event: 'applause' } }) },
      /^exploration: event applause: /,
    ],
  ]
  for (const [what, parts, fault] of REFUSED) {
    it(what, () => {
      const faults = faultsOf(parts)
      assert.equal(faults.length, 1, faults.join('\n'))
      assert.match(faults[0] ?? '', fault)
    })
  }

  it('slots for sponsored items that nothing marks', () => {
    const { sponsored: _mark, ...rest } = systemOf()
    const faults = faultsOfApp(() => defineApp({ name: 'tube', schema, features, systems: { home: rest } }))
    assert.match(faults.join(), /^home: reranking: expected the attribute that marks sponsored items/)
  })
})

describe('the hash of a system', () => {
  const hashOf = (parts: Parts = {}, featureSet = features): string => {
    const system = systemOf(parts)
    return hashOfSystem(defineApp({ name: 'tube', schema, features: featureSet, systems: { home: system } }), system)
  }

  it('is equal for equal definitions, and does not hang on how long things may take', () => {
    assert.equal(hashOf(), hashOf())
    assert.equal(hashOf(), hashOf({ budgetMs: 5 }))
    const hurried = retrievalOf({
      sources: [itemToItem('watch', { deadlineMs: 1 }), ...retrievalOf().sources.slice(1)],
    })
    assert.equal(hashOf(), hashOf({ retrieval: hurried }))
  })

  it('differs as soon as a part does', () => {
    const others = [
      hashOf({ problem: problemOf('ranking', 'impression') }),
      hashOf({ retrieval: retrievalOf({ candidates: 201 }) }),
      hashOf({ retrieval: retrievalOf({ filters: [] }) }),
      hashOf({ retrieval: retrievalOf({ sources: retrievalOf().sources.toReversed() }) }),
      hashOf({ ranking: rankerOf('watch', candidates({ negatives: 3 })) }),
      hashOf({ ranking: rankerOf('watch', undefined, { seconds: { min: 1 } }) }),
      hashOf({ reranking: [deduplicate('video.title')] }),
      hashOf({ light: { ranking: rankerOf(), keep: 150 } }),
      hashOf({ light: { ranking: rankerOf(), keep: 151 } }),
      hashOf(withPlace),
      hashOf({ ...withPlace, exploration: explorationOf() }),
      hashOf(
        {},
        defineFeatures(schema, (f) => ({ hour: f.hourOfDay() })),
      ),
    ]
    assert.equal(new Set([hashOf(), ...others]).size, others.length + 1)
  })
})
