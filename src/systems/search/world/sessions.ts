import { DAY_MS, HOUR_MS, randomFrom } from '../../../foundation/index.ts'
import { poisson } from '../../chance.ts'
import type { HiddenShop } from './hidden-shop.ts'
import { drawIntent, type SearchIntent } from './intents.ts'
import { queriesFor } from './wording.ts'

/** Somebody who comes to look for something. */
export interface SearchSession {
  /** Which session of the world, in the order of time, from 0. */
  readonly number: number
  readonly at: number
  /** Whose it is, such as `u12`; undefined for who is not signed in. */
  readonly user: string | undefined
  /** What is typed, and what is typed next when that brings nothing. */
  readonly queries: readonly string[]
  /** Hidden from any search: who it truly is, and what is looked for. */
  readonly person: number
  readonly intent: SearchIntent
}

/** When everybody comes and what they look for, whatever a search shows: it hangs on the seed and the person alone. */
export function planSessions(shop: HiddenShop): readonly SearchSession[] {
  const sessions = shop.people.flatMap((_, person) => sessionsOf(shop, person))
  sessions.sort((a, b) => a.at - b.at || a.person - b.person)
  return sessions.map((session, number) => ({ ...session, number }))
}

function sessionsOf(shop: HiddenShop, person: number): Omit<SearchSession, 'number'>[] {
  const { seed, days, startMs, sessionsPerUserPerDay, anonymousShare } = shop.options
  const { activity, habitHour } = shop.people[person]!
  const sessions: Omit<SearchSession, 'number'>[] = []
  for (let day = 0; day < days; day++) {
    const random = randomFrom(seed, 'visits', person, day)
    for (let left = poisson(random, Math.min(15, sessionsPerUserPerDay * activity)); left > 0; left--) {
      const hour = (habitHour + 3 * random.normal() + 72) % 24
      const at = Math.floor(startMs + day * DAY_MS + hour * HOUR_MS)
      const intent = drawIntent(shop, random, person, at)
      const queries = queriesFor(shop, random, person, intent)
      const isKnown = random.uniform() >= anonymousShare
      sessions.push({ at, user: isKnown ? `u${person}` : undefined, queries, person, intent })
    }
  }
  return sessions
}
