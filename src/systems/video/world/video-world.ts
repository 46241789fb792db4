import type { EventRecord } from '../../../data/index.ts'
import { SluiceError } from '../../../foundation/index.ts'
import { type HiddenWorld, longWatchProbability, type Viewer, watchLogOdds, watchProbability } from './attraction.ts'
import { catalogueRecords } from './catalogue.ts'
import { createCreators } from './creators.ts'
import { type ResolvedOptions, resolveOptions, type VideoWorldOptions } from './options.ts'
import { respondToPage, type VideoPage } from './response.ts'
import { moodOf, planSessions, sessionNumberAt, type VideoSession } from './sessions.ts'
import { createUsers } from './users.ts'
import { createVideos } from './videos.ts'
import { ViewingHistory } from './viewing-history.ts'

/**
 * A small video service with hidden tastes, for demonstrations and tests. It writes the events that a client would
 * send; its answers depend on the seed, on what is asked, and on the history of what each user watched, blocked and has
 * just seen, never on the order of calls beyond that.
 */
export interface VideoWorld {
  readonly options: ResolvedOptions
  /** The records of users and videos by the moment they appear, from the start to `untilMs` (excluded). */
  catalogue(untilMs?: number): Generator<EventRecord>
  /** The opened pages within [fromMs, untilMs) in the order of time, the same for every policy. */
  sessions(range?: { fromMs?: number; untilMs?: number }): Generator<VideoSession>
  /**
   * What the user does with a page, in the order of time; see `respondToPage`. Records are named by session, page and
   * position, so one opened page is answered once a log.
   *
   * @throws SluiceError `INVALID_ARGUMENT` when the user or a video does not exist or is not there yet
   */
  respond(session: VideoSession, page: VideoPage, decision: string): EventRecord[]
  /**
   * Probability of a long watch (30 s or more) given that the video is examined, by history and session as they stand:
   * `watchProbability` x P(long | watch). Times `examinationProbability(position)` it is the probability on a page.
   */
  trueProbability(user: string, video: string, atMs: number): number
  /** Forgets the history: nobody has watched anything. */
  restart(): void
}

/**
 * Creates a world; the same options give the same world on every machine.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when an option is out of its range
 * @remarks About 50 ms for 2,000 users and 5,000 videos.
 */
export function createVideoWorld(given: VideoWorldOptions): VideoWorld {
  const world = createHiddenWorld(resolveOptions(given))
  const { options } = world
  let history = new ViewingHistory()
  return {
    options,
    *catalogue(untilMs = Number.POSITIVE_INFINITY) {
      for (const record of catalogueRecords(world)) {
        if (record.at >= untilMs) return
        yield record
      }
    },
    *sessions({ fromMs = 0, untilMs = Number.POSITIVE_INFINITY } = {}) {
      for (const session of world.plan.pages) {
        if (session.at >= untilMs) return
        if (session.at >= fromMs) yield session
      }
    },
    respond(session, page, decision) {
      requireUser(world, session.user)
      const shown = page.map(({ video, position }) => {
        const index = requireVideo(world, video, session.at)
        return { index, video: world.videos[index]!, position }
      })
      return respondToPage(world, history, session, shown, decision)
    },
    trueProbability(user, video, atMs) {
      const viewer = viewerAt(world, requireUser(world, user), atMs)
      const shown = world.videos[requireVideo(world, video, atMs)]!
      const logOdds = watchLogOdds(world, history, viewer, shown)
      return watchProbability(history, viewer, shown, logOdds) * longWatchProbability(world, viewer, shown)
    },
    restart() {
      history = new ViewingHistory()
    },
  }
}

function createHiddenWorld(options: ResolvedOptions): HiddenWorld {
  const users = createUsers(options)
  const creators = createCreators(options)
  return { options, users, creators, videos: createVideos(options, creators), plan: planSessions(options, users) }
}

function viewerAt(world: HiddenWorld, user: number, atMs: number): Viewer {
  const sessionNumber = sessionNumberAt(world.plan, user, atMs)
  if (sessionNumber === undefined) return { user, atMs }
  return { user, atMs, sessionNumber, mood: moodOf(world.options.seed, world.users, user, sessionNumber) }
}

function requireUser({ users }: HiddenWorld, id: string): number {
  const index = /^u\d+$/.test(id) ? Number(id.slice(1)) : -1
  if (index >= 0 && index < users.count) return index
  throw new SluiceError('INVALID_ARGUMENT', `video world: expected a user from u0 to u${users.count - 1}, got ${id}`)
}

function requireVideo({ videos }: HiddenWorld, id: string, atMs: number): number {
  const index = /^v\d+$/.test(id) ? Number(id.slice(1)) : -1
  const video = videos[index]
  if (video && video.publishedAt <= atMs) return index
  throw new SluiceError('INVALID_ARGUMENT', `video world: expected a video published by ${atMs}, got ${id}`)
}
