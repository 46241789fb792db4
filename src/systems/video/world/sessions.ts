import { DAY_MS, HOUR_MS, MINUTE_MS, randomFrom, SECOND_MS } from '../../../foundation/index.ts'
import { poisson, weightedIndex } from '../../chance.ts'
import { GENRES } from './genres.ts'
import type { ResolvedOptions } from './options.ts'
import { tasteAt, type Users } from './users.ts'

/** A page that a user opens; a session of several pages appears once for each of them. */
export interface VideoSession {
  readonly user: string
  /** When the page is opened, in milliseconds. */
  readonly at: number
  /** Which session of this user, from 1. */
  readonly number: number
  /** Which page of the session, from 1. */
  readonly page: number
}

/** No two sessions of a user begin within this time, and none lasts longer. */
const SESSION_LENGTH_MS = HOUR_MS

const MORE_PAGES_PROBABILITY = 0.55
const MOST_PAGES = 7

/** When every user comes, whatever a policy shows: sessions hang on the seed and on the user alone. */
export interface SessionPlan {
  /** Every opened page in the order of time. */
  readonly pages: readonly VideoSession[]
  /** The beginnings of each user's sessions, ascending. */
  readonly starts: readonly (readonly number[])[]
}

/** Plans all sessions of a world. */
export function planSessions(options: ResolvedOptions, users: Users): SessionPlan {
  const starts = Array.from({ length: users.count }, (_, user) => sessionStarts(options, users, user))
  const pages = starts.flatMap((ofUser, user) =>
    ofUser.flatMap((startMs, index) => sessionPages(options.seed, user, index + 1, startMs)),
  )
  pages.sort((a, b) => a.at - b.at || (a.user < b.user ? -1 : 1))
  return { pages, starts }
}

/** The number of the session that a user is in at a moment; undefined when there is none. */
export function sessionNumberAt(plan: SessionPlan, user: number, atMs: number): number | undefined {
  const starts = plan.starts[user] ?? []
  const index = starts.findLastIndex((startMs) => startMs <= atMs)
  return index >= 0 && atMs - starts[index]! < SESSION_LENGTH_MS ? index + 1 : undefined
}

/**
 * The genre a user is in the mood for during one session: mostly one of the liked ones, in proportion to
 * exp(2 x taste).
 */
export function moodOf(seed: number, users: Users, user: number, sessionNumber: number): number {
  const random = randomFrom(seed, 'mood', user, sessionNumber)
  return weightedIndex(
    random,
    GENRES.map((_, genre) => Math.exp(2 * tasteAt(users, user, genre, 0))),
  )
}

function sessionStarts({ seed, days, startMs, sessionsPerUserPerDay }: ResolvedOptions, users: Users, user: number) {
  const joinedAt = users.joinedAt[user]!
  // Who joins looks around at once.
  const starts = joinedAt > startMs ? [joinedAt + 20 * SECOND_MS] : []
  for (let day = 0; day < days; day++) {
    const random = randomFrom(seed, 'visits', user, day)
    const visits = poisson(random, Math.min(15, sessionsPerUserPerDay * users.activity[user]!))
    for (let visit = 0; visit < visits; visit++) {
      const hour = (users.habitHour[user]! + 2.5 * random.normal() + 48) % 24
      const at = Math.floor(startMs + day * DAY_MS + hour * HOUR_MS)
      if (at > joinedAt) starts.push(at)
    }
  }
  return apart(starts.sort((a, b) => a - b))
}

/** The moments of an ascending list that are at least a session's length after the one kept before. */
function apart(starts: readonly number[]): number[] {
  const kept: number[] = []
  for (const startMs of starts) {
    if (startMs - (kept.at(-1) ?? Number.NEGATIVE_INFINITY) >= SESSION_LENGTH_MS) kept.push(startMs)
  }
  return kept
}

function sessionPages(seed: number, user: number, number: number, startMs: number): VideoSession[] {
  const random = randomFrom(seed, 'pages', user, number)
  const pages: VideoSession[] = [{ user: `u${user}`, at: startMs, number, page: 1 }]
  let at = startMs
  while (pages.length < MOST_PAGES && random.uniform() < MORE_PAGES_PROBABILITY) {
    at += Math.floor((2 + 4 * random.uniform()) * MINUTE_MS)
    pages.push({ user: `u${user}`, at, number, page: pages.length + 1 })
  }
  return pages
}
