import { globalTimeSplit, stratifiedSplit } from '../../evaluation/index.ts'
import type { Interactions } from '../../models/index.ts'

/** Who met what, a pair a place, in the order of the file. */
export interface InteractionPairs {
  readonly users: Int32Array
  readonly items: Int32Array
  /** When, in the unit of the file, where the file says it. */
  readonly times?: Float64Array | undefined
}

/** Pairs that are learnt from and pairs that are held out. */
export interface PairSplit {
  readonly train: InteractionPairs
  readonly heldOut: InteractionPairs
}

export interface PairSplitOptions {
  /** The share of every group that train gets, rounded down. */
  readonly ratio: number
  readonly stratify: 'item' | 'user' | 'none'
  readonly seed: number
}

/** Pairs at random into two, within every item or every user. */
export function splitPairs(pairs: InteractionPairs, { ratio, stratify, seed }: PairSplitOptions): PairSplit {
  const groups = { item: pairs.items, user: pairs.users, none: new Int32Array(pairs.users.length) }
  const { train, test } = stratifiedSplit(groups[stratify], { trainShare: ratio, seed })
  return { train: pairsAt(pairs, train), heldOut: pairsAt(pairs, test) }
}

/**
 * Pairs into those before a moment and those from it on. Held-out pairs of users who are not in train, and pairs that
 * are in train as well, are left out: what remains asks for something new from people who are known.
 *
 * @param ratio - the share of all pairs that train gets, about: what happened at one moment is not parted
 */
export function splitPairsByTime(pairs: InteractionPairs, times: Float64Array, ratio: number): PairSplit {
  const { train, test } = globalTimeSplit(times, { trainShare: ratio })
  const { users, items } = pairs
  const known = new Set(Array.from(train, (place) => users[place]!))
  const met = new Set(Array.from(train, (place) => `${users[place]} ${items[place]}`))
  const isNew = (place: number): boolean => known.has(users[place]!) && !met.has(`${users[place]} ${items[place]}`)
  return { train: pairsAt(pairs, train), heldOut: pairsAt(pairs, test.filter(isNew)) }
}

/** Pairs as rows of users; the order within a user stays. */
export function interactionsOf({ users, items }: InteractionPairs, userCount: number, itemCount: number): Interactions {
  const starts = new Uint32Array(userCount + 1)
  for (const user of users) starts[user + 1]!++
  for (let user = 0; user < userCount; user++) starts[user + 1]! += starts[user]!
  const next = starts.slice()
  const grouped = new Int32Array(items.length)
  users.forEach((user, pair) => {
    grouped[next[user]!++] = items[pair]!
  })
  return { userCount, itemCount, starts, items: grouped }
}

/** One more than the largest number. */
export function countOf(numbers: Iterable<number>): number {
  let count = 0
  for (const number of numbers) count = Math.max(count, number + 1)
  return count
}

function pairsAt({ users, items, times }: InteractionPairs, places: Uint32Array): InteractionPairs {
  return {
    users: Int32Array.from(places, (place) => users[place]!),
    items: Int32Array.from(places, (place) => items[place]!),
    times: times && Float64Array.from(places, (place) => times[place]!),
  }
}
