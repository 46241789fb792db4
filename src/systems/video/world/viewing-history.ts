/**
 * What users have been through, as far as it changes how they respond: the only state of the world that depends on
 * what a policy showed.
 */
export class ViewingHistory {
  readonly #watched = new Set<number>()
  readonly #loyalty = new Map<number, number>()
  readonly #blocked = new Set<number>()
  readonly #session = new Map<number, { number: number; creators: number[] }>()

  /** Remembers a watch; a long one makes the user a little more loyal to the creator. */
  addWatch(user: number, content: number, creator: number, isLong: boolean): void {
    this.#watched.add(key(user, content))
    if (isLong) this.#loyalty.set(key(user, creator), this.loyalty(user, creator) + 1)
  }

  /** Whether the user has watched the video, or another upload of it. */
  hasWatched(user: number, content: number): boolean {
    return this.#watched.has(key(user, content))
  }

  /** How many long watches the user gave to the creator. */
  loyalty(user: number, creator: number): number {
    return this.#loyalty.get(key(user, creator)) ?? 0
  }

  addBlock(user: number, creator: number): void {
    this.#blocked.add(key(user, creator))
  }

  hasBlocked(user: number, creator: number): boolean {
    return this.#blocked.has(key(user, creator))
  }

  /** Remembers that the user looked at something by the creator in a session. */
  addSight(user: number, sessionNumber: number, creator: number): void {
    const current = this.#session.get(user)
    if (current?.number === sessionNumber) current.creators.push(creator)
    else this.#session.set(user, { number: sessionNumber, creators: [creator] })
  }

  /** How often the creator is among the last ten looked at in this session. */
  recentSights(user: number, sessionNumber: number, creator: number): number {
    const current = this.#session.get(user)
    if (current?.number !== sessionNumber) return 0
    return current.creators.slice(-10).filter((seen) => seen === creator).length
  }
}

/** One number for a pair; there are fewer videos and creators than 2^24. */
const key = (user: number, other: number): number => user * 16_777_216 + other
