import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HOUR_MS, manualClock } from '../foundation/index.ts'
import { exposures, lambdaMart } from '../ranking/index.ts'
import {
  breakable,
  SMALL_START_MS,
  smallRanker,
  smallVideoEvents,
  smallVideoService,
  temporaryFolder,
} from '../testing/index.ts'
import { trainSystem } from '../training/index.ts'
import { Engine } from './engine.ts'
import { replayDecisions } from './replay-decisions.ts'

const NOW = SMALL_START_MS + 48 * HOUR_MS
const EVENTS = smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 1 })

const trees = lambdaMart({
  label: { event: 'watch', where: { seconds: { min: 30 } }, within: '30m' },
  examples: exposures('impression', { group: 'decision' }),
  model: { maxTrees: 20 },
})

describe('a system of boosted trees with a logistic ranker to fall back on', () => {
  const heavy = breakable(trees)
  const light = breakable(smallRanker)
  const application = smallVideoService({ ranking: heavy.ranker, fallback: light.ranker })
  const directory = temporaryFolder()
  let engine: Engine
  before(async () => {
    engine = Engine.open(application, { directory, clock: manualClock(NOW) })
    await engine.accept(EVENTS)
    const options = { seed: 1, codeVersion: 'test', nowMs: NOW, force: true }
    await trainSystem(application, 'home', engine.log, engine.registry, options)
    engine.reloadModels()
  })
  after(() => engine.close())

  it('ranks by trees, and explains every score by its features', async () => {
    const decision = await engine.rank('home', { subject: 'u1' })
    assert.deepEqual(decision.degraded, [])
    const explained = await engine.explain(decision.id)
    for (const { baseline = Number.NaN, contributions = [], score } of explained.items) {
      const sum = contributions.reduce((total, { contribution }) => total + contribution, baseline)
      assert.ok(Math.abs(sum - score) < 1e-9)
    }
  })

  it('ranks by the fallback when the trees fail, says so, and explains by what ranked', async () => {
    const whole = await engine.rank('home', { subject: 'u1' })
    for (const now of ['throws', 'no numbers'] as const) {
      heavy.fault.now = now
      const decision = await engine.rank('home', { subject: 'u1' })
      assert.deepEqual(decision.degraded, ['ranker: fallback'])
      assert.equal(decision.funnel.scored, whole.funnel.scored)
      assert.notDeepEqual(
        decision.items.map(({ score }) => score),
        whole.items.map(({ score }) => score),
      )
      heavy.fault.now = 'none'
      const { items } = await engine.explain(decision.id)
      for (const { baseline = Number.NaN, contributions = [], score, probability = Number.NaN } of items) {
        const sum = contributions.reduce((total, { contribution }) => total + contribution, baseline)
        assert.ok(Math.abs(sum - score) < 1e-9 && probability > 0 && probability < 1)
      }
    }
  })

  it('shows the order of retrieval when both fail', async () => {
    heavy.fault.now = 'throws'
    light.fault.now = 'no numbers'
    const decision = await engine.rank('home', { subject: 'u1' })
    heavy.fault.now = 'none'
    light.fault.now = 'none'
    assert.deepEqual(decision.degraded, ['ranker: failed'])
    assert.equal(decision.funnel.scored, 0)
  })

  it('makes every one of these pages again, to the byte', async () => {
    await engine.decisionsLogged()
    const { decisions, differences } = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual(differences, [])
    assert.ok(decisions >= 5)
  })
})
