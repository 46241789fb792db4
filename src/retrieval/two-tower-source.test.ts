import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FeatureState, RequestFrame } from '../features/index.ts'
import { ByteReader, ByteWriter, isSluiceError, randomFrom } from '../foundation/index.ts'
import { categories, category, defineSchema, integer, number, ref, text } from '../problem/index.ts'
import { openRetrievalContext } from './open-context.ts'
import { retrievalModelName } from './retrieval-model.ts'
import { twoTower } from './sources/two-tower.ts'
import { TowerExamples } from './towers/tower-examples.ts'
import type { TowerModelOptions } from './towers/tower-spec.ts'

const schema = defineSchema({
  entities: {
    user: { country: category(), birthYear: integer() },
    video: { genres: categories(), title: text(), creator: category() },
  },
  events: { watch: { user: ref('user'), video: ref('video'), seconds: number() } },
})
const setting = { schema, subject: 'user', item: 'video' }
const LONG = { seconds: { min: 30 } }
const SOURCE = twoTower('watch', {
  where: LONG,
  user: ['user.country', { path: 'user.birthYear', band: 10 }],
  item: ['video.genres', 'video.title', 'video.creator'],
  history: 5,
  model: { dimensions: 16, bits: 12, epochs: 8, batchSize: 64, userDropout: 0.2 },
})
const GENRES = ['drama', 'comedy', 'sport', 'news']

type Event = { id: string; at: number; type: string; [field: string]: unknown }

/** Countries like a genre each; videos of a genre have its words in their titles. */
function worldEvents(userCount: number): Event[] {
  const random = randomFrom(9, 'towers')
  const events: Event[] = []
  const push = (fields: { type: string; [field: string]: unknown }): void => {
    events.push({ id: `e${events.length}`, at: events.length, ...fields })
  }
  for (let video = 0; video < 40; video++) push(videoEvent(`v${video}`, video % 4))
  for (let user = 0; user < userCount; user++) {
    push({ type: 'user', user: `u${user}`, country: `c${user % 4}`, birthYear: 1950 + random.integer(50) })
    for (let watch = 0; watch < 6; watch++) {
      const genre = random.uniform() < 0.85 ? user % 4 : random.integer(4)
      push({ type: 'watch', user: `u${user}`, video: `v${genre + 4 * random.integer(10)}`, seconds: 60 })
    }
  }
  return events
}

function videoEvent(video: string, genre: number) {
  const title = `${GENRES[genre]} number ${video}`
  return { type: 'video', video, genres: [GENRES[genre]], title, creator: `maker ${genre} ${video.length}` }
}

function fitted(events: readonly Event[], options: TowerModelOptions = {}): Uint8Array {
  assert.ok(SOURCE.towers)
  const spec = { ...SOURCE.towers, options: { ...SOURCE.towers.options, ...options } }
  const examples = new TowerExamples(setting, spec, events.filter(({ type }) => type === 'watch').length)
  events.forEach((event, index) => {
    examples.apply(index + 1, event)
  })
  return examples.fit()
}

const EVENTS = worldEvents(200)
const BYTES = fitted(EVENTS)

function openSource(events: readonly Event[], isTrained = true, bytes = BYTES) {
  assert.ok(SOURCE.towers)
  const state = new FeatureState(schema, SOURCE.aggregates(setting))
  const artifacts = new Map(isTrained ? [[retrievalModelName(SOURCE.towers), bytes]] : [])
  const opened = SOURCE.open(openRetrievalContext(setting, state, artifacts))
  const apply = (fields: object): void => {
    state.apply(state.offset + 1, { id: `n${state.offset}`, at: state.offset, type: '', ...fields })
  }
  for (const event of events) apply(event)
  const keys = state.attributes.keys('video')
  const request = (user: string) => {
    const subject = state.attributes.keys('user').find(user)
    return { frame: new RequestFrame(schema).bind('user', subject), subject, itemCount: keys.size, accept: () => true }
  }
  return {
    apply,
    async ask(user: string, limit = 10): Promise<string[]> {
      const { items } = await opened.retrieve(request(user), limit)
      return Array.from(items, (item) => keys.name(item))
    },
    async askWithScores(user: string) {
      return opened.retrieve(request(user), 100)
    },
    score(user: string, items: readonly number[]): Float64Array {
      const out = new Float64Array(items.length)
      opened.scoreItems?.(request(user), items, out)
      return out
    },
    keys,
  }
}

/** The share of videos, other than new ones, that are of a genre. */
function shareOf(genre: number, videos: readonly string[]): number {
  return videos.filter((name) => Number(name.slice(1)) % 4 === genre).length / videos.length
}

