import { DAY_MS, HOUR_MS, randomFrom } from '../../src/foundation/index.ts'

export interface ScaleWorldOptions {
  readonly users: number
  readonly videos: number
  /** Events beside the descriptions. */
  readonly events: number
  readonly seed: number
}

export type ScaleRecord = { readonly id: string; readonly type: string; readonly at: number } & Record<string, unknown>

const END = Date.UTC(2026, 0, 15)
const SPAN_MS = 14 * DAY_MS
/** People and videos of one circle meet each other more than by chance. */
const CIRCLES = 500
const GENRES = 24
const COUNTRIES = 20
const LANGUAGES = 8
const DEVICES = ['phone', 'tablet', 'television', 'computer']

/**
 * Videos, people and what happened among them, made by number: half of what a person meets is popular with everyone,
 * half belongs to the person's circle, and popularity falls as in large catalogues. Every record is a function of the
 * options and its own number, so that it can be made again anywhere.
 */
export class ScaleWorld {
  readonly #options: ScaleWorldOptions

  constructor(options: ScaleWorldOptions) {
    this.#options = options
  }

  /** The moment after the last event of the history. */
  readonly endMs = END

  /** How many records there are: descriptions first, then events in the order of time. */
  get size(): number {
    const { users, videos, events } = this.#options
    return users + videos + events
  }

  /** Records of some numbers. */
  slice(from: number, to: number): ScaleRecord[] {
    const { users, videos } = this.#options
    return Array.from({ length: Math.min(to, this.size) - from }, (_, index) => {
      const number = from + index
      if (number < videos) return this.#video(number)
      return number < users + videos ? this.#user(number - videos) : this.event(number - users - videos)
    })
  }

  /** An event by its number; numbers beyond the history are after its end, 2 ms apart. */
  event(number: number): ScaleRecord {
    const { seed, events } = this.#options
    const random = randomFrom(seed, 'event', number)
    const user = this.personAt(random.uniform())
    const video = this.#videoFor(user, random.uniform() < 0.5, random.uniform())
    const at = number < events ? END - SPAN_MS + Math.floor((number / events) * SPAN_MS) : END + 2 * (number - events)
    const parties = { user: `u${user}`, video: `v${video}` }
    const kind = random.uniform()
    const base = { id: `e${number}`, at, ...parties }
    if (kind < 0.3) return { ...base, type: 'impression', position: 1 + random.integer(30), decision: `d${number}` }
    if (kind < 0.32) return { ...base, type: 'hide' }
    if (kind < 0.34) return { ...base, type: 'share' }
    const isMatch = circleOf(user) === circleOf(video)
    return { ...base, type: 'watch', seconds: random.integer(isMatch ? 120 : 60) }
  }

  /** The number of a person by a number from 0 to 1: a third of all events are of a tenth of the people. */
  personAt(share: number): number {
    return Math.floor(share ** 2 * this.#options.users)
  }

  /** Whether a video is to a person's liking. */
  isLiked(user: number, video: number): boolean {
    return circleOf(user) === circleOf(video)
  }

  #videoFor(user: number, isOwn: boolean, share: number): number {
    const { videos } = this.#options
    if (!isOwn) return Math.floor(share ** 4 * videos)
    const rank = Math.floor(share ** 3 * Math.floor(videos / CIRCLES))
    return Math.min(videos - 1, rank * CIRCLES + circleOf(user))
  }

  #video(number: number): ScaleRecord {
    const { seed, videos } = this.#options
    const random = randomFrom(seed, 'video', number)
    const circle = circleOf(number)
    const genres = Array.from({ length: 1 + random.integer(3) }, (_, place) =>
      place === 0 ? circle % GENRES : random.integer(GENRES),
    )
    const isNew = random.uniform() < 0.02
    return {
      ...{ id: `v${number}`, type: 'video', at: END - SPAN_MS - HOUR_MS, video: `v${number}` },
      title: `clip ${number} of ${circle}`,
      genres: [...new Set(genres)].map((genre) => `g${genre}`),
      creator: `m${(circle * 7919 + random.integer(Math.ceil(videos / CIRCLES / 20)) * CIRCLES) % videos}`,
      language: `l${random.uniform() < 0.5 ? 0 : random.integer(LANGUAGES)}`,
      publishedAt: END - (isNew ? 0 : 3 * DAY_MS) - random.integer(isNew ? 3 * DAY_MS : 300 * DAY_MS),
      durationSeconds: 20 + random.integer(600),
      sponsored: random.uniform() < 0.001,
    }
  }

  #user(number: number): ScaleRecord {
    const random = randomFrom(this.#options.seed, 'user', number)
    return {
      ...{ id: `u${number}`, type: 'user', at: END - SPAN_MS - HOUR_MS, user: `u${number}` },
      country: `c${Math.floor(random.uniform() ** 2 * COUNTRIES)}`,
      birthYear: 1950 + random.integer(60),
      device: DEVICES[random.integer(DEVICES.length)],
    }
  }
}

function circleOf(number: number): number {
  return number % CIRCLES
}
