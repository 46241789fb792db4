import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS, manualClock } from '../../foundation/index.ts'
import { clickRanker, exposures } from '../../ranking/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../../testing/index.ts'
import { trainSearchSystem } from '../../training/index.ts'
import { Engine } from '../engine.ts'
import { replayDecisions } from '../replay-decisions.ts'
import type { SearchDecision } from './search-decision.ts'

const NOW = SMALL_SEARCH_START_MS + 30 * DAY_MS
const ranking = clickRanker({
  label: { event: 'click', within: '1h' },
  examples: exposures('impression', { group: 'decision', position: 'position' }),
  model: { maxTrees: 30, leaves: 8 },
})

describe('a search service whose ranker corrects for places', () => {
  it('explains scores by contributions that sum to them, and replays to the same answers', async () => {
    const application = smallSearchService({ ranking })
    const engine = Engine.open(application, { directory: temporaryFolder(), clock: manualClock(NOW) })
    await engine.accept(smallSearchEvents({ searches: 500 }))
    const options = { seed: 1, codeVersion: 'test', nowMs: NOW, force: true }
    await trainSearchSystem(application, 'shop', engine.log, engine.registry, options)
    engine.reloadModels()
    for (const query of ['red lamp', 'tent', 'blue kettle']) {
      const { id, model, degraded } = await engine.search('shop', { query, subject: 'u3', limit: 8 })
      assert.deepEqual([model, degraded], ['v1', []])
      const { items, reproduced } = await engine.explainSearch((await engine.decision(id)) as SearchDecision)
      assert.ok(reproduced && items.length > 0)
      for (const { baseline = Number.NaN, contributions = [], score } of items) {
        const sum = contributions.reduce((total, { contribution }) => total + contribution, baseline)
        assert.ok(Math.abs(sum - score) < 1e-9)
        assert.equal(contributions.find(({ feature }) => feature === 'exposure.position')?.contribution ?? 0, 0)
      }
    }
    await engine.decisionsLogged()
    const { different, decisions } = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual([different, decisions], [0, 3])
    await engine.close()
  })
})
