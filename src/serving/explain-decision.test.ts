import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HOUR_MS, isSluiceError, manualClock } from '../foundation/index.ts'
import { brokenSource, SMALL_START_MS, smallVideoEvents, smallVideoService, temporaryFolder } from '../testing/index.ts'
import { trainSystem } from '../training/index.ts'
import type { Decision } from './decision.ts'
import { Engine } from './engine.ts'

const EVENTS = smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 3 })
const NOW = SMALL_START_MS + 25 * HOUR_MS
const application = smallVideoService()
const directory = temporaryFolder()
const open = (): Engine => Engine.open(application, { directory, clock: manualClock(NOW) })

describe('the reasons of a decision', () => {
  let engine: Engine
  let decision: Decision
  before(async () => {
    engine = open()
    await engine.accept([...EVENTS, { id: 'double', type: 'video', at: NOW, video: 'copy', title: 'VIDEO  7' }])
    await trainSystem(application, 'home', engine.log, engine.registry, { seed: 1, codeVersion: 'test', nowMs: NOW })
    engine.reloadModels()
    await engine.accept([{ id: 'hide', type: 'hide', at: NOW, user: 'u1', video: 'v3' }])
    decision = await engine.rank('home', { subject: 'u1', exclude: ['v5'] })
  })
  after(() => engine.close())

  it('sum to the score within 1e-9, and the moves to the change of place', async () => {
    const { items, reproduced } = await engine.explain(decision.id)
    assert.equal(reproduced, true)
    assert.equal(items.length, decision.items.length)
    for (const { score, baseline = 0, contributions = [], moves, movedFrom, position } of items) {
      const sum = contributions.reduce((sum, { contribution }) => sum + contribution, baseline)
      assert.ok(Math.abs(sum - score) < 1e-9, `${sum} for ${score}`)
      assert.equal(contributions.length, engine.live('home').rows.width)
      const places = moves.reduce((sum, { places }) => sum + places, 0)
      assert.equal(places, movedFrom - position)
    }
  })

  it('name the first stage that let an item go, and the rule', async () => {
    const why = async (item: string) => {
      const { whyNot } = await engine.explain(decision.id, { whyNot: item })
      return `${whyNot?.stage}: ${whyNot?.rule}`
    }
    assert.equal(await why('no such video'), 'catalogue: not in the catalogue')
    assert.equal(await why('v5'), 'filter: excluded by the caller')
    assert.equal(await why('v3'), 'filter: hidden(hide)')
    assert.equal(await why(seenBy('u1')), 'filter: seen(watch)')
    assert.equal(await why(decision.items[0]!.id), 'on the page: none')
    const candidates = await lostByRule()
    assert.ok(candidates.size > 0, 'some candidate lost its place to a rule')
  })

  it('say that an item was not retrieved when it is none of the candidates', async () => {
    const candidates = ['v1', 'v2']
    const { id } = await engine.rank('home', { subject: 'u1', candidates })
    const { whyNot } = await engine.explain(id, { whyNot: 'v4' })
    assert.equal(whyNot?.stage, 'retrieval')
  })

  it('are the same when the page has to be made again from the log', async () => {
    const early = await engine.explain(decision.id, { whyNot: 'v3' })
    await engine.accept([
      { id: 'after', type: 'watch', at: NOW, user: 'u1', video: decision.items[0]!.id, seconds: 60 },
    ])
    assert.deepEqual(await engine.explain(decision.id, { whyNot: 'v3' }), early)
    await engine.close()
    engine = open()
    assert.deepEqual(await engine.decision(decision.id), { ...decision })
    assert.deepEqual(plain(await engine.explain(decision.id, { whyNot: 'v3' })), plain(early))
  })

  it('are refused for a decision that another definition of the system made', async () => {
    await engine.close()
    const changed = smallVideoService({ sources: [brokenSource('broken')] })
    const other = Engine.open(changed, { directory, clock: manualClock(NOW) })
    await assert.rejects(other.explain(decision.id), (error) => isSluiceError(error, 'MODEL_MISMATCH'))
    await other.close()
    engine = open()
  })

  it('are refused for a decision that the log does not have', async () => {
    assert.equal(await engine.decision('d-0-0-0'), undefined)
    await assert.rejects(engine.explain('nope'), (error) => isSluiceError(error, 'UNKNOWN_DECISION'))
  })

  /** Rules of re-ranking by which candidates of the decision lost their place. */
  async function lostByRule(): Promise<Set<string>> {
    const rules = new Set<string>()
    for (let video = 0; video < 60; video++) {
      const { whyNot } = await engine.explain(decision.id, { whyNot: `v${video}` })
      if (whyNot?.stage === 'reranking') rules.add(whyNot.rule)
    }
    return rules
  }
})

function seenBy(user: string): string {
  const watches = EVENTS.filter((event) => event.type === 'watch' && event.user === user)
  return String(watches.find(({ video }) => video !== 'v3' && video !== 'v5')?.video)
}

/** As it looks after a way through JSON. */
function plain(explained: unknown): unknown {
  return JSON.parse(JSON.stringify(explained))
}
