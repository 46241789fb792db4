import { LinkFrontier } from './link-frontier.ts'
import type { Links } from './links.ts'
import { ReachTable } from './reach-table.ts'

/** How far a search goes and how links fade. */
interface LinkSearchOptions {
  readonly windowMs: number
  readonly halfLifeMs: number
  /** Members at which a search ends, the key itself included. */
  readonly most: number
}

/**
 * What is linked with a key: the keys that can be reached over nodes which two keys used within the window, public
 * nodes left out. The search goes from the strongest links on to weaker ones, so that what a bound leaves out is what
 * is linked the weakest; a way is as strong as its weakest link, and a link as its last use is recent. It is a
 * function of the links as they stand, and changes nothing.
 *
 * Memory: 29 bytes a vertex that the largest search reached, doubled by growth. Time: O(e log e) for the e edges of
 * the members and their nodes, at most `most` times the nodes a key keeps, and each of those times `hub`.
 *
 * @see Pollack 1960, "The maximum capacity through a network", Operations Research 8(5), for the best way.
 */
export class LinkSearch {
  /** Members, the key included. */
  size = 0
  /** The sum over the other members of 2^(-age / half-life), by the age of the weakest link on the best way. */
  score = 0
  /** Nodes on the way that two keys or more used. */
  shared = 0
  /** Members that a node links with the key directly. */
  degree = 0
  /** Those of them that two nodes or more link with the key. */
  close = 0
  readonly #links: Links
  readonly #options: LinkSearchOptions
  readonly #reached = new ReachTable()
  readonly #frontier = new LinkFrontier()
  #code = -1
  #at = Number.NaN
  #writes = -1

  constructor(links: Links, options: LinkSearchOptions) {
    this.#links = links
    this.#options = options
  }

  /** Searches from the key of a code as of a moment, unless that was searched last and nothing was written since. */
  run(code: number, at: number): this {
    const { writes } = this.#links
    if (this.#code === code && this.#at === at && this.#writes === writes) return this
    this.#code = code
    this.#at = at
    this.#writes = writes
    const after = at - this.#options.windowMs
    this.#countNeighbours(code, after)
    this.#searchFrom(code, at, after)
    return this
  }

  #searchFrom(start: number, at: number, after: number): void {
    const { halfLifeMs, most } = this.#options
    const frontier = this.#frontier
    this.size = 0
    this.score = 0
    this.shared = 0
    this.#reached.clear()
    frontier.clear()
    this.#reached.improve(start, Number.POSITIVE_INFINITY)
    frontier.push(Number.POSITIVE_INFINITY, start)
    for (let code = frontier.pop(); code >= 0; code = frontier.pop()) {
      if (!this.#reached.settle(code)) continue
      if (!this.#links.isKey(code)) {
        this.#passNode(code, frontier.time, after)
        continue
      }
      this.size++
      if (code !== start) this.score += 2 ** (-Math.max(0, at - frontier.time) / halfLifeMs)
      if (this.size === most) return
      this.#reachFrom(code, frontier.time, after)
    }
  }

  /** Goes on over a node, unless too many keys used it. */
  #passNode(code: number, time: number, after: number): void {
    const keys = this.#countIn(code, after)
    if (keys < 2 || keys > this.#links.hub) return
    this.shared++
    this.#reachFrom(code, time, after)
  }

  /** Offers the frontier everything that a vertex was used with in the window. */
  #reachFrom(code: number, time: number, after: number): void {
    const lists = this.#links.listsOf(code)
    const place = this.#links.placeOf(code)
    const times = lists.columns[0]!
    const others = lists.columns[1]!
    for (let slot = lists.end(place) - 1; slot >= lists.first(place); slot--) {
      if (times[slot]! <= after) return
      const weakest = Math.min(time, times[slot]!)
      if (this.#reached.improve(others[slot]!, weakest)) this.#frontier.push(weakest, others[slot]!)
    }
  }

  /** Counts the keys that share a node with a key, and those that share two; the table is free again afterwards. */
  #countNeighbours(start: number, after: number): void {
    const lists = this.#links.listsOf(start)
    const place = this.#links.placeOf(start)
    const [times, nodes] = [lists.columns[0]!, lists.columns[1]!]
    this.degree = 0
    this.close = 0
    this.#reached.clear()
    for (let slot = lists.end(place) - 1; slot >= lists.first(place); slot--) {
      if (times[slot]! <= after) break
      if (this.#countIn(nodes[slot]!, after) <= this.#links.hub) this.#countOthers(nodes[slot]!, start, after)
    }
  }

  /** Counts the keys of a node that are met for the first and for the second time. */
  #countOthers(node: number, start: number, after: number): void {
    const lists = this.#links.listsOf(node)
    const place = this.#links.placeOf(node)
    const [times, keys] = [lists.columns[0]!, lists.columns[1]!]
    for (let slot = lists.end(place) - 1; slot >= lists.first(place) && times[slot]! > after; slot--) {
      const key = keys[slot]!
      if (key === start) continue
      if (this.#reached.improve(key, 0)) this.degree++
      else if (this.#reached.settle(key)) this.close++
    }
  }

  #countIn(code: number, after: number): number {
    const lists = this.#links.listsOf(code)
    const place = this.#links.placeOf(code)
    return lists.end(place) - lists.upTo(place, after)
  }
}
