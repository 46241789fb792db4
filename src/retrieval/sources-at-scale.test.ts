import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FeatureState, RequestFrame } from '../features/index.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, randomFrom } from '../foundation/index.ts'
import { boolean, category, defineSchema, ref, timestamp } from '../problem/index.ts'
import { fresh } from './sources/fresh.ts'
import { popularIn, trending } from './sources/trending.ts'

const schema = defineSchema({
  entities: { user: { country: category() }, video: { publishedAt: timestamp(), promoted: boolean() } },
  events: { watch: { user: ref('user'), video: ref('video') } },
})
const setting = { schema, subject: 'user', item: 'video' }
const START = 20_000 * DAY_MS
const [VIDEOS, WATCHES, USERS] = [9_000, 30_000, 40]
const TREND = { kind: 'trend', event: 'watch', of: 'video', where: undefined, halfLifeMs: HOUR_MS } as const

/** A log in which thousands of videos are met, some far more than others, and dates are corrected on the way. */
function records() {
  const random = randomFrom(4, 'catalogue')
  const described = Array.from({ length: VIDEOS }, (_, video) => ({
    ...{ type: 'video', at: START, video: `v${video}` },
    publishedAt: START - random.integer(6) * DAY_MS - random.integer(50) * MINUTE_MS,
  }))
  const people = Array.from({ length: USERS }, (_, user) => ({
    ...{ type: 'user', at: START, user: `u${user}` },
    country: `c${user % 2}`,
  }))
  const events = Array.from({ length: WATCHES }, (_, index) => {
    const video = `v${Math.floor(random.uniform() ** 3 * VIDEOS)}`
    const at = START + index * 2_000 - (random.uniform() < 0.1 ? HOUR_MS : 0)
    if (index % 500 === 0) return { type: 'video', at, video, publishedAt: START - random.integer(DAY_MS) }
    return { type: 'watch', at, user: `u${random.integer(USERS)}`, video }
  })
  return [...described, ...people, ...events]
}

/** What a sort of all items by a score finds. */
function sorted(
  state: FeatureState,
  score: (item: number) => number,
  accept: (item: number) => boolean,
  limit: number,
) {
  return Array.from({ length: state.attributes.keys('video').size }, (_, item) => item)
    .filter((item) => score(item) > 0 && accept(item))
    .sort((a, b) => score(b) - score(a) || a - b)
    .slice(0, limit)
}

describe('sources that keep lists', () => {
  it('find what a sort of the whole catalogue finds, at any moment, also after a snapshot and for who saw most of it', async () => {
    const sources = [
      trending('watch', { halfLife: '1h' }),
      popularIn('watch', { by: 'user.country', halfLife: '1h' }),
      fresh({ by: 'video.publishedAt', maxAge: '3d' }),
    ]
    const specs = sources.flatMap((source) => source.aggregates(setting))
    const state = new FeatureState(schema, specs)
    const opened = sources.map((source) => source.open({ ...setting, state, model: () => undefined }))
    const log = records()
    for (const [index, record] of log.entries()) {
      state.apply(index + 1, { id: `e${index}`, ...record })
      const events = index - VIDEOS - USERS
      if (events % 6_000 !== 1_000) continue
      const loaded = new FeatureState(schema, specs)
      loaded.load(state.save())
      const again = sources.map((source) => source.open({ ...setting, state: loaded, model: () => undefined }))
      for (const accept of [() => true, (item: number) => item % 40 === 3]) {
        await compare(state, opened, record.at, accept)
        await compare(loaded, again, record.at, accept)
      }
    }
  })
})

async function compare(
  state: FeatureState,
  [all, own, newest]: readonly ReturnType<ReturnType<typeof fresh>['open']>[],
  at: number,
  accept: (item: number) => boolean,
): Promise<void> {
  const subject = state.attributes.keys('user').find('u1')
  const frame = new RequestFrame(schema).bind('user', subject)
  frame.at = at
  const judged: number[][] = []
  const found = await Promise.all(
    [all, own, newest].map(async (source) => {
      const asked: number[] = []
      judged.push(asked)
      const judge = (item: number): boolean => {
        asked.push(item)
        return accept(item)
      }
      const itemCount = state.attributes.keys('video').size
      return Array.from((await source!.retrieve({ frame, subject, itemCount, accept: judge }, 300)).items)
    }),
  )
  const country = state.attributes.category('user.country', subject)
  const weights = [
    state.aggregate<'trend'>(TREND).weights(),
    state.aggregate<'trend'>({ ...TREND, by: 'user.country' }).weights(country),
  ]
  const published = state.attributes.numbers('video.publishedAt')
  const scores = [
    ...weights.map((list) => (item: number) => list[item] ?? 0),
    (item: number) => (published[item]! <= at ? 1 - (at - published[item]!) / (3 * DAY_MS) : 0),
  ]
  scores.forEach((score, index) => {
    const expected = sorted(state, score, accept, 300)
    assert.deepEqual(found[index], expected)
    // What was judged is the top of the order, down to the last that was found, and nothing else.
    const last = expected.length === 300 ? expected[299]! : -1
    const whole = sorted(state, score, () => true, VIDEOS)
    const top = last < 0 ? whole : whole.slice(0, whole.indexOf(last) + 1)
    assert.deepEqual([...new Set(judged[index])], top)
  })
}
