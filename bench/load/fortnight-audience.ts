import { DAY_MS, HOUR_MS } from '../../src/foundation/index.ts'
import type { VideoWorld } from '../../src/systems/index.ts'
import type { OpenedPage } from './fortnight-run.ts'

/** A video that appeared during the fortnight and is truly good, with the people who would most like it. */
export interface GoodVideo {
  readonly video: string
  readonly publishedAt: number
  /** Who opens a page within a day of its publication, and is in the quarter of all people whom it suits best. */
  readonly audience: ReadonlySet<string>
}

/** How a policy treats new videos. */
export interface Discovery {
  /** Share of the places that go to videos of the last day, and of the last three days. */
  readonly placesUnderDay: number
  readonly placesUnderThreeDays: number
  readonly goodVideos: number
  /** Mean share of a good video's audience that is shown it within a day. */
  readonly audienceShown: number
  /** Share of the good videos that a quarter, or half, of their audience is shown within a day. */
  readonly quarterReached: number
  readonly halfReached: number
  /** Share of the good videos that {@link VIEWERS} of their audience watched within a day. */
  readonly watchedByViewers: number
  /** Median hours from publication to the {@link VIEWERS}th interested person who is shown it; null when most never get there. */
  readonly medianHoursToViewers: number | null
}

const VIEWERS = 3
const GOOD_SHARE = 0.2
const AUDIENCE_SHARE = 0.25

/** The publication of every video of the world's catalogue. */
export function publicationTimes(world: VideoWorld): Map<string, number> {
  const times = new Map<string, number>()
  for (const { type, video, publishedAt } of world.catalogue()) {
    if (type === 'video') times.set(String(video), Number(publishedAt))
  }
  return times
}

/**
 * The fifth of the videos published in a period that has the largest mean probability of a long watch over all people,
 * asked of a world in which nobody has watched anything; advertisements are none.
 */
export function goodNewVideos(
  world: VideoWorld,
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): GoodVideo[] {
  world.restart()
  const records = [...world.catalogue()]
  const users = records.flatMap(({ type, user, at }) => (type === 'user' ? [{ user: String(user), joined: at }] : []))
  const visits = [...world.sessions()]
  const rated = records
    .filter(({ type, at, sponsored }) => type === 'video' && at >= fromMs && at < untilMs && sponsored !== true)
    .map(({ video, at }) => {
      const rates = users.map(({ user }) => ({ user, rate: world.trueProbability(user, String(video), at) }))
      rates.sort((a, b) => b.rate - a.rate)
      const mean = rates.reduce((sum, { rate }) => sum + rate, 0) / rates.length
      const best = new Set(rates.slice(0, Math.ceil(AUDIENCE_SHARE * rates.length)).map(({ user }) => user))
      const present = visits.filter((visit) => visit.at >= at && visit.at < at + DAY_MS).map(({ user }) => user)
      return {
        video: String(video),
        publishedAt: at,
        mean,
        audience: new Set(present.filter((user) => best.has(user))),
      }
    })
    .sort((a, b) => b.mean - a.mean)
  return rated.slice(0, Math.ceil(GOOD_SHARE * rated.length)).filter(({ audience }) => audience.size >= VIEWERS)
}

/** Measures pages against the new videos and those among them that are good. */
export function discoveryOf(
  pages: readonly OpenedPage[],
  published: ReadonlyMap<string, number>,
  good: readonly GoodVideo[],
): Discovery {
  const younger = (ms: number): number => shareOf(pages, ({ at }, video) => at - (published.get(video) ?? 0) < ms)
  const reached = good.map((video) => reachOf(video, pages))
  const share = (holds: (reach: Reach) => boolean): number => reached.filter(holds).length / Math.max(1, reached.length)
  const hours = reached.map(({ hoursToViewers }) => hoursToViewers).sort((a, b) => a - b)
  const median = hours[hours.length >> 1] ?? Number.POSITIVE_INFINITY
  return {
    placesUnderDay: younger(DAY_MS),
    placesUnderThreeDays: younger(3 * DAY_MS),
    goodVideos: good.length,
    audienceShown: reached.reduce((sum, { shown }) => sum + shown, 0) / Math.max(1, reached.length),
    quarterReached: share(({ shown }) => shown >= 0.25),
    halfReached: share(({ shown }) => shown >= 0.5),
    watchedByViewers: share(({ watchers }) => watchers >= VIEWERS),
    medianHoursToViewers: Number.isFinite(median) ? median : null,
  }
}

interface Reach {
  readonly shown: number
  readonly watchers: number
  readonly hoursToViewers: number
}

function reachOf({ video, publishedAt, audience }: GoodVideo, pages: readonly OpenedPage[]): Reach {
  const shownAt = new Map<string, number>()
  const watchers = new Set<string>()
  for (const { user, at, videos, watched } of pages) {
    if (at < publishedAt || !audience.has(user)) continue
    if (!shownAt.has(user) && videos.includes(video)) shownAt.set(user, at)
    if (at < publishedAt + DAY_MS && watched.some((watch) => watch.video === video)) watchers.add(user)
  }
  const moments = [...shownAt.values()].sort((a, b) => a - b)
  const inTime = moments.filter((at) => at < publishedAt + DAY_MS).length
  return {
    shown: inTime / audience.size,
    watchers: watchers.size,
    hoursToViewers: ((moments[VIEWERS - 1] ?? Number.POSITIVE_INFINITY) - publishedAt) / HOUR_MS,
  }
}

/** The share of all places whose video passes. */
function shareOf(pages: readonly OpenedPage[], passes: (page: OpenedPage, video: string) => boolean): number {
  let places = 0
  let passed = 0
  for (const page of pages) {
    places += page.videos.length
    passed += page.videos.filter((video) => passes(page, video)).length
  }
  return passed / Math.max(1, places)
}
