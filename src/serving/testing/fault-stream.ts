import { DAY_MS, HOUR_MS, MINUTE_MS, type Random, randomFrom } from '../../foundation/index.ts'

export const USERS = 300
export const VIDEOS = 400
/** Most events of one append of the stream. */
export const LARGEST_BATCH = 80
const START_MS = Date.UTC(2026, 0, 1)
/** How far back the event lies that a planted duplicate repeats, at most. */
const DUPLICATE_REACH = 5_000

/** What a client sends. Some of it is nothing that a schema takes. */
export type SentEvent = Readonly<Record<string, unknown>>

/**
 * An endless stream of events in which everything goes wrong that may: late, ahead of time, out of order, at the same
 * millisecond, sent twice, sent twice with another content, and not to be accepted at all.
 *
 * The event at an index is a function of the seed and the index, so that a client whose server died can go on anywhere.
 */
export class FaultStream {
  readonly #seed: number
  readonly #stepMs: number
  readonly #users: number
  readonly #videos: number

  /** @param stepMs - how far the clock moves from one event to the next */
  constructor(seed: number, stepMs: number, { users, videos } = { users: USERS, videos: VIDEOS }) {
    this.#seed = seed
    this.#stepMs = stepMs
    this.#users = users
    this.#videos = videos
  }

  /** What the clock shows when the event at an index is sent. */
  nowAt(index: number): number {
    return START_MS + Math.floor(index * this.#stepMs)
  }

  eventAt(index: number): SentEvent {
    const random = randomFrom(this.#seed, 'fault-stream', index)
    const fate = random.uniform()
    if (index <= this.#users + this.#videos || fate >= 0.06) return this.#fresh(index)
    const before = this.#fresh(index - 1 - random.integer(Math.min(DUPLICATE_REACH, index)))
    // The first of an id stays as it was, whatever comes later under it.
    return fate < 0.04 ? before : { ...before, at: this.nowAt(index) }
  }

  /** The events of [from, to). */
  slice(from: number, to: number): SentEvent[] {
    return Array.from({ length: to - from }, (_, position) => this.eventAt(from + position))
  }

  #fresh(index: number): SentEvent {
    const random = randomFrom(this.#seed, 'fresh', index)
    const id = `e${index}`
    if (index < this.#users) return describedUser(id, index, START_MS, random)
    if (index < this.#users + this.#videos) return describedVideo(id, index - this.#users, START_MS, random)
    const at = moment(this.nowAt(index), random)
    // Neighbours in the stream are often about the same two, so that a watch follows what was shown.
    const choice = random.uniform() < 0.6 ? randomFrom(this.#seed, 'pair', index >> 2) : random
    const user = skewed(this.#users, choice)
    const video = skewed(this.#videos, choice)
    const who = { user: `u${user}`, video: `v${video}` }
    const kind = random.uniform()
    if (kind < 0.45) {
      return { id, type: 'impression', at, ...who, position: 1 + random.integer(10), decision: `p${index >> 3}` }
    }
    if (kind < 0.88) return { id, type: 'watch', at, ...who, seconds: random.uniform() * 90 }
    if (kind < 0.92)
      return { id, type: 'like', at, ...who, ...(random.uniform() < 0.5 ? { weight: random.normal() } : {}) }
    if (kind < 0.94) return { id, type: 'hide', at, ...who }
    if (kind < 0.945) return { id, type: 'block', at, user: who.user, creator: `c${random.integer(40)}` }
    if (kind < 0.965) return describedUser(id, user, at, random)
    if (kind < 0.99) return describedVideo(id, video, at, random)
    return { id, type: 'watch', at, user: who.user, seconds: 'long' }
  }
}

/** A key below `count`; the small ones are met far more often. */
export function skewed(count: number, random: Random): number {
  return Math.floor(random.uniform() ** 2 * count)
}

/** When something happened that is sent at `now`. */
function moment(now: number, random: Random): number {
  const kind = random.uniform()
  const part = random.uniform()
  if (kind < 0.55) return now - Math.floor(part * 3_000)
  if (kind < 0.75) return now - (now % MINUTE_MS)
  if (kind < 0.87) return now - Math.floor(part * 10 * MINUTE_MS)
  if (kind < 0.94) return now - Math.floor(part * 20 * HOUR_MS)
  if (kind < 0.97) return now - Math.floor(part * 10 * DAY_MS)
  if (kind < 0.99) return now + Math.floor(part * 20 * HOUR_MS)
  return now + 3 * DAY_MS
}

function describedUser(id: string, user: number, at: number, random: Random): SentEvent {
  const birthYear = random.uniform() < 0.8 ? { birthYear: 1940 + random.integer(70) } : {}
  return { id, type: 'user', at, user: `u${user}`, country: `n${random.integer(6)}`, ...birthYear }
}

function describedVideo(id: string, video: number, at: number, random: Random): SentEvent {
  return {
    id,
    type: 'video',
    at,
    video: `v${video}`,
    title: `Video ${video} ${random.integer(5)}`,
    genres: Array.from({ length: 1 + random.integer(3) }, () => `g${random.integer(9)}`),
    creator: `c${random.integer(40)}`,
    publishedAt: START_MS - random.integer(60) * DAY_MS,
    ...(random.uniform() < 0.7 ? { origin: `n${random.integer(6)}` } : {}),
    ...(random.uniform() < 0.7 ? { quality: random.normal() } : {}),
    ...(random.uniform() < 0.5 ? { isLive: random.uniform() < 0.2 } : {}),
  }
}
