import assert from 'node:assert/strict'
import { it } from 'node:test'
import { DAY_MS, HOUR_MS, manualClock } from '../foundation/index.ts'
import { Engine } from '../serving/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../testing/index.ts'
import { Monitor } from './monitor.ts'

it('searches are counted as decisions, and what is clicked of them by their decision, whoever asked', async () => {
  const application = smallSearchService()
  const monitor = new Monitor(application)
  const clock = manualClock(SMALL_SEARCH_START_MS + 10 * DAY_MS)
  const engine = Engine.open(application, { directory: temporaryFolder(), clock, observer: monitor })
  await engine.accept(smallSearchEvents({ searches: 5 }))
  const { id: decision, items } = await engine.search('shop', { query: 'lamp', limit: 4 })
  const about = (place: number) => ({ decision, product: items[place]!.id, at: clock() })
  await engine.accept(
    items.map((_, place) => ({ id: `i${place}`, type: 'impression', position: place + 1, ...about(place) })),
  )
  await engine.accept([{ id: 'c', type: 'click', ...about(2) }])
  clock.advance(2 * HOUR_MS)
  await engine.accept([{ id: 'later', type: 'impression', position: 1, ...about(0) }])
  const report = monitor.report().systems.shop
  assert.deepEqual([report?.decisions, report?.degraded], [1, { 'ranker: no model': 1 }])
  const { impressions, labelled, rate } = report!.clickThrough!.none!
  assert.deepEqual([impressions, labelled, rate], [5, 1, 0.25])
  assert.deepEqual(Object.keys(report!.latencyMs).sort(), ['retrieval', 'total'])
  assert.match(
    await monitor.metricsText(),
    /degraded[^\n]*reason="ranker: no model"[^\n]*system="shop"|system="shop"[^\n]*reason="ranker: no model"/,
  )
  await engine.close()
})
