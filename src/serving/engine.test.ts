import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Application } from '../application/index.ts'
import { HOUR_MS, isSluiceError, manualClock } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import {
  brokenSource,
  SMALL_START_MS,
  type SmallVideoOptions,
  silentSource,
  smallRanker,
  smallVideoEvents,
  smallVideoService,
  temporaryFolder,
} from '../testing/index.ts'
import { trainSystem } from '../training/index.ts'
import type { Decision } from './decision.ts'
import { Engine } from './engine.ts'

const EVENTS = smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 1 })
const NOW = SMALL_START_MS + 25 * HOUR_MS
const service = smallVideoService()

function open(application: Application = service, directory = temporaryFolder()): Engine {
  return Engine.open(application, { directory, clock: manualClock(NOW) })
}

async function trained(options: SmallVideoOptions = {}): Promise<Engine> {
  const application = smallVideoService(options)
  const engine = open(application)
  await engine.accept(EVENTS)
  await trainSystem(application, 'home', engine.log, engine.registry, { seed: 1, codeVersion: 'test', nowMs: NOW })
  engine.reloadModels()
  return engine
}

let next = 0
function watch(user: string, video: string): unknown {
  return { id: `watch-${next++}`, type: 'watch', at: NOW, user, video, seconds: 60 }
}

function idsOf(decision: Decision): string[] {
  return decision.items.map(({ id }) => id)
}

describe('an engine', () => {
  let engine: Engine
  before(async () => {
    engine = await trained()
  })
  after(() => engine.close())

  it('answers with a page by the model, and says where every item comes from', async () => {
    const page = await engine.rank('home', { subject: 'u1' })
    assert.equal(page.items.length, 10)
    assert.equal(page.model, 'v1')
    assert.deepEqual(page.degraded, [])
    assert.equal(page.asOf, engine.log.head)
    assert.deepEqual(page.funnel.scored, page.funnel.candidates)
    for (const item of page.items) assert.ok(item.sources.includes(item.source) && item.probability! > 0)
  })

  it('has taken an event into account once it is accepted', async () => {
    const [first] = idsOf(await engine.rank('home', { subject: 'u2' }))
    const { offset } = await engine.accept([watch('u2', first!)])
    const after = await engine.rank('home', { subject: 'u2' })
    assert.ok(after.asOf >= offset)
    assert.ok(!idsOf(after).includes(first!))
  })

  it('gives a stranger a full page', async () => {
    const page = await engine.rank('home', { subject: 'nobody' })
    assert.equal(page.items.length, 10)
    assert.deepEqual(page.degraded, [])
  })

  it('gives as many items as are asked for, and refuses more than the system allows', async () => {
    assert.equal((await engine.rank('home', { subject: 'u1', limit: 3 })).items.length, 3)
    assert.equal((await engine.rank('home', { subject: 'u1', limit: 15 })).items.length, 15)
    await assert.rejects(engine.rank('home', { subject: 'u1', limit: 21 }), has('LIMIT_EXCEEDED'))
  })

  it('leaves out what the caller excludes, known or not', async () => {
    const exclude = idsOf(await engine.rank('home', { subject: 'u3' })).slice(0, 5)
    const page = await engine.rank('home', { subject: 'u3', exclude: [...exclude, 'no such video'] })
    assert.equal(page.items.length, 10)
    assert.deepEqual(
      idsOf(page).filter((id) => exclude.includes(id)),
      [],
    )
  })

  it('chooses from the candidates that the caller gives, and from nothing else', async () => {
    const candidates = ['v1', 'v2', 'v3', 'v1', 'no such video']
    const page = await engine.rank('home', { subject: 'u4', candidates })
    assert.deepEqual(idsOf(page).sort(), ['v1', 'v2', 'v3'])
    assert.deepEqual(new Set(page.items.map(({ source }) => source)), new Set(['given']))
    const many = Array.from({ length: 41 }, (_, index) => `v${index}`)
    await assert.rejects(engine.rank('home', { subject: 'u4', candidates: many }), has('LIMIT_EXCEEDED'))
  })

  it('never shows what the user saw or hid, nor what a blocked creator made', async () => {
    const [seen, hidden, other] = (await engine.rank('home', { subject: 'u5' })).items
    const creator = `c${Number(other!.id.slice(1)) % 12}`
    await engine.accept([
      watch('u5', seen!.id),
      { id: 'hide', type: 'hide', at: NOW, user: 'u5', video: hidden!.id },
      { id: 'block', type: 'block', at: NOW, user: 'u5', creator },
    ])
    const page = await engine.rank('home', { subject: 'u5', limit: 20 })
    for (const id of idsOf(page)) {
      assert.notEqual(id, seen!.id)
      assert.notEqual(id, hidden!.id)
      assert.notEqual(`c${Number(id.slice(1)) % 12}`, creator)
    }
  })

  it('waits for an offset that is about to come', async () => {
    const wanted = engine.log.head + 1
    const [page] = await Promise.all([
      engine.rank('home', { subject: 'u6', atLeastOffset: wanted }),
      engine.accept([watch('u6', 'v1')]),
    ])
    assert.ok(page.asOf >= wanted)
  })

  it('names the systems it has when asked for another', async () => {
    await assert.rejects(engine.rank('away', { subject: 'u1' }), has('UNKNOWN_SYSTEM', /home/))
  })

  it('gives decisions ids of their own, however many are asked at once', async () => {
    const pages = await Promise.all(Array.from({ length: 50 }, () => engine.rank('home', { subject: 'u7' })))
    assert.equal(new Set(pages.map(({ id }) => id)).size, 50)
  })

  it('knows a decision from its answer on, however many follow before it is in the log', async () => {
    const pages = await Promise.all(Array.from({ length: 40 }, () => engine.rank('home', { subject: 'u1' })))
    const [first] = pages
    assert.equal((await engine.decision(first?.id ?? ''))?.id, first?.id)
  })

  it('is the only one on its directory', () => {
    const directory = temporaryFolder()
    const first = open(service, directory)
    assert.throws(() => open(service, directory), has('DIRECTORY_LOCKED'))
    return first.close()
  })
})

