import { randomFrom } from '../../../foundation/index.ts'
import type { ClickLog } from '../click-log.ts'

export interface PlantedOptions {
  readonly seed: number
  readonly sessions: number
  readonly queries?: number
  /** Whether a document keeps its place: then only features tell position from relevance. */
  readonly keepsPlaces?: boolean
  /** The chance of a click at a place on a document of a relevance in [0, 1]. */
  readonly chance: (place: number, relevance: number) => number
}

export interface Planted {
  readonly log: ClickLog & { readonly queries: Int32Array }
  /** Shape (pairs,), in [0, 1]. */
  readonly relevance: Float64Array
  /** Shape (pairs * 2,): relevance seen through noise, and nothing. */
  readonly features: Float64Array
}

export const PLACES = 6

/** Pages of six documents a query, the better ones higher on the whole, and clicks by a law that is known. */
export function plantClicks({ seed, sessions, queries = 150, keepsPlaces = false, chance }: PlantedOptions): Planted {
  const random = randomFrom(seed, 'planted clicks')
  const pairCount = queries * PLACES
  const relevance = Float64Array.from({ length: pairCount }, () => random.uniform() ** 3)
  const features = Float64Array.from({ length: 2 * pairCount }, (_, index) =>
    index % 2 === 0 ? relevance[index / 2]! : random.uniform(),
  )
  const believed = relevance.map((value) => value + 0.7 * random.normal())
  const size = sessions * PLACES
  const log = { pairs: new Int32Array(size), positions: new Int32Array(size), clicked: new Uint8Array(size), pairCount }
  for (let session = 0; session < sessions; session++) {
    const first = random.integer(queries) * PLACES
    const doubts = Float64Array.from({ length: PLACES }, () => (keepsPlaces ? 0 : 0.5 * random.normal()))
    const page = Array.from({ length: PLACES }, (_, place) => place)
    page.sort((a, b) => believed[first + b]! + doubts[b]! - believed[first + a]! - doubts[a]!)
    for (const [place, document] of page.entries()) {
      const entry = session * PLACES + place
      log.pairs[entry] = first + document
      log.positions[entry] = place
      log.clicked[entry] = random.uniform() < chance(place, relevance[first + document]!) ? 1 : 0
    }
  }
  const ofPair = Int32Array.from({ length: pairCount }, (_, pair) => Math.floor(pair / PLACES))
  return { log: { ...log, queries: ofPair }, relevance, features }
}
