import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { RequestFrame } from '../features/index.ts'
import { HOUR_MS, manualClock } from '../foundation/index.ts'
import { exposures, lambdaMart, logisticRanker } from '../ranking/index.ts'
import { breakable, SMALL_START_MS, smallVideoEvents, smallVideoService, temporaryFolder } from '../testing/index.ts'
import { evaluateVersion, type TrainingResult, trainSystem } from '../training/index.ts'
import { Engine } from './engine.ts'
import type { EngineObserver } from './observer.ts'
import type { PageTrace } from './rank-page.ts'
import { replayDecisions } from './replay-decisions.ts'

const NOW = SMALL_START_MS + 48 * HOUR_MS
const EVENTS = smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 1 })
const EXAMPLES = {
  label: { event: 'watch', where: { seconds: { min: 30 } }, within: '30m' },
  examples: exposures('impression', { group: 'decision' }),
} as const
const OPTIONS = { seed: 1, codeVersion: 'test', nowMs: NOW, force: true }
const KEEP = 22

describe('a light stage before boosted trees', () => {
  const light = breakable(logisticRanker({ ...EXAMPLES, features: ['genreAffinity'] }))
  const application = smallVideoService({
    ranking: lambdaMart({ ...EXAMPLES, model: { maxTrees: 20 } }),
    fallback: light.ranker,
    light: { ranking: light.ranker, keep: KEEP },
  })
  const directory = temporaryFolder()
  let engine: Engine
  let trace: PageTrace
  let trained: TrainingResult
  before(async () => {
    engine = Engine.open(application, {
      directory,
      clock: manualClock(NOW),
      observer: watching((seen) => (trace = seen)),
    })
    await engine.accept(EVENTS)
    trained = await trainSystem(application, 'home', engine.log, engine.registry, OPTIONS)
    engine.reloadModels()
  })
  after(() => engine.close())
  const rank = () => engine.rank('home', { subject: 'u1' })

  it('is fitted once when it is the fallback too, to its own columns alone', () => {
    const files = Object.keys(trained.version.artifacts).filter((name) => name.startsWith('ranker'))
    assert.deepEqual(files.sort(), ['ranker', 'ranker-light'])
    const { light: stage, fallback, rows } = engine.live('home')
    assert.deepEqual(stage?.rows.columnNames, ['genreAffinity'])
    assert.deepEqual([stage?.model?.featureCount, fallback?.featureCount], [1, rows.width])
  })

  it('does not leave a page short: then all candidates are ranked, and the page can be made again', async () => {
    const pages = []
    for (let user = 1; user <= 12; user++) pages.push(await engine.rank('home', { subject: `u${user}`, limit: 20 }))
    const whole = pages.filter(({ funnel }) => funnel.kept === undefined)
    assert.ok(whole.length > 0, 'two of a creator leave some pages short of what was kept')
    assert.ok(whole.every(({ funnel }) => funnel.candidates > KEEP && funnel.scored === funnel.candidates))
    assert.ok(pages.every(({ funnel, items }) => funnel.kept === undefined || items.length === 20))
    await engine.decisionsLogged()
    const { differences } = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual(differences, [])
  })

  it('lets its best through to the ranker, and the funnel counts them', async () => {
    const { funnel, degraded } = await rank()
    assert.deepEqual(degraded, [])
    assert.deepEqual([funnel.kept, funnel.scored], [KEEP, KEEP])
    assert.ok(funnel.candidates > KEEP, `${funnel.candidates} candidates`)
  })

  it('scores by the rows that training would take, the best first, and keeps sponsored items for their slots', async () => {
    const live = engine.live('home')
    await rank()
    const whole = new Float64Array(trace.candidates.items.length * live.rows.width)
    const subject = engine.state.attributes.keys('user').find('u1')
    const frame = new RequestFrame(application.schema).bind('user', subject)
    frame.at = NOW
    live.rows.fill(frame, subject, trace.candidates.items, whole)
    const scores = new Float64Array(trace.candidates.items.length)
    live.fallback?.scoreRows(whole, scores.length, scores)
    assert.deepEqual(trace.light?.scores, scores)
    const kept = new Set(trace.light?.kept)
    const organic = (place: number) => !live.isSponsored(trace.candidates.items[place]!)
    const places = Array.from(scores.keys())
    const worst = Math.min(
      ...places.filter((place) => kept.has(place) && organic(place)).map((place) => scores[place]!),
    )
    assert.ok(places.every((place) => kept.has(place) || !organic(place) || scores[place]! <= worst))
    assert.ok(places.every((place) => organic(place) || kept.has(place)))
  })

  it('says of what it left out which rank it had', async () => {
    const { id: decision } = await rank()
    const items = engine.state.attributes.keys('video')
    const { candidates, light: stage } = trace
    const place = Array.from(candidates.items.keys()).find((each) => !stage?.kept.includes(each)) ?? -1
    const name = items.name(candidates.items[place] ?? -1)
    const { whyNot } = await engine.explain(decision, { whyNot: name })
    const above = (stage?.scores ?? new Float64Array(0)).filter((score, other) => {
      const own = stage?.scores?.[place] ?? Number.NaN
      return score > own || (score === own && other < place)
    })
    assert.equal(whyNot?.stage, 'light')
    assert.equal(
      whyNot?.message,
      `light stage, rank ${above.length + 1} of ${candidates.items.length}; ${KEEP} went on to the ranker`,
    )
  })

  it('leaves the first of retrieval when it fails, and says so', async () => {
    light.fault.now = 'throws'
    const { id: decision } = await rank()
    light.fault.now = 'none'
    assert.deepEqual(trace.degraded, ['light: failed'])
    assert.deepEqual([...trace.items], [...trace.candidates.items.subarray(0, KEEP)])
    const outside = engine.state.attributes.keys('video').name(trace.candidates.items[KEEP] ?? -1)
    const { whyNot } = await engine.explain(decision, { whyNot: outside })
    assert.match(whyNot?.message ?? '', /^light stage, place 23 by retrieval, without scores/)
  })

  it('is not asked when there is little to choose from', async () => {
    const candidates = Array.from({ length: KEEP }, (_, index) => `v${index}`)
    const { funnel } = await engine.rank('home', { subject: 'u2', candidates })
    assert.deepEqual([funnel.kept, funnel.candidates], [undefined, KEEP])
  })

  it('is made again to the byte, page by page', async () => {
    await engine.decisionsLogged()
    const { decisions, differences } = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual(differences, [])
    assert.ok(decisions >= 4)
  })

  it('is judged by what it keeps of the first of the ranker, by training and by evaluation alike', async () => {
    const judged = trained.judgement.pages?.light
    assert.equal(judged?.keep, KEEP)
    const recall = judged?.recallAt30.estimate ?? Number.NaN
    assert.ok(recall > 0.5 && recall < 1, `a recall of ${recall}`)
    const untilOffset = trained.version.offsets.until
    const again = await evaluateVersion(application, trained.version, engine.log, engine.registry, {
      seed: 1,
      untilOffset,
    })
    assert.deepEqual(again, trained.judgement)
  })
})

/** Sees the trace of every page. */
function watching(see: (trace: PageTrace) => void): EngineObserver {
  const nothing = () => {}
  return {
    opened: nothing,
    stage: nothing,
    decided: (_live, trace) => see(trace),
    appended: nothing,
    applied: nothing,
    erased: nothing,
  }
}
