import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type Application, defineApp, rankingSystem, requireSystem } from '../application/index.ts'
import { openDataDirectory, openEventLog } from '../data/index.ts'
import { defineFeatures, FeatureRows, FeatureState, RequestFrame } from '../features/index.ts'
import { HOUR_MS, randomFrom } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import { defineProblem, defineSchema, id, number, ref, timestamp } from '../problem/index.ts'
import { exposures, logisticRanker } from '../ranking/index.ts'
import { fresh } from '../retrieval/index.ts'
import { temporaryFolder } from '../testing/index.ts'
import { ModelRegistry } from './model-registry.ts'
import { RANKER } from './system-rankers.ts'
import { trainSystem } from './train-system.ts'

const START = Date.UTC(2026, 0, 1)
const HOURS = 40
const VIDEOS = 60
const NOW = START + (HOURS + 1) * HOUR_MS

function applicationOf(basis: 'linear' | 'piecewise'): Application {
  const schema = defineSchema({
    entities: { user: {}, video: { quality: number().optional(), publishedAt: timestamp() } },
    events: {
      impression: { user: ref('user'), video: ref('video'), page: id() },
      watch: { user: ref('user'), video: ref('video') },
    },
  })
  const home = rankingSystem({
    problem: defineProblem({
      task: 'ranking',
      objective: 'watch',
      success: [{ name: 'watchesPerPage', better: 'higher' }],
      guardrails: { p99Ms: 100 },
      scale: { users: 100, items: 100, eventsPerSecond: 1, requestsPerSecond: 1 },
    }),
    subject: 'user',
    item: 'video',
    retrieval: { sources: [fresh({ by: 'video.publishedAt', maxAge: '30d' })], filters: [], candidates: 100 },
    ranking: logisticRanker({
      label: { event: 'watch', within: '30m' },
      examples: exposures('impression', { group: 'page' }),
      model: { basis },
    }),
    reranking: [],
  })
  const features = defineFeatures(schema, (f) => ({ quality: f.attribute('video.quality', { freshness: '12h' }) }))
  return defineApp({ name: 'fresh', schema, features, systems: { home } })
}

/** Videos 0, 3, 6 ... are rated every hour, 1, 4 ... were a day before the start and never again, 2, 5 ... never. */
const stateOf = (video: number) => (['fresh', 'stale', 'missing'] as const)[video % 3]!
const CHANCES = { stale: 0.7, missing: 0.1 } as const

function chanceOf(video: number): number {
  const state = stateOf(video)
  return state === 'fresh' ? 0.3 + (0.4 * video) / VIDEOS : CHANCES[state]
}

function events(): (Record<string, unknown> & { at: number })[] {
  const random = randomFrom(1, 'freshness')
  const list: (Record<string, unknown> & { at: number })[] = []
  const describe = (video: number, at: number, fields: object) =>
    list.push({ id: `d${list.length}`, type: 'video', at, video: `v${video}`, ...fields })
  for (let video = 0; video < VIDEOS; video++) {
    describe(video, START - 24 * HOUR_MS, { publishedAt: START - HOUR_MS })
    if (stateOf(video) === 'stale') describe(video, START - 24 * HOUR_MS, { quality: video / VIDEOS })
  }
  for (let hour = 0; hour < HOURS; hour++) {
    const at = START + hour * HOUR_MS
    for (let video = 0; video < VIDEOS; video += 3) describe(video, at, { quality: video / VIDEOS })
    for (let user = 0; user < 60; user++) {
      for (let place = 0; place < 5; place++) {
        const video = random.integer(VIDEOS)
        const event = { at: at + 1000 * user, user: `u${user}`, video: `v${video}` }
        list.push({ id: `i${list.length}`, type: 'impression', ...event, page: `${hour} ${user}` })
        if (random.uniform() < chanceOf(video)) {
          list.push({ id: `w${list.length}`, type: 'watch', ...event, at: event.at + 500 })
        }
      }
    }
  }
  return list
}

/** The ranker that training made of the log, and the rows of all videos as a server would fill them afterwards. */
async function trained(application: Application): Promise<{ ranker: RowModel; rows: Float64Array[] }> {
  const folder = temporaryFolder()
  const clock = () => NOW
  const directory = openDataDirectory(join(folder, 'log'), { mode: 'write', clock })
  const log = openEventLog(directory, { schema: application.schema, clock })
  try {
    assert.deepEqual((await log.append(events())).rejected, [])
    const registry = new ModelRegistry(join(folder, 'models'))
    const options = { seed: 1, codeVersion: 'test', nowMs: NOW }
    const { version } = await trainSystem(application, 'home', log, registry, options)
    const bytes = registry.artifacts(version).get(RANKER) ?? new Uint8Array()
    const state = new FeatureState(application.schema, application.aggregates)
    for (const { firstOffset, records } of log.read()) {
      for (const [index, record] of records.entries()) state.apply(firstOffset + index, record)
    }
    return { ranker: requireSystem(application, 'home').ranking.load(bytes), rows: rowsOf(application, state) }
  } finally {
    await log.close()
    await directory.close()
  }
}

function rowsOf({ features, schema }: Application, state: FeatureState): Float64Array[] {
  const reader = new FeatureRows(features, state, 'video')
  const frame = new RequestFrame(schema)
  frame.at = NOW
  return Array.from({ length: VIDEOS }, (_, video) => {
    const row = new Float64Array(reader.width)
    reader.fill(frame, [state.attributes.keys('video').find(`v${video}`)], row)
    return row
  })
}

describe('a static value that is missing or stale', () => {
  for (const basis of ['linear', 'piecewise'] as const) {
    it(`is a state of its own to the ${basis} model, learnt in training and read in serving`, async () => {
      const { ranker, rows } = await trained(applicationOf(basis))
      const scores = new Float64Array(VIDEOS)
      for (const [video, row] of rows.entries()) ranker.scoreRows(row, 1, scores.subarray(video, video + 1))
      for (const [video, row] of rows.entries()) {
        const expected = { fresh: [video / VIDEOS, 0], stale: [Number.NaN, 1], missing: [Number.NaN, Number.NaN] }
        assert.deepEqual([...row], expected[stateOf(video)])
        const probability = ranker.response(scores[video]!)
        // A curve bends after the few shows of each fresh video; all stale ones, and all missing ones, share a weight.
        const tolerance = stateOf(video) === 'fresh' ? 0.2 : 0.06
        assert.ok(Math.abs(probability - chanceOf(video)) < tolerance, `video ${video}: ${probability}`)
      }
    })
  }
})
