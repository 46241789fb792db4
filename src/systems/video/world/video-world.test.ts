import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventRecord } from '../../../data/index.ts'
import { contentHash, DAY_MS, isSluiceError } from '../../../foundation/index.ts'
import { type FieldSpec, recordFields } from '../../../problem/index.ts'
import { videoSchema } from '../schema.ts'
import type { VideoWorldOptions } from './options.ts'
import { examinationProbability } from './response.ts'
import { generateVideoEvents } from './video-events.ts'
import { createVideoWorld } from './video-world.ts'

const SMALL = { seed: 5, users: 150, videos: 400, days: 4 }
const eventsOf = (options: VideoWorldOptions): EventRecord[] => [...generateVideoEvents(createVideoWorld(options))]

describe('the stream of the demonstration', () => {
  const world = createVideoWorld({ seed: 1 })
  const { startMs, days } = world.options
  const records = [...generateVideoEvents(world)]
  const byType = Map.groupBy(records, ({ type }) => type)
  const impressions = byType.get('impression') ?? []
  const watches = byType.get('watch') ?? []

  it('has more than 300,000 records, of 2,000 users and 5,000 videos', (test) => {
    test.diagnostic(JSON.stringify([records.length, ...[...byType].map(([type, list]) => `${type} ${list.length}`)]))
    assert.ok(records.length > 300_000 && records.length < 345_000)
    assert.equal(byType.get('user')?.length, 2_000)
    assert.equal(byType.get('video')?.length, 5_000)
  })

  it('is in the order of time and names every record once', () => {
    assert.ok(records.every(({ at }, index) => at >= (records[index - 1]?.at ?? startMs)))
    assert.equal(new Set(records.map(({ id }) => id)).size, records.length)
  })

  it('fits the schema', () => {
    for (const record of records) assert.deepEqual(faultsOf(record), [])
  })

  it('mentions a user or a video only after it was made known', () => {
    const known = new Set<unknown>()
    for (const { type, user, video } of records) {
      if (type === 'user') known.add(user)
      else if (type === 'video') known.add(video)
      else assert.ok(known.has(user) && (video === undefined || known.has(video)))
    }
  })

  it('has a watch for 8 to 20 in 100 impressions, most of them long, some short', () => {
    const rate = watches.length / impressions.length
    const long = watches.filter(({ seconds }) => Number(seconds) >= 30).length / watches.length
    assert.ok(rate > 0.08 && rate < 0.2)
    assert.ok(long > 0.6 && long < 0.95)
  })

  it('has few hides and fewer blocks', () => {
    const hides = (byType.get('hide') ?? []).length
    const blocks = (byType.get('block') ?? []).length
    assert.ok(hides > 0.002 * impressions.length && hides < 0.02 * impressions.length)
    assert.ok(blocks > 0 && blocks < 0.15 * hides)
  })

  it('shows position bias: watches fall down the page as examination does', () => {
    const shownAt = new Map(impressions.map(({ decision, video, position }) => [`${decision} ${video}`, position]))
    const counts = Map.groupBy(watches, ({ decision, video }) => shownAt.get(`${decision} ${video}`))
    const rates = [1, 2, 3, 5, 10].map((position) => counts.get(position)!.length)
    assert.ok(rates.every((rate, index) => index === 0 || rate < rates[index - 1]!))
    assert.ok(Math.abs(rates.at(-1)! / rates[0]! - examinationProbability(10)) < 0.04)
  })

  it('lets few long watches be shared, of good work more often', () => {
    const shares = byType.get('share') ?? []
    const long = watches.filter(({ seconds }) => Number(seconds) >= 30)
    assert.ok(shares.length > 0.01 * long.length && shares.length < 0.12 * long.length, `${shares.length}`)
    const watched = new Set(long.map(({ user, video }) => `${user} ${video}`))
    assert.ok(shares.every(({ user, video }) => watched.has(`${user} ${video}`)))
  })

  it('has new users and new videos every day', () => {
    for (const type of ['user', 'video']) {
      const perDay = Map.groupBy(byType.get(type) ?? [], ({ at }) => Math.floor((at - startMs) / DAY_MS))
      for (let day = 0; day < days; day++) assert.ok((perDay.get(day)?.length ?? 0) >= 10, `${type} on day ${day}`)
    }
  })

  it('is heavy-tailed: the top hundredth of the videos has over a tenth of the watches', () => {
    const counts = [...Map.groupBy(watches, ({ video }) => video).values()].map(({ length }) => length)
    const top = counts.sort((a, b) => b - a).slice(0, 50)
    assert.ok(top.reduce((sum, count) => sum + count, 0) > 0.1 * watches.length)
  })

  it('has titles that are equal but for case, spaces and punctuation, and no more than a few', () => {
    const plain = (title: unknown) =>
      String(title)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, '')
    const videos = byType.get('video') ?? []
    const repeated = videos.length - new Set(videos.map(({ title }) => plain(title))).size
    assert.ok(repeated > 40 && repeated < 200)
    assert.ok(new Set(videos.map(({ title }) => title)).size > 0.995 * videos.length)
  })
})

