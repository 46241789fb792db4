import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS, manualClock } from '../../foundation/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../../testing/index.ts'
import { trainSearchSystem } from '../../training/index.ts'
import { Engine } from '../engine.ts'
import { replayDecisions } from '../replay-decisions.ts'
import { answerSearch } from './answer-search.ts'
import type { ExplainedSearch } from './explain-search.ts'
import type { SearchDecision } from './search-decision.ts'

const NOW = SMALL_SEARCH_START_MS + 30 * DAY_MS
const EVENTS = smallSearchEvents({ searches: 300 })
const application = smallSearchService({ intent: { by: 'brand' } })

async function openShop(directory: string, events: readonly unknown[] = []): Promise<Engine> {
  const engine = Engine.open(application, { directory, clock: manualClock(NOW) })
  if (events.length === 0) return engine
  await engine.accept(events)
  const options = { seed: 1, codeVersion: 'test', nowMs: NOW, force: true }
  await trainSearchSystem(application, 'shop', engine.log, engine.registry, options)
  engine.reloadModels()
  return engine
}

/** What the ranker was told of every document of the page. */
function intentsOf({ items }: ExplainedSearch): (readonly [string, unknown])[] {
  return items.map(({ id, contributions = [] }) => {
    return [id, contributions.find(({ feature }) => feature === 'query.intent')?.value] as const
  })
}

describe('what queries mean to a search service', () => {
  it('is as of the offset of each search: after later clicks, a restart, and made again from the log', async () => {
    const directory = temporaryFolder()
    let engine = await openShop(directory, EVENTS)
    const explain = async (id: string) => engine.explainSearch((await engine.decision(id)) as SearchDecision)
    const { id: first, items } = await engine.search('shop', { query: 'violet kettle', limit: 5 })
    const before = intentsOf(await explain(first))
    assert.ok(before.every(([, value]) => typeof value === 'number' && value > 0 && value < 1))
    const clicks = Array.from({ length: 6 }, (_, place) => {
      return { id: `own-${place}`, type: 'click', at: NOW, decision: first, product: items[0]?.id }
    })
    await engine.accept(clicks)
    const { id: second } = await engine.search('shop', { query: 'violet kettle', limit: 100 })
    const after = new Map(intentsOf(await explain(second)))
    assert.ok(Number(after.get(before[0]![0])) > 0.5 + 0.5 * Number(before[0]![1]))
    await engine.close()

    engine = await openShop(directory)
    const { id: third } = await engine.search('shop', { query: 'violet kettle', limit: 100 })
    const last = await explain(third)
    assert.deepEqual(new Map(intentsOf(last)), after)
    const { intent = [] } = last.decision.understood
    const { brand } = engine.state.attributes.describe(
      'product',
      engine.state.attributes.keys('product').find(before[0]![0]),
    )
    assert.deepEqual([intent.length, intent[0]?.name, intent[0]?.probability], [3, brand, after.get(before[0]![0])])
    const again = await explain(first)
    assert.deepEqual([again.reproduced, intentsOf(again)], [true, before])
    assert.equal((await explain(second)).reproduced, true)
    await engine.decisionsLogged()
    const { decisions, different } = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual([decisions, different], [3, 0])
    await engine.close()
  })

  it('is as if an erased person had never clicked', async () => {
    const gone = 'u3'
    const erased = await openShop(temporaryFolder(), EVENTS)
    const rowsOf = ({ searching }: Engine) => {
      const live = searching.live('shop')
      live.index.indexTo(Number.POSITIVE_INFINITY)
      const call = { at: NOW, clock: () => 0, budgetMs: Number.POSITIVE_INFINITY }
      return ['red lamp', 'tent', 'blue chair'].map((query) => {
        const { found, rows, scored } = answerSearch(live, { query }, call)
        const names = live.state.attributes.keys('product')
        const width = live.rows!.width
        const entries = Array.from({ length: scored }, (_, place) => {
          return [names.name(found.items[place]!), rows.slice(place * width, (place + 1) * width)] as const
        })
        return new Map(entries)
      })
    }
    const before = rowsOf(erased)
    await erased.eraseSubject({ entity: 'user', id: gone })
    const never = await openShop(
      temporaryFolder(),
      EVENTS.filter(({ user }) => user !== gone),
    )
    assert.deepEqual(rowsOf(erased), rowsOf(never))
    assert.notDeepEqual(rowsOf(erased), before)
    await Promise.all([erased.close(), never.close()])
  })
})
