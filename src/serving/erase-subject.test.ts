import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { SealedExports, Subject } from '../data/index.ts'
import { HOUR_MS, isSluiceError, manualClock } from '../foundation/index.ts'
import { SMALL_START_MS, silentSource, smallVideoEvents, smallVideoService, temporaryFolder } from '../testing/index.ts'
import { trainSystem } from '../training/index.ts'
import { Engine, type EngineOptions } from './engine.ts'
import { eraseFromDirectory } from './erase-records.ts'
import { readReceipts } from './erasure-receipts.ts'
import { type ExportLine, exportSubject } from './export-subject.ts'
import { replayDecisions } from './replay-decisions.ts'
import { scanBytes } from './scan-bytes.ts'

const NOW = SMALL_START_MS + 3 * 24 * HOUR_MS
/** Somebody whose name cannot occur by chance. */
const PERSON = 'person-7f3a91'
const SUBJECT: Subject = { entity: 'user', id: PERSON }
/** The events of a service, one of whose users is that person. */
const EVENTS = smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 1 }).map((event) =>
  event.user === 'u3' ? { ...event, user: PERSON } : event,
)
const OTHERS = EVENTS.filter(({ user }) => user !== PERSON)
const service = smallVideoService()

function open(directory = temporaryFolder(), options: Partial<EngineOptions> = {}, application = service): Engine {
  return Engine.open(application, { directory, clock: manualClock(NOW), ...options })
}

async function train(engine: Engine, seed = 1) {
  const options = { seed, codeVersion: 'test', nowMs: NOW, force: true }
  const { version } = await trainSystem(engine.application, 'home', engine.log, engine.registry, options)
  engine.reloadModels()
  return version
}

/** A directory with everything in it that can name somebody. */
async function lived(directory: string): Promise<Engine> {
  const engine = open(directory)
  await engine.accept(EVENTS)
  await engine.accept([{ id: 'bad', type: 'watch', at: NOW, user: PERSON, video: 'v1', seconds: 'many' }])
  await train(engine)
  for (const subject of ['u1', PERSON, 'u2', PERSON]) await engine.rank('home', { subject })
  await engine.decisionsLogged()
  engine.saveSnapshot()
  return engine
}

