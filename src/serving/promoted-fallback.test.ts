import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HOUR_MS, manualClock } from '../foundation/index.ts'
import { exposures, lambdaMart } from '../ranking/index.ts'
import { SMALL_START_MS, smallRanker, smallVideoEvents, smallVideoService, temporaryFolder } from '../testing/index.ts'
import { compressVersion, evaluateVersion, type TrainingResult, trainSystem } from '../training/index.ts'
import { Engine } from './engine.ts'
import { replayDecisions } from './replay-decisions.ts'

const NOW = SMALL_START_MS + 48 * HOUR_MS
const OPTIONS = { seed: 1, codeVersion: 'test', nowMs: NOW }

/** Trees that know nothing of the item, so that they cannot put a list in order. */
const blind = lambdaMart({
  label: { event: 'watch', where: { seconds: { min: 30 } }, within: '30m' },
  examples: exposures('impression', { group: 'decision' }),
  features: ['sinceLastWatch'],
  model: { maxTrees: 5 },
})

describe('a system whose main ranker does not pass the gate, and whose fallback does', () => {
  const application = smallVideoService({ ranking: blind, fallback: smallRanker })
  let engine: Engine
  let trained: TrainingResult
  before(async () => {
    engine = Engine.open(application, { directory: temporaryFolder(), clock: manualClock(NOW) })
    await engine.accept(smallVideoEvents({ users: 60, videos: 90, hours: 30, seed: 9 }))
    trained = await trainSystem(application, 'home', engine.log, engine.registry, OPTIONS)
    engine.reloadModels()
  })
  after(() => engine.close())

  it('is promoted with the fallback as its ranker, and the manifest says so and why', () => {
    const { promoted, gate, version, refused, judgement } = trained
    assert.deepEqual([promoted, gate.holds, version.serves], [true, true, 'fallback'])
    assert.match(refused?.reasons.join() ?? '', /over "popular"/)
    assert.equal(refused?.ranking?.gainOverPopular.high === judgement.ranking?.gainOverPopular.high, false)
    assert.equal(engine.registry.champion('home')?.serves, 'fallback')
  })

  it('ranks by it on every page, and nothing is degraded', async () => {
    const decision = await engine.rank('home', { subject: 'u1' })
    assert.deepEqual(decision.degraded, [])
    assert.ok(new Set(decision.items.map(({ score }) => score)).size > 5)
    const { items } = await engine.explain(decision.id)
    assert.ok(items.every(({ contributions = [] }) => contributions.length > 1))
  })

  it('is made again to the byte, and judged again as it was', async () => {
    await engine.decisionsLogged()
    assert.deepEqual((await replayDecisions(application, engine.log, engine.registry)).differences, [])
    const options = { seed: 1, untilOffset: trained.version.offsets.until }
    assert.deepEqual(
      await evaluateVersion(application, trained.version, engine.log, engine.registry, options),
      trained.judgement,
    )
  })

  it('promotes the main ranker by force alone, and has no trees to compress', async () => {
    const forced = await trainSystem(application, 'home', engine.log, engine.registry, { ...OPTIONS, force: true })
    assert.deepEqual([forced.promoted, forced.gate.holds, forced.version.serves], [true, false, 'ranker'])
    const options = { seed: 1, nowMs: NOW, clockMicros: () => 0 }
    await assert.rejects(compressVersion(application, trained.version, engine.log, engine.registry, options), {
      code: 'MODEL_MISMATCH',
    })
  })
})

describe('a system of which neither ranker passes the gate', () => {
  it('promotes none, and names the reasons of both', async () => {
    const application = smallVideoService({ ranking: blind, fallback: blind })
    const engine = Engine.open(application, { directory: temporaryFolder(), clock: manualClock(NOW) })
    await engine.accept(smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 1 }))
    const { gate, promoted } = await trainSystem(application, 'home', engine.log, engine.registry, OPTIONS)
    await engine.close()
    assert.ok(!promoted)
    assert.deepEqual(
      gate.reasons.map((reason) => reason.startsWith('fallback: ')),
      [false, true],
    )
  })
})
