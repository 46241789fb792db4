import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type DataDirectory, type EventLog, openDataDirectory, openEventLog } from '../data/index.ts'
import { hashString, isSluiceError } from '../foundation/index.ts'
import { candidates, exposures, logisticRanker } from '../ranking/index.ts'
import {
  SMALL_START_MS,
  type SmallEvent,
  smallVideoEvents,
  smallVideoService,
  temporaryFolder,
} from '../testing/index.ts'
import { ModelRegistry } from './model-registry.ts'
import { evaluateVersion, type TrainingProgress, type TrainOptions, trainSystem } from './train-system.ts'

const LABEL = { event: 'watch', where: { seconds: { min: 30 } }, within: '30m' } as const
const OPTIONS: TrainOptions = { seed: 1, codeVersion: 'test', nowMs: SMALL_START_MS }
const EVENTS = smallVideoEvents({ users: 60, videos: 90, hours: 30, seed: 9 })
const clock = () => SMALL_START_MS + 7 * 86_400_000

/** The events with watches of other impressions, a minute later. */
function watchedIf(isWatched: (id: string) => boolean): SmallEvent[] {
  const rest = EVENTS.filter(({ type }) => type !== 'watch')
  const watches = rest.flatMap(({ id, type, at, user, video }) =>
    type === 'impression' && isWatched(id)
      ? [{ id: `w-${id}`, type: 'watch', at: at + 60_000, user, video, seconds: 60 }]
      : [],
  )
  return [...rest, ...watches].sort((a, b) => a.at - b.at)
}

const watchedByLot = () => watchedIf((id) => hashString(id) % 4 === 0)

