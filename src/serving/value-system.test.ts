import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HOUR_MS, manualClock } from '../foundation/index.ts'
import { exposures, lambdaMart, logisticRanker, valueRanker } from '../ranking/index.ts'
import { SMALL_START_MS, smallRanker, smallVideoEvents, smallVideoService, temporaryFolder } from '../testing/index.ts'
import { compressVersion, type TrainingResult, trainSystem } from '../training/index.ts'
import { Engine } from './engine.ts'
import { createServer } from './http/create-server.ts'
import { replayDecisions } from './replay-decisions.ts'

const NOW = SMALL_START_MS + 48 * HOUR_MS
const EXAMPLES = exposures('impression', { group: 'decision', position: 'position' })
const of = (event: string, where = {}) => ({ label: { event, where, within: '30m' }, examples: EXAMPLES }) as const
const value = { longWatch: 1, watch: 0.3, hide: -5 }
const home = valueRanker({
  objectives: {
    longWatch: lambdaMart({ ...of('watch', { seconds: { min: 30 } }), model: { maxTrees: 20 } }),
    watch: logisticRanker(of('watch')),
    hide: logisticRanker(of('hide')),
  },
  value,
  main: 'longWatch',
})

/** The watches of a third of the people are hides: they are shown what they do not want. */
const EVENTS = smallVideoEvents({ users: 60, videos: 90, hours: 30, seed: 9 }).map((event) => {
  const { seconds: _, ...rest } = event as typeof event & { user?: string; seconds?: number }
  return event.type === 'watch' && Number(String(rest.user).slice(1)) % 3 === 1 ? { ...rest, type: 'hide' } : event
})

describe('a system that ranks by value', () => {
  const application = smallVideoService({ ranking: home, fallback: smallRanker })
  let engine: Engine
  let trained: TrainingResult
  before(async () => {
    engine = Engine.open(application, { directory: temporaryFolder(), clock: manualClock(NOW) })
    assert.deepEqual((await engine.accept(EVENTS)).rejected, [])
    const options = { seed: 1, codeVersion: 'test', nowMs: NOW, force: true }
    trained = await trainSystem(application, 'home', engine.log, engine.registry, options)
    engine.reloadModels()
  })
  after(() => engine.close())

  it('judges every objective on what it did not learn from', () => {
    const { longWatch, watch, hide } = trained.judgement.ranking?.objectives ?? {}
    assert.ok(longWatch && watch && hide)
    assert.equal(longWatch.positives, trained.judgement.ranking?.positives)
    assert.equal(watch.positives, longWatch.positives, 'all watches of this world are long')
    assert.ok(hide.positives > 50 && (hide.auc ?? 0) > 0.65, `an AUC of ${hide.auc} for ${hide.positives} hides`)
    assert.ok(hide.calibrationError < 0.1 && longWatch.calibrationError < 0.1)
  })

  it('says the formula, and the probabilities that it was filled with', async () => {
    const decision = await engine.rank('home', { subject: 'u0' })
    assert.deepEqual(decision.degraded, [])
    assert.deepEqual(decision.value, value)
    for (const { score, probability, objectives = {} } of decision.items) {
      const { longWatch = Number.NaN, watch = Number.NaN, hide = Number.NaN } = objectives
      assert.equal(probability, longWatch)
      assert.ok(Math.abs(longWatch + 0.3 * watch - 5 * hide - score) < 1e-9)
    }
  })

  it('explains every score by objective and by feature', async () => {
    const { id } = await engine.rank('home', { subject: 'u0' })
    const { items } = await engine.explain(id)
    for (const { score, baseline = Number.NaN, contributions = [], byObjective = {} } of items) {
      const sum = contributions.reduce((total, { contribution }) => total + contribution, baseline)
      assert.ok(Math.abs(sum - score) < 1e-9)
      const terms = Object.values(byObjective).reduce((total, term) => total + term.value, 0)
      assert.ok(Math.abs(terms - score) < 1e-9)
    }
  })

  it('shows its formula to whoever asks for the system, and the terms of a decision', async () => {
    const server = createServer(engine, { logLevel: 'silent' })
    const get = async (url: string) => JSON.parse((await server.inject({ method: 'GET', url })).body)
    const { id } = await engine.rank('home', { subject: 'u0' })
    assert.deepEqual((await get('/v1/systems/home')).value, value)
    const decision = await get(`/v1/decisions/${id}?explain=true`)
    assert.deepEqual(decision.value, value)
    assert.equal(typeof decision.items[0].byObjective.hide.contributions[0].contribution, 'number')
    assert.equal(typeof decision.items[0].objectives.hide, 'number')
    await server.close()
  })

  it('is made again to the byte, each candidate as if it stood at the top', async () => {
    await engine.decisionsLogged()
    const { decisions, differences } = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual(differences, [])
    assert.ok(decisions >= 3)
    const { id } = await engine.rank('home', { subject: 'u0' })
    const { items } = await engine.explain(id)
    for (const { contributions = [] } of items) {
      assert.equal(contributions.find(({ feature }) => feature === 'exposure.position')?.value, 1)
    }
  })

  it('can be compressed: the trees of its objectives in every way that there is', async () => {
    let micros = 0
    const options = { seed: 1, nowMs: NOW, clockMicros: () => micros++, maxLoss: 0.05 }
    const { trials, version } = await compressVersion(
      application,
      trained.version,
      engine.log,
      engine.registry,
      options,
    )
    assert.ok(trials.length >= 4 && version !== undefined)
    engine.reloadModels()
    const decision = await engine.rank('home', { subject: 'u0' })
    assert.deepEqual([decision.degraded, decision.model, decision.value], [[], version.version, value])
  })
})
