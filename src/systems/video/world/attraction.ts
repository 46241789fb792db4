import { DAY_MS } from '../../../foundation/index.ts'
import { COMMON_LANGUAGE } from '../../countries.ts'
import type { Creators } from './creators.ts'
import type { ResolvedOptions } from './options.ts'
import type { SessionPlan } from './sessions.ts'
import { STYLE_LENGTH } from './style.ts'
import { DEVICES, tasteAt, type Users } from './users.ts'
import type { Video } from './videos.ts'
import type { ViewingHistory } from './viewing-history.ts'

/** Everything that is true of a world and that no policy sees. */
export interface HiddenWorld {
  readonly options: ResolvedOptions
  readonly users: Users
  readonly creators: Creators
  readonly videos: readonly Video[]
  readonly plan: SessionPlan
}

/** A user at a moment, and what this user is in the mood for when a session is on. */
export interface Viewer {
  readonly user: number
  readonly atMs: number
  readonly sessionNumber?: number
  /** Index into `GENRES`. */
  readonly mood?: number
}

/** Log-odds of a click on a video that matches nothing in particular. */
const INTERCEPT = -1.7
const STYLE_WEIGHT = 3.5
const MOOD_BOOST = 1.1
const TYPICAL_SECONDS = 48
/** Standard deviation of the logarithm of the watched seconds. */
const SECONDS_SPREAD = 0.8

/** A watch of at least this many seconds is a long one, the success of the demonstration. */
export const LONG_WATCH_SECONDS = 30

/**
 * How well a video suits a viewer, in log-odds; 0 is indifferent:
 * mean taste over the video's genres + style . style + language + country + device + mood.
 */
function match(world: HiddenWorld, viewer: Viewer, video: Video): number {
  const { users } = world
  const { user } = viewer
  let taste = 0
  let mood = 0
  const days = (viewer.atMs - world.options.startMs) / DAY_MS
  for (const genre of video.genres) {
    taste += tasteAt(users, user, genre, days) / video.genres.length
    if (genre === viewer.mood) mood = MOOD_BOOST
  }
  let style = 0
  for (let index = 0; index < STYLE_LENGTH; index++) {
    style += users.style[user * STYLE_LENGTH + index]! * video.style[index]!
  }
  return taste + STYLE_WEIGHT * style + familiarity(world, user, video) + mood
}

/** What the language, the creator's country and the screen add. */
function familiarity({ users, creators }: HiddenWorld, user: number, video: Video): number {
  const home = users.countries[users.country[user]!]!
  const foreign = video.language === COMMON_LANGUAGE ? -0.3 : -1.3
  const language = video.language === home.language ? 0.3 : foreign
  const country = creators.country[video.creator] === users.country[user] ? 0.3 : 0
  const octavesLong = Math.log2(video.durationSeconds / 250)
  const device = DEVICES[users.device[user]!]
  const screen = device === 'television' ? 0.25 : device === 'phone' ? -0.15 : 0
  return language + country + screen * octavesLong
}

/**
 * What age adds: `0.9 exp(-age / 4 d) - 0.25 ln(1 + age / 30 d)`, so that a video is most attractive on its first days.
 */
function freshness(ageMs: number): number {
  const days = Math.max(0, ageMs) / DAY_MS
  return 0.9 * Math.exp(-days / 4) - 0.25 * Math.log1p(days / 30)
}

/**
 * How attractive a video is to a viewer who examines it, in log-odds:
 * intercept + match + quality + allure + freshness + loyalty - fatigue - advertising.
 */
export function watchLogOdds(world: HiddenWorld, history: ViewingHistory, viewer: Viewer, video: Video): number {
  const { user, sessionNumber } = viewer
  const loyalty = 0.25 * Math.min(4, history.loyalty(user, video.creator))
  const sights = sessionNumber === undefined ? 0 : history.recentSights(user, sessionNumber, video.creator)
  const fatigue = 0.4 * Math.min(3, sights)
  const appeal = video.quality + video.allure + freshness(viewer.atMs - video.publishedAt)
  const advertising = video.sponsored ? -0.4 : 0
  return INTERCEPT + match(world, viewer, video) + appeal + loyalty - fatigue + advertising
}

/**
 * Probability that a viewer who examines a video begins to watch it: sigmoid(log-odds), a twentieth of it when the
 * viewer has watched it before, 0 when its creator is blocked.
 */
export function watchProbability(history: ViewingHistory, { user }: Viewer, video: Video, logOdds: number): number {
  if (history.hasBlocked(user, video.creator)) return 0
  return sigmoid(logOdds) * (history.hasWatched(user, video.content) ? 0.05 : 1)
}

/** Mean of the logarithm of the seconds watched: better matches and better work hold longer, allure does not. */
function meanLogSeconds(world: HiddenWorld, viewer: Viewer, video: Video): number {
  return Math.log(TYPICAL_SECONDS) + 0.4 * (match(world, viewer, video) + video.quality - video.allure)
}

/** Seconds watched, for a standard normal draw: log-normal, at least 1 and at most the whole video. */
export function watchSeconds(world: HiddenWorld, viewer: Viewer, video: Video, normal: number): number {
  const seconds = Math.exp(meanLogSeconds(world, viewer, video) + SECONDS_SPREAD * normal)
  return Math.max(1, Math.min(video.durationSeconds, Math.round(seconds * 10) / 10))
}

/** Probability that a watch, once begun, is a long one: Phi((mean - ln 30) / spread). */
export function longWatchProbability(world: HiddenWorld, viewer: Viewer, video: Video): number {
  return normalCdf((meanLogSeconds(world, viewer, video) - Math.log(LONG_WATCH_SECONDS)) / SECONDS_SPREAD)
}

export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}

/** The standard normal distribution function to 2e-7. @see Abramowitz & Stegun 1964, 26.2.17. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const tail = (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)) * series
  return x >= 0 ? 1 - tail : tail
}