describe('training a system', () => {
  const folder = temporaryFolder()
  const open: { log: EventLog; directory: DataDirectory }[] = []
  let number = 0
  let log: EventLog

  async function logOf(events: readonly SmallEvent[]): Promise<EventLog> {
    const directory = openDataDirectory(join(folder, `log-${++number}`), { mode: 'write', clock })
    const opened = openEventLog(directory, { schema: smallVideoService().schema, clock })
    open.push({ log: opened, directory })
    assert.deepEqual((await opened.append(events)).rejected, [])
    return opened
  }
  const registry = () => new ModelRegistry(join(folder, `registry-${++number}`))
  const application = smallVideoService()

  before(async () => {
    log = await logOf(EVENTS)
  })
  after(async () => {
    for (const { log: opened, directory } of open) {
      await opened.close()
      await directory.close()
    }
  })

  it('learns better than "popular" and random, beyond chance, and promotes what it learnt', async () => {
    const models = registry()
    const { judgement, gate, promoted, version } = await trainSystem(application, 'home', log, models, OPTIONS)
    assert.deepEqual(gate, { holds: true, reasons: [] })
    assert.ok(promoted)
    assert.deepEqual(models.champion('home'), version)
    const { ranking, pages } = judgement
    assert.ok(ranking?.model.auc && ranking.popular.auc && ranking.random.auc && pages)
    assert.ok(ranking.model.ndcgAt10.low > ranking.popular.ndcgAt10.high)
    assert.ok(ranking.model.auc.low > Math.max(ranking.popular.auc.high, ranking.random.auc.high))
    assert.ok(pages.subjects > 50)
    assert.ok(pages.model.recallAt10.estimate > pages.random.recallAt10.estimate)
    assert.equal(pages.gainOverPopular.estimate.toFixed(9), difference(pages.model, pages.popular).toFixed(9))
  })

  const difference = (a: { ndcgAt10: { estimate: number } }, b: { ndcgAt10: { estimate: number } }) =>
    a.ndcgAt10.estimate - b.ndcgAt10.estimate

  it('gives the same model and the same judgement for the same log and seed', async () => {
    const runs = [registry(), registry()].map((models) => trainSystem(application, 'home', log, models, OPTIONS))
    const [first, second] = await Promise.all(runs)
    assert.deepEqual(first, second)
  })

  it('does not see what came after its last offset, whatever it is', async () => {
    const cut = Math.floor(EVENTS.length * 0.7)
    const early = await logOf(EVENTS.slice(0, cut))
    const later = await logOf([
      ...EVENTS.slice(0, cut),
      ...smallVideoEvents({ users: 80, videos: 120, hours: 20, seed: 77 }).map((event) => ({
        ...event,
        id: `later-${event.id}`,
      })),
    ])
    const expected = await trainSystem(application, 'home', early, registry(), OPTIONS)
    const { head } = early
    const got = await trainSystem(application, 'home', later, registry(), { ...OPTIONS, untilOffset: head })
    assert.deepEqual(got, expected)
  })

  it('says how far it is, now and then', async () => {
    const seen: TrainingProgress[] = []
    const onProgress = (progress: TrainingProgress) => seen.push(progress)
    const { version } = await trainSystem(application, 'home', log, registry(), { ...OPTIONS, onProgress })
    assert.ok(seen.length < 20)
    for (const step of ['survey', 'replay']) {
      const last = seen.findLast((progress) => progress.step === step)
      assert.deepEqual(last, { step, done: log.head, total: log.head })
    }
    assert.deepEqual(version.offsets, { from: 1, until: log.head })
  })

  it('weighs a challenger against the champion, and promotes by force alone what the gate refuses', async () => {
    const models = registry()
    await trainSystem(application, 'home', log, models, OPTIONS)
    const second = await trainSystem(application, 'home', log, models, OPTIONS)
    assert.equal(second.judgement.ranking?.gainOverChampion?.estimate, 0)
    assert.equal(models.champion('home')?.version, 'v2')
    const noise = await logOf(watchedByLot())
    const third = await trainSystem(application, 'home', noise, models, OPTIONS)
    assert.ok(!third.gate.holds && !third.promoted)
    assert.equal(models.champion('home')?.version, 'v2')
    assert.ok((await trainSystem(application, 'home', noise, models, { ...OPTIONS, force: true })).promoted)
    assert.equal(models.champion('home')?.version, 'v4')
  })

  it('learns from a log without impressions', async () => {
    const ranking = logisticRanker({ label: LABEL, examples: candidates({ negatives: 30, spacing: '1h' }) })
    const service = smallVideoService({ ranking })
    const { judgement } = await trainSystem(service, 'home', log, registry(), OPTIONS)
    assert.ok(judgement.ranking && judgement.ranking.gainOverPopular.low > 0)
  })

  it('names what is missing: labels, exposures, both classes', async () => {
    const train = (source: EventLog, options: Partial<TrainOptions> = {}, service = application) =>
      trainSystem(service, 'home', source, registry(), { ...OPTIONS, ...options })
    const lacks = (text: string) => (error: unknown) =>
      isSluiceError(error, 'NO_TRAINING_DATA') && error.message.includes(text)
    await assert.rejects(train(await logOf([])), lacks('at least 10 watch events'))
    await assert.rejects(train(log, { untilOffset: 160 }), lacks('at least 10 watch events'))
    await assert.rejects(train(await logOf(EVENTS.filter(({ type }) => type !== 'impression'))), lacks('exposures'))
    const everything = await logOf(watchedIf(() => true))
    await assert.rejects(train(everything), (error) => isSluiceError(error, 'ONE_CLASS_ONLY'))
    await assert.rejects(trainSystem(application, 'away', log, registry(), OPTIONS), (error) =>
      isSluiceError(error, 'UNKNOWN_SYSTEM'),
    )
  })

  it('registers nothing when a person was erased while it read the log', async () => {
    await logOf(EVENTS)
    const written = open.pop()
    assert.ok(written)
    await written.directory.close()
    const { path } = written.directory
    const program = `
      const { openDataDirectory, openEventLog } = await import(${JSON.stringify(new URL('../data/index.ts', import.meta.url).href)})
      const { smallVideoService } = await import(${JSON.stringify(new URL('../testing/index.ts', import.meta.url).href)})
      const directory = openDataDirectory(process.argv[1], { mode: 'write', clock: Date.now })
      const log = openEventLog(directory, { schema: smallVideoService().schema, clock: Date.now })
      await log.eraseSubject({ entity: 'user', id: 'u1' })
      await log.close()
      await directory.close()`
    let isErased = false
    const onProgress = () => {
      if (isErased) return
      isErased = true
      execFileSync(process.execPath, ['--input-type=module', '-e', program, path])
    }
    const directory = openDataDirectory(path, { mode: 'read' })
    const read = openEventLog(directory, { schema: application.schema, clock })
    const models = registry()
    await assert.rejects(trainSystem(application, 'home', read, models, { ...OPTIONS, onProgress }), (error) =>
      isSluiceError(error, 'LOG_REWRITTEN'),
    )
    assert.deepEqual(models.versions('home'), [])
    assert.ok((await trainSystem(application, 'home', read, models, OPTIONS)).version)
    await directory.close()
  })

  describe('judging a version again', () => {
    it('finds what training found', async () => {
      const models = registry()
      const { version, judgement } = await trainSystem(application, 'home', log, models, OPTIONS)
      assert.deepEqual(await evaluateVersion(application, version, log, models, OPTIONS), judgement)
    })

    it('refuses one of another definition', async () => {
      const models = registry()
      const { version } = await trainSystem(application, 'home', log, models, OPTIONS)
      const within = { ...LABEL, within: '5m' } as const
      const examples = exposures('impression', { group: 'decision' })
      const other = smallVideoService({ ranking: logisticRanker({ label: within, examples }) })
      await assert.rejects(evaluateVersion(other, version, log, models, OPTIONS), (error) =>
        isSluiceError(error, 'MODEL_MISMATCH'),
      )
    })
  })
})