describe('a video world', () => {
  it('is the same for the same seed and another for another', () => {
    const first = contentHash(eventsOf(SMALL))
    assert.equal(contentHash(eventsOf(SMALL)), first)
    assert.notEqual(contentHash(eventsOf({ ...SMALL, seed: 6 })), first)
  })

  it('gives the same stream again from the same world', () => {
    const world = createVideoWorld(SMALL)
    assert.deepEqual([...generateVideoEvents(world)], [...generateVideoEvents(world)])
  })

  it('answers a page alike whatever other users were shown before', () => {
    const [quiet, busy] = [createVideoWorld(SMALL), createVideoWorld(SMALL)]
    const sessions = [...quiet.sessions()]
    const later = sessions.at(-1)
    const earlier = sessions.findLast(({ user }) => user !== later?.user)
    const page = Array.from({ length: 10 }, (_, index) => ({ video: `v${index * 3}`, position: index + 1 }))
    busy.respond(earlier!, page, 'other')
    assert.deepEqual(busy.respond(later!, page, 'd'), quiet.respond(later!, page, 'd'))
  })

  it('gives a video the same luck beside other videos', () => {
    const withVideo = (fillers: number) => {
      const world = createVideoWorld(SMALL)
      return [...world.sessions()].slice(0, 200).map((session) => {
        world.restart()
        const page = [1, 2, 3].map((position) => ({ video: `v${position === 2 ? 77 : fillers + position}`, position }))
        const records = world.respond(session, page, 'd')
        return records.find(({ type, video }) => type === 'watch' && video === 'v77')?.seconds
      })
    }
    const seconds = withVideo(100)
    assert.ok(seconds.some((value) => value !== undefined))
    // Fatigue is declared state: a creator just seen may change an answer now and then.
    const same = withVideo(200).filter((value, index) => value === seconds[index]).length
    assert.ok(same >= 195)
  })

  it('rarely lets a user watch the same pictures twice', () => {
    const world = createVideoWorld(SMALL)
    const chances = [...world.sessions()].flatMap((session) => {
      const before = world.trueProbability(session.user, 'v3', session.at)
      const records = world.respond(session, [{ video: 'v3', position: 1 }], 'd')
      const after = world.trueProbability(session.user, 'v3', session.at)
      return records.some(({ type }) => type === 'watch') ? [{ before, after }] : []
    })
    assert.ok(chances.length > 5)
    assert.ok(chances.every(({ after }) => after <= 0.05))
  })

  it('has true probabilities that the response keeps on average', () => {
    const world = createVideoWorld({ ...SMALL, users: 1_500 })
    let expected = 0
    let seen = 0
    for (const session of world.sessions()) {
      for (const video of ['v7', 'v60', 'v140', 'v300']) {
        world.restart()
        expected += world.trueProbability(session.user, video, session.at)
        const records = world.respond(session, [{ video, position: 1 }], 'd')
        seen += records.filter(({ type, seconds }) => type === 'watch' && Number(seconds) >= 30).length
      }
    }
    assert.ok(expected > 500)
    assert.ok(Math.abs(seen - expected) < 4 * Math.sqrt(expected), `${seen} of ${expected}`)
  })

  it('refuses users and videos that are not there, and options out of range', () => {
    const world = createVideoWorld(SMALL)
    const [session] = world.sessions()
    const respond = (video: string) => () => world.respond(session!, [{ video, position: 1 }], 'd')
    assert.throws(respond('v400'), refused)
    assert.throws(respond('v399'), refused)
    assert.throws(() => world.trueProbability('x1', 'v1', session!.at), refused)
    assert.throws(() => createVideoWorld({ seed: 1, users: 0 }), refused)
    assert.throws(() => createVideoWorld({ seed: 1, influx: { fromDay: 1, share: 1 } }), refused)
    assert.throws(() => createVideoWorld({ seed: 1, influx: { fromDay: 1, share: 0.2, genres: ['opera'] } }), refused)
  })
})

