import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Application, defineApp, requireSearchSystem, type SearchSystem } from '../../src/application/index.ts'
import { answerableSessions, emptySeries, judgeOf, ordersOf } from '../../src/cli/demo/search/search-worth.ts'
import { bootstrapMean, type Interval } from '../../src/evaluation/index.ts'
import { DAY_MS } from '../../src/foundation/index.ts'
import { Engine } from '../../src/serving/index.ts'
import { createSearchWorld, findApplication, generateSearchEvents } from '../../src/systems/index.ts'
import { type SearchTrainingResult, trainSearchSystem } from '../../src/training/index.ts'

const TRIED_DAYS = 2
const PAGE = 10
const BATCH = 5_000

export interface ShopSize {
  readonly seed: number
  readonly products: number
  readonly people: number
  readonly days: number
}

/** What an order of answers is worth, by the truth of the world. */
export interface OrderWorth {
  readonly ndcgAt10: number
  readonly clicksPerPage: number
}

/** Searches of two later days, answered by several systems that learnt the same log. */
export interface ComparedSearches {
  readonly events: number
  readonly searches: number
  readonly worth: Readonly<Record<string, OrderWorth>>
  /** Of each system by name: how it was trained. */
  readonly trained: Readonly<Record<string, SearchTrainingResult>>
  /** NDCG@10 and clicks a page of one way minus those of another, of the same searches. */
  readonly gain: (way: string, over: string) => { readonly ndcg: Interval; readonly clicks: Interval }
}

/** The search of the built-in shop, and its application without systems. */
export function builtInShop(): { readonly shop: SearchSystem; readonly base: Omit<Application, 'systems'> } {
  const application = findApplication('search')
  return { shop: requireSearchSystem(application, 'shop'), base: application }
}

/**
 * Trains every system on the log of one generated shop, and has each answer the same searches of the two days after it,
 * beside `text`, the order of the text, and `liked`, what was found in the order of what this person would truly click,
 * which no ranker can know wholly.
 */
export async function compareSearches(
  systems: Readonly<Record<string, SearchSystem>>,
  { seed, products, people, days }: ShopSize,
): Promise<ComparedSearches> {
  const { schema, features } = builtInShop().base
  const application = defineApp({ name: 'search', schema, features, systems })
  const world = createSearchWorld({ seed, users: people, products, days: days + TRIED_DAYS })
  const endMs = world.options.startMs + days * DAY_MS
  const directory = mkdtempSync(join(tmpdir(), 'sluice-searches-'))
  const engine = Engine.open(application, { directory, clock: () => endMs })
  try {
    const events = [...generateSearchEvents(world)].filter(({ at }) => at < endMs)
    for (let first = 0; first < events.length; first += BATCH) await engine.accept(events.slice(first, first + BATCH))
    const names = Object.keys(systems)
    const trained: Record<string, SearchTrainingResult> = {}
    for (const name of names) {
      const options = { seed, codeVersion: 'bench', nowMs: endMs, force: true }
      trained[name] = await trainSearchSystem(application, name, engine.log, engine.registry, options)
    }
    engine.reloadModels()
    const asked = answerableSessions(world, [...world.sessions({ fromMs: endMs })], endMs)
    const ways = Object.fromEntries([...names, 'text', 'liked'].map((name) => [name, emptySeries()]))
    for (const session of asked) {
      const judge = judgeOf(world, session, endMs)
      for (const [place, name] of names.entries()) {
        const all = place === 0 ? Number.POSITIVE_INFINITY : PAGE
        const { model, text } = await ordersOf(engine, name, session, all)
        judge.add(ways[name]!, model.slice(0, PAGE))
        if (place > 0) continue
        const chances = new Map(text.map((id) => [id, world.clickProbability(session, id, endMs)]))
        judge.add(ways.text!, text.slice(0, PAGE))
        judge.add(ways.liked!, text.toSorted((a, b) => chances.get(b)! - chances.get(a)!).slice(0, PAGE))
      }
    }
    const mean = (list: readonly number[]): Interval => bootstrapMean(Float64Array.from(list), { seed })
    const less = (a: readonly number[], b: readonly number[]) => mean(a.map((value, place) => value - b[place]!))
    const worth = Object.entries(ways).map(([name, { ndcg, clicks }]): [string, OrderWorth] => {
      return [name, { ndcgAt10: mean(ndcg).estimate, clicksPerPage: mean(clicks).estimate }]
    })
    return {
      events: events.length,
      searches: asked.length,
      worth: Object.fromEntries(worth),
      trained,
      gain: (way, over) => ({
        ndcg: less(ways[way]!.ndcg, ways[over]!.ndcg),
        clicks: less(ways[way]!.clicks, ways[over]!.clicks),
      }),
    }
  } finally {
    await engine.close()
    rmSync(directory, { recursive: true })
  }
}