describe('the source of two towers', () => {
  it('finds what a person of a known country likes before the first event of that person', async () => {
    const source = openSource(EVENTS)
    source.apply({ type: 'user', user: 'newcomer', country: 'c2' })
    assert.ok(shareOf(2, await source.ask('newcomer')) > 0.8)
  })

  it('follows the first events of a stranger at once', async () => {
    const source = openSource(EVENTS)
    assert.deepEqual(await source.ask('stranger'), [])
    source.apply({ type: 'watch', user: 'stranger', video: 'v1', seconds: 60 })
    assert.ok(shareOf(1, await source.ask('stranger')) > 0.8)
    for (const video of ['v3', 'v7', 'v11']) source.apply({ type: 'watch', user: 'stranger', video, seconds: 60 })
    assert.ok(shareOf(3, await source.ask('stranger')) > 0.5)
  })

  it('finds a new video for its audience with the request after its description, and follows a better one', async () => {
    const source = openSource(EVENTS)
    const before = await source.ask('u0', 12)
    source.apply(videoEvent('new', 0))
    assert.ok(!before.includes('new') && (await source.ask('u0', 12)).includes('new'))
    assert.ok(!(await source.ask('u1', 10)).includes('new'))
    source.apply(videoEvent('new', 1))
    assert.ok(!(await source.ask('u0', 10)).includes('new'))
    assert.ok((await source.ask('u1', 12)).includes('new'))
  })

  it('follows every event and description between two requests of one person', () => {
    const source = openSource(EVENTS)
    const seen: Event[] = [...EVENTS]
    const changes = [
      { type: 'watch', user: 'u1', video: 'v2', seconds: 60 },
      { type: 'user', user: 'u1', country: 'c3' },
      videoEvent('v2', 3),
      { type: 'watch', user: 'u2', video: 'v3', seconds: 60 },
    ]
    for (const change of changes) {
      source.score('u1', [0, 1, 2, 3])
      source.apply(change)
      seen.push({ id: '', at: seen.length, ...change })
      assert.deepEqual(source.score('u1', [0, 1, 2, 3]), openSource(seen).score('u1', [0, 1, 2, 3]))
    }
  })

  it('rates items as it ranks them, and one that was only named not at all', async () => {
    const source = openSource(EVENTS)
    source.apply({ type: 'watch', user: 'u5', video: 'undescribed', seconds: 60 })
    const { items, scores } = await source.askWithScores('u5')
    const rated = source.score('u5', Array.from(items))
    const [first, last] = [0, items.length - 1]
    const spread = (scores[first]! - scores[last]!) / (rated[first]! - rated[last]!)
    rated.forEach((score, index) => {
      assert.ok(Math.abs(spread * (score - rated[first]!) - (scores[index]! - scores[first]!)) < 1e-6)
    })
    assert.ok(Number.isNaN(source.score('u5', [source.keys.find('undescribed')])[0]))
    assert.ok(source.score('stranger', [0, 1]).every(Number.isNaN))
  })

  it('rates in deviations from the average, so that what another fit says means the same', () => {
    const people = Array.from({ length: 200 }, (_, user) => `u${user}`)
    const videos = Array.from({ length: 40 }, (_, video) => video)
    for (const seed of [1, 2, 3]) {
      const source = openSource(EVENTS, true, fitted(EVENTS, { seed }))
      const rated = people.flatMap((user) => Array.from(source.score(user, videos)))
      const mean = rated.reduce((sum, score) => sum + score, 0) / rated.length
      const variance = rated.reduce((sum, score) => sum + (score - mean) ** 2, 0) / rated.length
      // The people of the examples are those of each event, with what was known before it.
      assert.ok(Math.abs(mean) < 0.2, `mean ${mean}`)
      assert.ok(variance > 0.7 && variance < 1.4, `variance ${variance}`)
    }
  })

  it('takes closeness as it is from a file that keeps no scale', async () => {
    const reader = new ByteReader(BYTES, 'MODEL_CORRUPT')
    const { names } = reader.json() as { names: string[] }
    const source = openSource(EVENTS, true, new ByteWriter().json(names).bytes(reader.bytes()).finish())
    const { items, scores } = await source.askWithScores('u5')
    const rated = source.score('u5', Array.from(items))
    for (const [index, score] of rated.entries()) assert.ok(Math.abs(score - scores[index]!) < 1e-6)
  })

  it('gives nothing before the first training', async () => {
    const source = openSource(EVENTS, false)
    assert.deepEqual(await source.ask('u0'), [])
    assert.ok(source.score('u0', [0]).every(Number.isNaN))
  })

  it('learns the same bytes from the same log, and from one with other events in between', () => {
    assert.deepEqual(fitted(EVENTS), BYTES)
    const short = EVENTS.flatMap((event, index): Event[] => {
      const skipped = { ...event, id: `s${index}`, type: 'watch', user: 'u0', video: 'v0', seconds: 1 }
      return [event, skipped]
    })
    assert.deepEqual(fitted(short), BYTES)
  })

  it('learns from what was known before each event: what is said later changes nothing but the items', () => {
    const later: Event[] = [{ id: 'later', at: 1e6, type: 'user', user: 'u0', country: 'c3' }]
    assert.deepEqual(fitted([...EVENTS, ...later]), BYTES)
  })

  it('refuses an attribute that the schema lacks, and a number without a band', () => {
    for (const item of [['video.colour'], [{ path: 'video.creator', band: 2 }]]) {
      const source = twoTower('watch', { item })
      assert.throws(
        () => source.aggregates(setting),
        (error) => isSluiceError(error, 'INVALID_APPLICATION'),
      )
    }
    const source = twoTower('watch', { item: [], user: ['user.birthYear'] })
    assert.throws(
      () => source.aggregates(setting),
      (error) => isSluiceError(error, 'INVALID_APPLICATION'),
    )
  })

  it('declares what it costs and how fresh it is', () => {
    assert.deepEqual([SOURCE.cost, SOURCE.freshness, SOURCE.scoresItems], ['scan', 'description', true])
  })
})
