import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Application } from '../application/index.ts'
import { HOUR_MS, manualClock } from '../foundation/index.ts'
import type { Ranker } from '../ranking/index.ts'
import {
  brokenSource,
  SMALL_START_MS,
  silentSource,
  smallRanker,
  smallVideoEvents,
  smallVideoService,
  temporaryFolder,
} from '../testing/index.ts'
import { trainSystem } from '../training/index.ts'
import { Engine } from './engine.ts'
import { replayDecisions } from './replay-decisions.ts'

const EVENTS = smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 1 })

/** The ranker of the small service, broken while it is told to be. */
function breakableRanker(): { ranker: Ranker; isBroken: { now: boolean } } {
  const isBroken = { now: false }
  const load: Ranker['load'] = (bytes) => {
    const model = smallRanker.load(bytes)
    const scoreRows: typeof model.scoreRows = (rows, count, out) => {
      if (isBroken.now) throw new Error('the ranker is broken')
      model.scoreRows(rows, count, out)
    }
    return {
      kind: model.kind,
      featureCount: model.featureCount,
      scoreRows,
      response: (score) => model.response(score),
      explain: (row) => model.explain(row),
      save: () => model.save(),
    }
  }
  return { ranker: { ...smallRanker, load }, isBroken }
}

async function train(application: Application, engine: Engine, seed: number): Promise<void> {
  const options = { seed, codeVersion: 'test', nowMs: 0, force: true }
  await trainSystem(application, 'home', engine.log, engine.registry, options)
  engine.reloadModels()
}

describe('a replay of decisions', () => {
  it('finds no difference after restarts, new models, broken parts and events that came meanwhile', async () => {
    const { ranker, isBroken } = breakableRanker()
    const sources = [silentSource('silent'), brokenSource('broken')]
    const application = smallVideoService({ ranking: ranker, sources })
    const clock = manualClock(SMALL_START_MS + 2 * 24 * HOUR_MS)
    const directory = temporaryFolder()
    const open = (): Engine => Engine.open(application, { directory, clock })
    const ask = async (engine: Engine, from: number, until: number): Promise<void> => {
      for (let start = from; start < until; start += 100) {
        clock.advance(1_000)
        const chunk = engine.accept(EVENTS.slice(start, Math.min(until, start + 100)))
        const subject = `u${start % 30}`
        const exclude = [`v${start % 7}`]
        await Promise.all([
          chunk,
          engine.rank('home', { subject, exclude }),
          engine.rank('home', { subject, limit: 20 }),
        ])
      }
    }
    let engine = open()
    await ask(engine, 0, 2_400)
    await train(application, engine, 1)
    await ask(engine, 2_400, 2_800)
    await engine.close()
    engine = open()
    isBroken.now = true
    await ask(engine, 2_800, 3_000)
    isBroken.now = false
    await train(application, engine, 2)
    await Promise.all([ask(engine, 3_000, 3_300), ask(engine, 3_300, 3_600)])
    await engine.decisionsLogged()
    const report = await replayDecisions(application, engine.log, engine.registry)
    const newest = await replayDecisions(application, engine.log, engine.registry, { limit: 7 })
    await engine.close()
    assert.deepEqual(report.differences, [])
    assert.ok(report.decisions >= 60, `${report.decisions} decisions`)
    assert.ok(report.vectors > 30 * report.decisions && report.bytes > 8 * report.vectors)
    assert.deepEqual([newest.decisions, newest.different, newest.notComparable], [7, 0, 0])
  })

  it('finds no difference in the page of a stranger who became known while a source was slow', async () => {
    const application = smallVideoService({ sources: [silentSource('silent', 25)] })
    const clock = manualClock(SMALL_START_MS + 2 * 24 * HOUR_MS)
    const engine = Engine.open(application, { directory: temporaryFolder(), clock })
    await engine.accept(EVENTS.filter(({ type }) => type === 'video'))
    const watch = { id: 'w', type: 'watch', at: clock(), user: 'new', video: 'v1', seconds: 60 }
    const [decision] = await Promise.all([engine.rank('home', { subject: 'new' }), engine.accept([watch])])
    assert.ok(decision.asOf > 60, 'the watch came while the page was made')
    assert.equal(decision.funnel.filtered['seen(watch)'], 1)
    await engine.decisionsLogged()
    const { differences } = await replayDecisions(application, engine.log, engine.registry, { limit: 10 })
    await engine.close()
    assert.deepEqual(differences, [])
  })

  it('counts a decision of another definition as different, and goes on', async () => {
    const directory = temporaryFolder()
    const clock = manualClock(SMALL_START_MS + 2 * 24 * HOUR_MS)
    const before = Engine.open(smallVideoService(), { directory, clock })
    await before.accept(EVENTS)
    const { id } = await before.rank('home', { subject: 'u1' })
    await before.close()
    const changed = smallVideoService({ sources: [brokenSource('broken')] })
    const engine = Engine.open(changed, { directory, clock })
    await engine.rank('home', { subject: 'u1' })
    await engine.decisionsLogged()
    const report = await replayDecisions(changed, engine.log, engine.registry, { limit: 10 })
    await engine.close()
    assert.deepEqual([report.decisions, report.different, report.notComparable], [2, 1, 0])
    assert.deepEqual(report.differences, [{ decision: id, what: 'systemHash' }])
  })

  it('counts a decision of a model that is gone as different, and says which', async () => {
    const application = smallVideoService()
    const directory = temporaryFolder()
    const clock = manualClock(SMALL_START_MS + 2 * 24 * HOUR_MS)
    const engine = Engine.open(application, { directory, clock })
    await engine.accept(EVENTS)
    await train(application, engine, 1)
    await engine.rank('home', { subject: 'u1' })
    await engine.decisionsLogged()
    rmSync(join(directory, 'models', 'home', 'v1'), { recursive: true })
    const { different, differences } = await replayDecisions(application, engine.log, engine.registry)
    await engine.close()
    assert.equal(different, 1)
    assert.match(differences[0]?.what ?? '', /model: expected v1 of home in the registry, got none/)
  })
})