describe('erasing a person', () => {
  it('leaves not one byte of the name in any file, and a receipt that tells what went', async () => {
    const directory = temporaryFolder()
    const engine = await lived(directory)
    assert.ok((await scanBytes(directory, PERSON)).occurrences > 100)
    const receipt = await engine.eraseSubject(SUBJECT)
    assert.equal((await scanBytes(directory, PERSON)).occurrences, 0)
    const { records, quarantine, models, scan, generation } = receipt
    const own = EVENTS.filter(({ user }) => user === PERSON)
    const count = (type: string): number => own.filter((event) => event.type === type).length
    assert.deepEqual(records, { impression: count('impression'), user: 1, watch: count('watch'), $decision: 2 })
    assert.deepEqual([quarantine, generation], [1, 1])
    assert.deepEqual([scan.occurrences, scan.wholeOccurrences], [0, 0])
    assert.deepEqual(models, [{ system: 'home', version: 'v1', records: own.length }])
    assert.deepEqual(engine.registry.erasures({ system: 'home', version: 'v1' }), [
      { receipt: receipt.receipt, at: NOW, records: own.length },
    ])
    assert.deepEqual(readReceipts(directory), { receipts: [receipt], brokenLines: [] })
    await engine.close()
    assert.equal((await scanBytes(directory, PERSON)).occurrences, 0)
  })

  it('forgets in memory what it forgets on the disk, now and after a restart', async () => {
    const directory = temporaryFolder()
    let engine = await lived(directory)
    const [mine] = engine.log.recordsOf(SUBJECT)
    const pages = [...engine.log.recordsOf(SUBJECT)].filter(({ record }) => record.type === '$decision')
    assert.ok(mine && pages.length === 2)
    await engine.eraseSubject(SUBJECT)
    const nobody = async () => {
      assert.equal(engine.state.attributes.keys('user').find(PERSON), -1)
      assert.deepEqual([...engine.log.recordsOf(SUBJECT)], [])
      assert.equal(await engine.decision(pages[0]!.record.id), undefined)
      const [own, strange] = [
        await engine.rank('home', { subject: PERSON }),
        await engine.rank('home', { subject: 'x' }),
      ]
      assert.deepEqual(own.items, strange.items)
    }
    await nobody()
    await engine.eraseSubject(SUBJECT)
    await engine.close()
    engine = open(directory)
    assert.equal(engine.snapshotRefused, undefined)
    await nobody()
    await engine.close()
  })

  it('makes the engine the same as one that never knew them: state, pages, and the hash of a new model', async () => {
    const [mine, twins] = [open(), open()]
    await mine.accept(EVENTS)
    await twins.accept(OTHERS)
    for (const subject of ['u1', PERSON, 'u2', PERSON, 'u5']) {
      await mine.rank('home', { subject })
      if (subject !== PERSON) await twins.rank('home', { subject })
    }
    await mine.eraseSubject(SUBJECT)
    const late = smallVideoEvents({ users: 24, videos: 60, hours: 30, seed: 1 })
      .filter(({ at, user }) => at > SMALL_START_MS + 25 * HOUR_MS && user !== 'u3')
      .map((event) => ({ ...event, id: `late-${event.id}` }))
    assert.ok(late.length > 100)
    for (const engine of [mine, twins]) await engine.accept(late)
    const [model, twinsModel] = [await train(mine), await train(twins)]
    assert.notEqual(model.offsets.until, twinsModel.offsets.until)
    assert.equal(model.modelHash, twinsModel.modelHash)
    for (const subject of ['u1', 'u2', 'u9', 'x']) {
      const [page, twinsPage] = [await mine.rank('home', { subject }), await twins.rank('home', { subject })]
      assert.deepEqual([page.items, page.rowsHash], [twinsPage.items, twinsPage.rowsHash])
    }
    await mine.close()
    await twins.close()
  })

  it('goes on serving: others as before, the erased as a stranger, events after it', async () => {
    const application = smallVideoService({ sources: [silentSource('silent', 5)] })
    const directory = temporaryFolder()
    const engine = open(directory, {}, application)
    await engine.accept(EVENTS)
    const before = engine.rank('home', { subject: PERSON })
    const erasing = engine.eraseSubject(SUBJECT)
    let isErased = false
    const receipt = erasing.then((written) => {
      isErased = true
      return written
    })
    const watch = { id: 'late', type: 'watch', at: NOW, user: 'u1', video: 'v1', seconds: 60 }
    const accepted = engine.accept([watch]).then(() => assert.ok(isErased))
    const pages = [await engine.rank('home', { subject: PERSON, exclude: ['v2'] })]
    while (!isErased) pages.push(await engine.rank('home', { subject: PERSON }))
    assert.equal((await before).request.subject, PERSON)
    assert.ok(pages.slice(0, -1).every(({ request, items }) => request.subject === '' && items.length === 10))
    await accepted
    assert.ok(((await receipt).records.$decision ?? 0) === 1)
    await engine.decisionsLogged()
    const { differences, notComparable, decisions } = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual(differences, [])
    assert.ok(notComparable > 0 && notComparable <= decisions)
    await engine.close()
  })

  it('marks a version that a training registers while the log is written anew', async () => {
    const engine = await lived(temporaryFolder())
    const { log } = engine
    const erase = log.eraseSubject.bind(log)
    log.eraseSubject = async (subject) => {
      await train(engine, 2)
      return erase(subject)
    }
    const { models, receipt } = await engine.eraseSubject(SUBJECT)
    assert.deepEqual(
      models.map(({ version }) => version),
      ['v1', 'v2'],
    )
    const marks = ['v1', 'v2'].map((version) => engine.registry.erasures({ system: 'home', version }))
    assert.deepEqual(
      marks.map((erasures) => erasures.map((erasure) => erasure.receipt)),
      [[receipt], [receipt]],
    )
    await engine.close()
  })

  it('lets go of the old state also when the files of a model are gone by then', async () => {
    const directory = temporaryFolder()
    const engine = await lived(directory)
    rmSync(join(directory, 'models', 'home', 'v1', 'ranker.bin'))
    await engine.eraseSubject(SUBJECT)
    assert.equal(engine.live('home').state, engine.state)
    assert.match(engine.modelProblems.get('home') ?? '', /ranker\.bin: .*got no file/)
    assert.deepEqual((await engine.rank('home', { subject: 'u1' })).degraded, ['ranker: no model'])
    await engine.close()
  })

  it('erases one after the other when several are asked for at once', async () => {
    const directory = temporaryFolder()
    const engine = await lived(directory)
    const subjects = ['u1', 'u2', PERSON, 'nobody'].map((id) => ({ entity: 'user', id }))
    const receipts = await Promise.all(subjects.map((subject) => engine.eraseSubject(subject)))
    assert.deepEqual(
      receipts.map(({ generation }) => generation),
      [1, 2, 3, 3],
    )
    assert.deepEqual(receipts[3]?.records, {})
    assert.equal(new Set(receipts.map(({ receipt }) => receipt)).size, 4)
    for (const { id } of subjects) assert.equal(engine.state.attributes.keys('user').find(id), -1)
    await engine.close()
  })

  it('can make again what was decided afterwards, and says what cannot be compared', async () => {
    const engine = await lived(temporaryFolder())
    await engine.eraseSubject(SUBJECT)
    for (const subject of ['u1', 'u2', 'x']) await engine.rank('home', { subject })
    await engine.decisionsLogged()
    const report = await replayDecisions(service, engine.log, engine.registry)
    assert.deepEqual([report.decisions, report.different, report.notComparable], [5, 0, 2])
    assert.match(
      report.reasons[0]?.reason ?? '',
      /^made before the erasure of 2026-01-04T00:00:00\.000Z removed records$/,
    )
    await engine.close()
  })

  it('reaches sealed files through their port', async () => {
    const asked: Subject[] = []
    const sealed: SealedExports = {
      erase: async (subject) => {
        asked.push(subject)
        return { files: 2, rows: 31 }
      },
    }
    const engine = open(temporaryFolder(), { sealed })
    await engine.accept(EVENTS.slice(0, 500))
    assert.deepEqual((await engine.eraseSubject(SUBJECT)).sealed, { files: 2, rows: 31 })
    assert.deepEqual(asked, [SUBJECT])
    await engine.close()
  })

  it('refuses an entity that nobody declared', async () => {
    const engine = open()
    await assert.rejects(engine.eraseSubject({ entity: 'ghost', id: PERSON }), (error) =>
      isSluiceError(error, 'NOT_FOUND'),
    )
    await engine.close()
  })
})

