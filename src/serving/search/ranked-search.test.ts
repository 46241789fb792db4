import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { requireSearchSystem } from '../../application/index.ts'
import { DAY_MS, HOUR_MS, manualClock } from '../../foundation/index.ts'
import { exposures, logisticRanker } from '../../ranking/index.ts'
import {
  breakable,
  SMALL_SEARCH_START_MS,
  smallSearchEvents,
  smallSearchService,
  temporaryFolder,
} from '../../testing/index.ts'
import { SearchReplay, trainSearchSystem } from '../../training/index.ts'
import { Engine } from '../engine.ts'
import { replayDecisions } from '../replay-decisions.ts'
import type { SearchDecision } from './search-decision.ts'

const NOW = SMALL_SEARCH_START_MS + 30 * DAY_MS
const EVENTS = smallSearchEvents({ searches: 500 })
const EXAMPLES = exposures('impression', { group: 'decision', position: 'position' })
const plain = logisticRanker({
  label: { event: 'click', within: '1h' },
  examples: EXAMPLES,
  model: { basis: 'piecewise' },
})

describe('a search service with a model', () => {
  const { ranker: ranking, fault } = breakable(plain)
  const application = smallSearchService({ ranking, fallback: plain, intent: { by: 'brand' } })
  const clock = manualClock(NOW)
  let engine: Engine
  before(async () => {
    engine = Engine.open(application, { directory: temporaryFolder(), clock })
    await engine.accept(EVENTS)
    await trainSearchSystem(application, 'shop', engine.log, engine.registry, {
      seed: 1,
      codeVersion: 'test',
      nowMs: NOW,
      force: true,
    })
    engine.reloadModels()
  })
  after(() => engine.close())

  const search = (query: string, parts: object = {}) => engine.search('shop', { query, ...parts })

  it('orders what is found by the model, and says where each stood by its text', async () => {
    const { model, degraded, items, funnel } = await search('red lamp', { subject: 'u3' })
    assert.deepEqual([model, degraded], ['v1', []])
    assert.equal(funnel.scored, Math.min(200, funnel.found))
    const scores = items.map(({ score }) => score)
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    )
    assert.ok(items.every(({ probability = 0 }) => probability > 0 && probability < 1))
    assert.ok(items.some(({ position, movedFrom }) => position !== movedFrom))
  })

  it('knows who asks: the brand that a person likes comes higher', async () => {
    const { attributes } = engine.state
    const brandOf = (id: string) => attributes.describe('product', attributes.keys('product').find(id)).brand
    const placesOf = async (subject: string | undefined) => {
      const { items } = await search('tent', subject === undefined ? {} : { subject })
      const places = items.filter(({ id }) => brandOf(id) === 'Acme').map(({ position }) => position)
      return places.reduce((sum, place) => sum + place, 0) / places.length
    }
    // Of five brands, people whose number is a multiple of five like the first.
    const [mine, others] = [await placesOf('u5'), await placesOf('u6')]
    assert.ok(mine < others, `${mine} against ${others}`)
  })

  it('explains every score by contributions that sum to it, and who is not on the page', async () => {
    const { id } = await search('blue kettle', { subject: 'u4', limit: 5 })
    const decision = (await engine.decision(id)) as SearchDecision
    const { items, whyNot, reproduced } = await engine.explainSearch(decision, { whyNot: 'p5' })
    assert.ok(reproduced)
    for (const { baseline = Number.NaN, contributions = [], score } of items) {
      const sum = contributions.reduce((total, { contribution }) => total + contribution, baseline)
      assert.ok(Math.abs(sum - score) < 1e-9)
      assert.ok(contributions.some(({ feature }) => feature === 'query.title.has'))
    }
    assert.ok(whyNot && whyNot.stage !== 'on the page')
  })

  it('falls back to the lighter ranker, then to the text, and a replay comes out the same', async () => {
    fault.now = 'throws'
    const { degraded } = await search('green chair')
    fault.now = 'none'
    assert.deepEqual(degraded, ['ranker: fallback'])
    await engine.decisionsLogged()
    const { different, differences, decisions } = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual([different, differences], [0, []])
    assert.ok(decisions > 4)
  })

  it('hands the text order over when time is up, and a replay does too', async () => {
    let now = 0
    const late = Engine.open(smallSearchService({ ranking, fallback: plain, budgetMs: 5 }), {
      directory: temporaryFolder(),
      clock,
      stopwatch: () => (now += 10),
    })
    await late.accept(EVENTS.slice(0, 400))
    const { degraded, items } = await late.search('shop', { query: 'lamp' })
    assert.deepEqual(degraded, ['ranker: deadline'])
    assert.ok(items.length > 0)
    await late.decisionsLogged()
    assert.equal((await replayDecisions(late.application, late.log, late.registry)).different, 0)
    await late.close()
  })

  it('learns from the rows that it served: bytes are equal but for the place', async () => {
    const served: { readonly id: string; readonly rows: Map<string, readonly (number | null)[]> }[] = []
    const system = requireSearchSystem(application, 'shop')
    const { columnNames } = engine.searching.live('shop').rows!
    for (const [turn, query] of ['yellow guitar', 'tent for travel', 'Dorado blanket'].entries()) {
      clock.advance(HOUR_MS)
      // What was filtered is learnt from as it was filtered.
      const filters = turn === 2 ? { price: { max: 150 } } : {}
      const { id, items } = await search(query, { subject: `u${turn}`, limit: 6, filters })
      const explained = await engine.explainSearch((await engine.decision(id)) as SearchDecision)
      const rows = new Map(
        explained.items.map(({ id: item, contributions = [] }) => {
          const values = new Map(contributions.map(({ feature, value }) => [feature, value]))
          return [item, columnNames.map((name) => values.get(name) ?? null)]
        }),
      )
      served.push({ id, rows })
      await engine.accept(
        items.map(({ id: product, position }) => {
          const about = { decision: id, user: `u${turn}`, product, position }
          return { id: `i-${id}-${position}`, type: 'impression', at: clock(), ...about }
        }),
      )
      // What the next query means is told by them.
      await engine.accept([
        { id: `c-${id}`, type: 'click', at: clock(), decision: id, user: `u${turn}`, product: items[0]?.id },
      ])
    }
    const { log } = engine
    const firstQuery = EVENTS.length
    const replay = new SearchReplay(application, system, log, log.head, { seed: 1, maxLists: 1e6, expectedLists: 1 })
    replay.skipTo(firstQuery)
    const examples = replay.collectTo(log.head).set.finish(Number.POSITIVE_INFINITY)
    const names = replay.state.attributes.keys('product')
    const place = columnNames.indexOf('exposure.position')
    let row = 0
    for (const { rows } of served) {
      for (const wanted of rows.values()) {
        const own = Array.from(examples.rows.subarray(row * columnNames.length, (row + 1) * columnNames.length))
        assert.deepEqual(
          own.map((value, column) => (column === place ? 1 : Number.isNaN(value) ? null : value)),
          wanted,
        )
        assert.ok(rows.has(names.name(examples.items[row]!)))
        row++
      }
    }
    assert.equal(row, examples.rowCount)
  })
})