describe('an engine that lacks something', () => {
  it('answers an empty page from an empty catalogue, and says that no model ranked it', async () => {
    const engine = open()
    const page = await engine.rank('home', { subject: 'u1' })
    await engine.close()
    assert.deepEqual(page.items, [])
    assert.equal(page.model, null)
    assert.deepEqual(page.degraded, ['ranker: no model'])
  })

  it('answers in the order of retrieval before there is a model', async () => {
    const engine = open()
    await engine.accept(EVENTS)
    const page = await engine.rank('home', { subject: 'nobody' })
    await engine.close()
    assert.equal(page.items.length, 10)
    assert.deepEqual(page.degraded, ['ranker: no model'])
    assert.ok(page.items.every((item) => item.probability === undefined))
    assert.ok(page.items.every(({ score }, index) => score <= 1 && (index > 1 || score > 0.9)))
  })

  it('answers in the order of retrieval when the ranker fails, and names it', async () => {
    for (const scoreRows of [throwing, notFinite]) {
      const engine = await trained({ ranking: { ...smallRanker, load: (bytes) => withScores(bytes, scoreRows) } })
      const page = await engine.rank('home', { subject: 'u1' })
      await engine.close()
      assert.deepEqual(page.degraded, ['ranker: failed'])
      assert.equal(page.items.length, 10)
      assert.equal(page.funnel.scored, 0)
    }
  })

  it('does without a source that throws or does not answer in time, and names both', async () => {
    const engine = await trained({ sources: [silentSource('silent'), brokenSource('broken')] })
    const page = await engine.rank('home', { subject: 'u1' })
    await engine.close()
    assert.deepEqual(page.degraded, ['broken: failed', 'silent: deadline'])
    assert.equal(page.items.length, 10)
    assert.equal(page.model, 'v1')
  })

  it('takes up a newly promoted model, and requests under way end with the one they began with', async () => {
    const engine = await trained({ sources: [silentSource('silent', 20)] })
    const { version } = await trainSystem(engine.application, 'home', engine.log, engine.registry, {
      seed: 2,
      codeVersion: 'test',
      nowMs: NOW,
      force: true,
    })
    const before = engine.rank('home', { subject: 'u1' })
    engine.reloadModels()
    const after = engine.rank('home', { subject: 'u1' })
    assert.deepEqual([(await before).model, (await after).model], ['v1', version.version])
    await engine.close()
  })

  it('ends what is under way before it closes, and takes nothing new', async () => {
    const engine = await trained({ sources: [silentSource('silent', 20)] })
    const page = engine.rank('home', { subject: 'u1' })
    const closed = engine.close()
    await assert.rejects(engine.rank('home', { subject: 'u1' }), has('SHUTTING_DOWN'))
    assert.equal((await page).items.length, 10)
    await closed
    await assert.rejects(engine.accept([watch('u1', 'v1')]), has('SHUTTING_DOWN'))
  })
})

type ScoreRows = RowModel['scoreRows']

const throwing: ScoreRows = () => {
  throw new Error('the ranker is broken')
}
const notFinite: ScoreRows = (_rows, _count, out) => void out.fill(Number.NaN)

function withScores(bytes: Uint8Array, scoreRows: ScoreRows): RowModel {
  const model = smallRanker.load(bytes)
  return {
    kind: model.kind,
    featureCount: model.featureCount,
    scoreRows,
    response: (score) => model.response(score),
    explain: (row) => model.explain(row),
    save: () => model.save(),
  }
}

function has(code: string, message = /./): (error: unknown) => boolean {
  return (error) => isSluiceError(error) && error.code === code && message.test(error.message)
}