describe('erasing a thing', () => {
  it('takes it from pages and their reasons at once, and from the log with every decision that showed it', async () => {
    const directory = temporaryFolder()
    const engine = await lived(directory)
    const { items } = await engine.rank('home', { subject: 'u1' })
    const video = items.find(({ because }) => because !== undefined)?.because ?? items[0]!.id
    const erasing = engine.eraseSubject({ entity: 'video', id: video })
    const during = await engine.rank('home', { subject: 'u1', exclude: [video], candidates: [video, 'v3', 'v4'] })
    const page = await engine.rank('home', { subject: 'u1', exclude: [video] })
    for (const { id, because } of [...during.items, ...page.items]) assert.ok(id !== video && because !== video)
    assert.deepEqual([during.request.exclude, during.request.candidates], [[], ['v3', 'v4']])
    await erasing
    await engine.decisionsLogged()
    assert.deepEqual([...engine.log.recordsOf({ entity: 'video', id: video })], [])
    assert.equal(engine.state.attributes.keys('video').find(video), -1)
    await engine.close()
  })
})

describe('erasing from a directory without a server', () => {
  it('does the same, and refuses one that somebody writes with what to ask of them', async () => {
    const directory = temporaryFolder()
    const engine = await lived(directory)
    const options = { directory, clock: manualClock(NOW) }
    await assert.rejects(
      eraseFromDirectory(service, options, SUBJECT),
      (error) =>
        isSluiceError(error, 'DIRECTORY_LOCKED') &&
        error.message.includes(`curl -X DELETE http://127.0.0.1:8470/v1/subjects/user/${PERSON}`),
    )
    await engine.close()
    assert.ok(existsSync(join(directory, 'state.snapshot')))
    const receipt = await eraseFromDirectory(service, options, SUBJECT)
    assert.deepEqual([receipt.records.$decision, receipt.quarantine, receipt.scan.occurrences], [2, 1, 0])
    assert.ok(!existsSync(join(directory, 'state.snapshot')))
    assert.ok(!readFileSync(join(directory, 'receipts.ndjson'), 'utf8').includes(PERSON))
    const again = open(directory)
    await again.rank('home', { subject: 'u1' })
    await again.decisionsLogged()
    const report = await replayDecisions(service, again.log, again.registry)
    assert.deepEqual([report.decisions, report.different, report.notComparable], [3, 0, 2])
    await again.close()
  })

  it('makes no directory where there is none', async () => {
    const directory = join(temporaryFolder(), 'none')
    await assert.rejects(eraseFromDirectory(service, { directory, clock: manualClock(NOW) }, SUBJECT), (error) =>
      isSluiceError(error, 'DIRECTORY_MISSING'),
    )
    assert.ok(!existsSync(directory))
  })
})

describe('an export', () => {
  it('gives what a look at everything that was sent gives, and nothing after an erasure', async () => {
    const engine = await lived(temporaryFolder())
    const { application, log, registry } = engine
    const lines = async () => {
      const all: ExportLine[] = []
      const parts = { application, log, registry, state: engine.state, at: NOW }
      for await (const line of exportSubject(parts, SUBJECT)) all.push(line)
      return all
    }
    const held = await lines()
    const of = (kind: string) => held.filter((line) => line.kind === kind)
    const own = EVENTS.filter(({ user }) => user === PERSON)
    assert.deepEqual(
      of('record')
        .map((line) => line.kind === 'record' && line.record.id)
        .slice(0, own.length),
      own.map(({ id }) => id),
    )
    assert.equal(of('record').length, own.length + 2)
    assert.deepEqual(held[0], {
      kind: 'export',
      ...SUBJECT,
      application: 'small-video',
      at: NOW,
      asOf: log.head,
    })
    assert.deepEqual(held[1], { kind: 'attributes', attributes: { country: 'fr' } })
    assert.equal(of('quarantined').length, 1)
    const [model] = of('model')
    assert.deepEqual(model, { kind: 'model', system: 'home', version: 'v1', records: own.length, isChampion: true })
    assert.deepEqual(held.at(-1), { kind: 'end', lines: held.length })
    await engine.eraseSubject(SUBJECT)
    assert.deepEqual(
      (await lines()).map(({ kind }) => kind),
      ['export', 'attributes', 'state', 'end'],
    )
    await engine.close()
  })
})
