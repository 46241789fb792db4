/*
 * What it is worth that a shop's search learns from clicks which category a query means: the same log of the generated
 * shop is learnt from with and without `intent`, and both answer the searches of two later days. Judged by the truth that
 * only the world knows; differences are of the same searches.
 *
 *   node bench/search-intent.bench.ts [--seed 1] [--products 5000] [--people 2000] [--days 21] [--json]
 *
 * `liked` orders what was found by what this person would truly click, which no ranker can know wholly. The claim is that
 * the model with intent brings no fewer clicks than the one without, and more than the text.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { defineApp, requireSearchSystem } from '../src/application/index.ts'
import { answerableSessions, emptySeries, judgeOf, ordersOf } from '../src/cli/demo/search/search-worth.ts'
import { bootstrapMean } from '../src/evaluation/index.ts'
import { DAY_MS } from '../src/foundation/index.ts'
import { Engine } from '../src/serving/index.ts'
import { createSearchWorld, findApplication, generateSearchEvents } from '../src/systems/index.ts'
import { trainSearchSystem } from '../src/training/index.ts'
import { printReport } from './load/report.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    products: { type: 'string', default: '5000' },
    people: { type: 'string', default: '2000' },
    days: { type: 'string', default: '21' },
    json: { type: 'boolean', default: false },
  },
})
const [seed, products, people, days] = [values.seed, values.products, values.people, values.days].map(Number) as [
  number,
  number,
  number,
  number,
]
const TRIED_DAYS = 2
const PAGE = 10
const BATCH = 5_000

const { schema, features, ...shop } = findApplication('search')
const { intent, ...without } = requireSearchSystem({ schema, features, ...shop }, 'shop')
const application = defineApp({
  name: 'search',
  schema,
  features,
  systems: { with: { ...without, intent: intent ?? { by: 'category' } }, without },
})
const world = createSearchWorld({ seed, users: people, products, days: days + TRIED_DAYS })
const endMs = world.options.startMs + days * DAY_MS
const directory = mkdtempSync(join(tmpdir(), 'sluice-intent-'))
const engine = Engine.open(application, { directory, clock: () => endMs })
try {
  const events = [...generateSearchEvents(world)].filter(({ at }) => at < endMs)
  for (let first = 0; first < events.length; first += BATCH) await engine.accept(events.slice(first, first + BATCH))
  const byClicks: Record<string, number | undefined> = {}
  for (const name of ['with', 'without']) {
    const options = { seed, codeVersion: 'bench', nowMs: endMs, force: true }
    const { judgement } = await trainSearchSystem(application, name, engine.log, engine.registry, options)
    byClicks[name] = judgement.search?.ranking.model.ndcgAt10.estimate
    byClicks.text = judgement.search?.ranking.text.ndcgAt10.estimate
  }
  engine.reloadModels()
  const asked = answerableSessions(world, [...world.sessions({ fromMs: endMs })], endMs)
  const ways = { with: emptySeries(), without: emptySeries(), text: emptySeries(), liked: emptySeries() }
  for (const session of asked) {
    const judge = judgeOf(world, session, endMs)
    const own = await ordersOf(engine, 'with', session, Number.POSITIVE_INFINITY)
    const clickProbability = (id: string): number => world.clickProbability(session, id, endMs)
    const liked = own.text.toSorted((a, b) => clickProbability(b) - clickProbability(a))
    judge.add(ways.with, own.model.slice(0, PAGE))
    judge.add(ways.text, own.text.slice(0, PAGE))
    judge.add(ways.liked, liked.slice(0, PAGE))
    judge.add(ways.without, (await ordersOf(engine, 'without', session)).model)
  }
  const mean = (list: readonly number[]) => bootstrapMean(Float64Array.from(list), { seed })
  const less = (a: readonly number[], b: readonly number[]) => mean(a.map((value, place) => value - b[place]!))
  const gains = {
    ndcgOverWithout: less(ways.with.ndcg, ways.without.ndcg),
    clicksOverWithout: less(ways.with.clicks, ways.without.clicks),
    ndcgOverText: less(ways.with.ndcg, ways.text.ndcg),
    clicksOverText: less(ways.with.clicks, ways.text.clicks),
  }
  const means = Object.entries(ways).map(([name, { ndcg, clicks }]) => {
    return [name, { ndcgAt10: mean(ndcg).estimate, clicksPerPage: mean(clicks).estimate }]
  })
  printReport(
    'search-intent',
    {
      holds: gains.clicksOverWithout.high >= 0 && gains.clicksOverText.low > 0,
      command: `node bench/search-intent.bench.ts --seed ${seed} --products ${products} --people ${people} --days ${days}`,
      events: events.length,
      searches: asked.length,
      ...Object.fromEntries(means),
      ...gains,
      ndcgByClicks: byClicks,
    },
    values.json,
  )
} finally {
  await engine.close()
  rmSync(directory, { recursive: true })
}