describe('an influx', () => {
  const influx = { fromDay: 3, share: 0.3 }
  const options = { seed: 2, users: 1_000, videos: 600, days: 8 }
  const world = createVideoWorld({ ...options, influx })
  const fromMs = world.options.startMs + influx.fromDay * DAY_MS
  const users = [...world.catalogue()].filter(({ type }) => type === 'user')
  const newcomers = new Set(users.filter(({ country }) => country === 'ID').map(({ user }) => user))

  it('brings users of another country and other birth years, none before its day', () => {
    const arrived = users.filter(({ user }) => newcomers.has(user))
    assert.ok(arrived.length > 300)
    assert.ok(arrived.every(({ at }) => at >= fromMs))
    assert.ok(arrived.every(({ birthYear }) => birthYear === undefined || Number(birthYear) > 1995))
  })

  it('makes about its share of the sessions from then on', () => {
    const sessions = [...world.sessions({ fromMs: fromMs + DAY_MS })]
    const share = sessions.filter(({ user }) => newcomers.has(user)).length / sessions.length
    assert.ok(Math.abs(share - influx.share) < 0.06, `${share}`)
  })

  it('leaves the sessions of all others as they were', () => {
    const others = [...world.sessions()].filter(({ user }) => !newcomers.has(user))
    assert.deepEqual(others, [...createVideoWorld(options).sessions()])
  })

  it('wants other videos', () => {
    const { startMs } = world.options
    const dance = [...world.catalogue()].filter(
      ({ type, genres, at }) => type === 'video' && at === startMs && String(genres) === 'dance',
    )
    const liking = (ids: readonly unknown[]) =>
      ids.reduce((sum: number, id) => sum + world.trueProbability(String(id), String(dance[0]?.video), fromMs), 0) /
      ids.length
    assert.ok(liking([...newcomers]) > 1.5 * liking(users.slice(0, 500).map(({ user }) => user)))
  })
})

function refused(error: unknown): boolean {
  return isSluiceError(error, 'INVALID_ARGUMENT')
}

/** What is wrong with a record by a reading of the schema that shares no code with the log's. */
function faultsOf(record: EventRecord): string[] {
  const fields = recordFields(videoSchema, record.type)
  if (!fields) return [`unknown type ${record.type}`]
  const { id, type: _, at, ...values } = record
  const faults = Object.keys(values).filter((name) => !Object.hasOwn(fields, name))
  if (typeof id !== 'string' || id.length > 40 || !Number.isSafeInteger(at)) faults.push('id or at')
  for (const [name, spec] of Object.entries(fields)) {
    const value = values[name]
    if (value === undefined ? !spec.isOptional : !fits(value, spec)) faults.push(name)
  }
  return faults
}

function fits(value: unknown, { kind, min }: FieldSpec): boolean {
  if (kind === 'categories') return Array.isArray(value) && value.every((item) => typeof item === 'string')
  if (kind === 'boolean') return typeof value === 'boolean'
  if (kind === 'integer' || kind === 'timestamp') return Number.isSafeInteger(value) && Number(value) >= (min ?? 0)
  if (kind === 'number') return Number.isFinite(value) && Number(value) >= (min ?? 0)
  return typeof value === 'string' && value.length > 0
}
