import type { EventRecord } from '../../../data/index.ts'
import { type Random, randomFrom } from '../../../foundation/index.ts'
import {
  type HiddenWorld,
  LONG_WATCH_SECONDS,
  sigmoid,
  type Viewer,
  watchLogOdds,
  watchProbability,
  watchSeconds,
} from './attraction.ts'
import { moodOf, type VideoSession } from './sessions.ts'
import type { Video } from './videos.ts'
import type { ViewingHistory } from './viewing-history.ts'

/** What is shown: videos and their positions, 1 at the top. */
export type VideoPage = readonly { readonly video: string; readonly position: number }[]

/** Probability that a position is looked at, the same for every user: `position ^ -0.55`; 1 at the top. */
export function examinationProbability(position: number): number {
  return position ** -0.55
}

/** Sooner than anything else follows on a watch. */
const SHARE_AFTER_MS = 500

interface Shown {
  readonly index: number
  readonly video: Video
  readonly position: number
}

type Reaction =
  | { readonly kind: 'watch'; readonly seconds: number; readonly isShared: boolean; readonly pauseMs: number }
  | { readonly kind: 'hide' | 'block'; readonly pauseMs: number }

/**
 * What the client sends after a page: an impression for every video at once, then, from the top down and one after the
 * other, watches (when they end), shares, hides and blocks. Adds what happened to `history`.
 *
 * Every draw hangs on (seed, user, session, page, video), so that a video that two policies show on the same page meets
 * the same luck.
 */
export function respondToPage(
  world: HiddenWorld,
  history: ViewingHistory,
  session: VideoSession,
  shown: readonly Shown[],
  decision: string,
): EventRecord[] {
  const { user, at } = session
  const number = Number(user.slice(1))
  const mood = moodOf(world.options.seed, world.users, number, session.number)
  const viewer = { user: number, atMs: at, sessionNumber: session.number, mood }
  const prefix = `${user}-${session.number}-${session.page}`
  const fromTheTop = shown.toSorted((a, b) => a.position - b.position)
  const records: EventRecord[] = fromTheTop.map(({ index, position }) => {
    return { id: `${prefix}-i${position}`, type: 'impression', at, user, video: `v${index}`, position, decision }
  })
  let now = at
  for (const item of fromTheTop) {
    const random = randomFrom(world.options.seed, number, session.number, session.page, item.index)
    const reaction = react(world, history, viewer, item, random)
    if (!reaction) continue
    now += reaction.pauseMs
    if (reaction.kind === 'watch') {
      const { seconds } = reaction
      now += Math.ceil(seconds * 1000)
      const id = `${prefix}-w${item.position}`
      records.push({ id, type: 'watch', at: now, user, video: `v${item.index}`, seconds, decision })
      if (!reaction.isShared) continue
      const sharedAt = now + SHARE_AFTER_MS
      records.push({ id: `${prefix}-s${item.position}`, type: 'share', at: sharedAt, user, video: `v${item.index}` })
      continue
    }
    records.push({ id: `${prefix}-h${item.position}`, type: 'hide', at: now, user, video: `v${item.index}` })
    if (reaction.kind === 'block') {
      now += 2000
      const creator = `c${item.video.creator}`
      records.push({ id: `${prefix}-b${item.position}`, type: 'block', at: now, user, creator })
    }
  }
  return records
}

/**
 * What one video on the page leads to: P(watch) = examination x `watchProbability`; of those who looked and did not
 * watch, the more the worse the match hide it, and a few of these block the creator.
 */
function react(
  world: HiddenWorld,
  history: ViewingHistory,
  viewer: Viewer & { sessionNumber: number },
  { video, position }: Shown,
  random: Random,
): Reaction | undefined {
  if (random.uniform() >= examinationProbability(position)) return undefined
  const logOdds = watchLogOdds(world, history, viewer, video)
  history.addSight(viewer.user, viewer.sessionNumber, video.creator)
  const luck = random.uniform()
  const pauseMs = Math.floor(800 + 3000 * random.exponential())
  if (luck < watchProbability(history, viewer, video, logOdds)) {
    const seconds = watchSeconds(world, viewer, video, random.normal())
    const isLong = seconds >= LONG_WATCH_SECONDS
    history.addWatch(viewer.user, video.content, video.creator, isLong)
    return { kind: 'watch', seconds, isShared: isLong && random.uniform() < shareProbability(video), pauseMs }
  }
  if (random.uniform() >= hideProbability(logOdds)) return undefined
  if (random.uniform() >= 0.06) return { kind: 'hide', pauseMs }
  history.addBlock(viewer.user, video.creator)
  return { kind: 'block', pauseMs }
}

/** Of a long watch: at most 15 %, half of it for work a little above the middle, whoever watches; allure shames. */
function shareProbability({ quality, allure }: Video): number {
  return 0.15 * sigmoid(2 * (quality - allure) - 0.5)
}

/** At most 8 %, half of it at log-odds of -3.5. */
function hideProbability(logOdds: number): number {
  return 0.08 * sigmoid(1.5 * (-3.5 - logOdds))
}
