import { type Random, randomFrom } from '../../foundation/index.ts'
import { cap } from '../cap.ts'
import { deduplicate } from '../deduplicate.ts'
import { determinantal } from '../determinantal.ts'
import { diversify } from '../diversify.ts'
import { exploration } from '../exploration.ts'
import type { Pin, RerankOptions } from '../page-options.ts'
import type { PageRule } from '../page-rule.ts'
import { quota } from '../quota.ts'
import { CANDIDATE_KIND, type PageCandidates } from '../ranked-candidates.ts'
import { slidingWindow } from '../sliding-window.ts'
import { sponsored } from '../sponsored.ts'

/** A request for a page with everything that rules can ask for. */
export interface RandomPage {
  readonly candidates: PageCandidates
  readonly rules: readonly PageRule[]
  readonly options: RerankOptions & { readonly pins: readonly Pin[] }
}

/** What may come into a random page. */
export interface RandomPageShape {
  readonly mostCandidates: number
  readonly longestPage: number
  /** Kinds of rules that are left out. */
  readonly without?: readonly PageRule['kind'][]
  readonly pins?: boolean
}

const AT = 1_000_000
const DAY = 86_400_000
const WIDTH = 4

/** A page by seed and number; the same ones on every machine. Every kind of rule comes in many of them. */
export function randomPage(seed: number, page: number, shape: RandomPageShape): RandomPage {
  const random = randomFrom(seed, 'random page', page)
  const count = random.integer(shape.mostCandidates + 1)
  const limit = 1 + random.integer(shape.longestPage)
  const numbers = count + random.integer(20)
  const candidates = randomCandidates(random, count, numbers)
  const rules = randomRules(random).filter(({ kind }) => !shape.without?.includes(kind))
  const table = randomTable(random, numbers)
  const vectors = Float32Array.from({ length: count * WIDTH }, () => random.integer(7) - 3)
  return {
    candidates,
    rules,
    options: {
      limit,
      at: AT * DAY,
      attributes: (path, item) => table[path]?.[item] ?? [],
      vectors: { width: WIDTH, of: vectors },
      pins: shape.pins === false ? [] : randomPins(random, limit, numbers),
    },
  }
}

function randomCandidates(random: Random, count: number, numbers: number): PageCandidates {
  const spread = random.integer(2) === 0 ? 4 : 1000
  const shares = [0, 0, 0.2, 0.5, 1]
  const special = shares[random.integer(shares.length)] ?? 0
  const kinds = Uint8Array.from({ length: count }, () =>
    random.uniform() < special ? 1 + random.integer(2) : CANDIDATE_KIND.organic,
  )
  const items = random.shuffle(Int32Array.from({ length: numbers }, (_, item) => item)).slice(0, count)
  // Now and then an item comes twice, each time as another kind.
  for (let at = 1; at < count; at++) {
    const isFree = items.indexOf(items[at - 1]!) === at - 1
    if (isFree && kinds[at] !== kinds[at - 1] && random.integer(4) === 0) items[at] = items[at - 1]!
  }
  return { items, scores: Float64Array.from(items, () => random.integer(spread) - spread / 2), kinds }
}

function randomTable(random: Random, numbers: number): Record<string, number[][]> {
  const kinds = 2 + random.integer(8)
  const values = (most: number, of: number) =>
    Array.from({ length: numbers }, () =>
      Array.from({ length: random.integer(most + 1) }, () => random.integer(of) - 2),
    )
  return {
    'video.title': values(1, 25),
    'video.creator': values(1, kinds),
    'video.genres': values(4, 6),
    'video.publishedAt': values(1, 10).map((days) => days.map((day) => (AT - day) * DAY)),
  }
}

function randomRules(random: Random): PageRule[] {
  const maybe = (share: number, rule: () => PageRule): PageRule[] => (random.uniform() < share ? [rule()] : [])
  const lambda = () => [0, 0.3, 0.7, 1][random.integer(4)] ?? 1
  const most = 1 + random.integer(2)
  return [
    ...maybe(0.5, () => deduplicate('video.title')),
    ...maybe(0.5, () => diversify({ by: 'video.genres', lambda: lambda() })),
    ...maybe(0.3, () => determinantal({ lambda: lambda(), weight: 0.5 })),
    ...maybe(0.2, () => determinantal({ by: 'video.genres', lambda: lambda() })),
    ...maybe(0.5, () => cap({ by: 'video.creator', perPage: 1 + random.integer(3) })),
    ...maybe(0.3, () => cap({ by: 'video.genres', perPage: 1 + random.integer(4) })),
    ...maybe(0.3, () => slidingWindow({ by: 'video.creator', most, within: most + 1 + random.integer(3) })),
    ...maybe(0.2, () => slidingWindow({ by: 'video.genres', most, within: most + 1 + random.integer(2) })),
    ...maybe(0.4, () => randomQuota(random, 'video.genres')),
    ...maybe(0.2, () => randomQuota(random, 'video.creator')),
    ...maybe(0.3, () => quota({ by: 'video.publishedAt', maxAge: '2d', least: 1 + random.integer(3) })),
    ...maybe(0.6, () => randomSlots(random)),
    ...maybe(0.4, () => exploration({ slots: [2 * (1 + random.integer(4))] })),
  ]
}

function randomQuota(random: Random, by: string): PageRule {
  const least = 1 + random.integer(3)
  const value = random.integer(5) - 2
  return random.integer(2) === 0
    ? quota({ by, value, least })
    : quota({ by, value, least, among: least + random.integer(5) })
}

/** Odd places, so that they never meet those of exploration. */
function randomSlots(random: Random): PageRule {
  const slots = [1 + 2 * random.integer(3)]
  for (let more = random.integer(3); more > 0; more--) slots.push((slots.at(-1) ?? 0) + 2 * (1 + random.integer(2)))
  const notBeside = [[], ['video.creator'], ['video.creator', 'video.genres']][random.integer(3)] ?? []
  return sponsored({ slots, minimumDistance: 2, notBeside })
}

function randomPins(random: Random, limit: number, numbers: number): Pin[] {
  const pins: Pin[] = []
  for (let more = random.integer(6) - 2; more > 0; more--) {
    const pin = { item: random.integer(Math.max(1, numbers)), position: 1 + random.integer(limit) }
    if (pins.every((other) => other.item !== pin.item && other.position !== pin.position)) pins.push(pin)
  }
  return pins
}
