import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { requireSystem } from '../application/index.ts'
import { type DataDirectory, type EventLog, openDataDirectory, openEventLog } from '../data/index.ts'
import { isSluiceError } from '../foundation/index.ts'
import { loadRowModel, TreeModel } from '../models/index.ts'
import { exposures, lambdaMart } from '../ranking/index.ts'
import { SMALL_START_MS, smallVideoEvents, smallVideoService, temporaryFolder } from '../testing/index.ts'
import { compressVersion } from './compress-version.ts'
import type { CompressOptions } from './compression-task.ts'
import { type CompressionFigures, type CompressionLoss, compressionTrial, lossOf } from './compression-trial.ts'
import { ModelRegistry, type ModelVersion } from './model-registry.ts'
import { RANKER } from './system-rankers.ts'
import { trainSystem } from './train-system.ts'

const LABEL = { event: 'watch', where: { seconds: { min: 30 } }, within: '30m' } as const
const clock = () => SMALL_START_MS + 7 * 86_400_000
const EVENTS = smallVideoEvents({ users: 60, videos: 90, hours: 30, seed: 9 })

describe('compressing a version', () => {
  const folder = temporaryFolder()
  const registry = new ModelRegistry(join(folder, 'registry'))
  const application = smallVideoService({
    ranking: lambdaMart({ label: LABEL, examples: exposures('impression', { group: 'decision' }) }),
  })
  let directory: DataDirectory
  let log: EventLog
  let champion: ModelVersion

  before(async () => {
    directory = openDataDirectory(join(folder, 'log'), { mode: 'write', clock })
    log = openEventLog(directory, { schema: application.schema, clock })
    assert.deepEqual((await log.append(EVENTS)).rejected, [])
    const options = { seed: 1, codeVersion: 'test', nowMs: SMALL_START_MS, maxAnswers: 5, force: true }
    champion = (await trainSystem(application, 'home', log, registry, options)).version
  })
  after(async () => {
    await log.close()
    await directory.close()
  })

  /** Every look at the clock is a microsecond later, so all models take equally long. */
  function options(more: Partial<CompressOptions> = {}): CompressOptions {
    let micros = 0
    return { seed: 1, nowMs: SMALL_START_MS, clockMicros: () => micros++, ...more }
  }
  const compress = (more?: Partial<CompressOptions>) =>
    compressVersion(application, champion, log, registry, options(more))

  it('reports bytes, time and quality of at least four smaller models, overall and by segment', async () => {
    const { original, trials, version, heldOut } = await compress({ reportOnly: true })
    assert.equal(version, undefined)
    assert.equal(original.bytes, registry.artifacts(champion).get(RANKER)?.length)
    assert.ok(trials.length >= 4 && heldOut.what === 'lists' && heldOut.count > 100)
    for (const { bytes, micros, quality, segments } of trials) {
      assert.ok(bytes > 0 && micros === 1 && (quality.ndcgAt10 ?? 0) > 0.3)
      assert.ok(segments['known subjects'])
    }
    const exact = trials.find(({ name }) => name === 'tables of 16 bits')
    assert.ok(exact && exact.bytes < original.bytes / 4 && Math.abs(exact.loss) < 1e-3)
    assert.equal(registry.champion('home')?.version, champion.version)
  })

  it('promotes the smallest that is within the loss, which answers in the place of the old one', async () => {
    const { chosen, version, trials, original } = await compress({ maxLoss: 0.01 })
    const held = trials.filter(({ holds }) => holds)
    assert.equal(chosen, held.toSorted((a, b) => a.bytes - b.bytes)[0]?.name)
    assert.ok(version)
    assert.deepEqual(registry.champion('home'), version)
    const [before, made] = [champion, version].map((each) => registry.artifacts(each))
    const bytes = made?.get(RANKER) ?? new Uint8Array()
    assert.ok(bytes.length < original.bytes)
    const ranker = requireSystem(application, 'home').ranking.load(bytes)
    assert.ok(!(ranker instanceof TreeModel))
    assert.deepEqual([...(made?.keys() ?? [])].sort(), [...(before?.keys() ?? [])].sort())
    assert.deepEqual(version.columnNames, champion.columnNames)
    assert.equal(loadRowModel(bytes).kind, ranker.kind)
    await assert.rejects(compressVersion(application, version, log, registry, options()), (error) =>
      isSluiceError(error, 'MODEL_MISMATCH'),
    )
  })

  it('is the same for the same log and seed', async () => {
    assert.deepEqual(await compress({ reportOnly: true }), await compress({ reportOnly: true }))
  })
})

describe('the trial of a smaller model', () => {
  const original: CompressionFigures = { name: 'a', bytes: 100, micros: 10, quality: { ndcgAt10: 0.5 } }
  const smaller = { ...original, name: 'b', bytes: 50 }
  const limits = { metric: 'NDCG@10', maxLoss: 0.002 }
  const lost = (loss: number, more: Partial<CompressionLoss> = {}) => ({ loss, others: {}, segments: {}, ...more })

  it('holds when it is smaller, not slower and within the loss', () => {
    assert.deepEqual(compressionTrial(smaller, original, lost(0.001), limits).reasons, [])
    assert.ok(compressionTrial({ ...smaller, micros: 10.5 }, original, lost(-0.1), { ...limits, maxLoss: 0 }).holds)
  })

  it('says why not: bytes, time, what is lost, and what a segment or another metric loses beyond chance', () => {
    const some = {
      some: lossOf(3, { estimate: -0.1, low: -0.2, high: -0.01, level: 0.95, samples: 9, undefinedSamples: 0 }),
    }
    assert.deepEqual(some, { some: { size: 3, loss: 0.1, lossAtLeast: 0.01 } })
    const reasonsOf = (own: CompressionFigures, ...loss: Parameters<typeof lost>) =>
      compressionTrial(own, original, lost(...loss), limits).reasons
    assert.match(reasonsOf({ ...smaller, bytes: 100 }, 0).join(), /^bytes/)
    assert.match(reasonsOf({ ...smaller, micros: 12 }, 0).join(), /^time/)
    assert.match(reasonsOf(smaller, 0.003).join(), /^NDCG@10 lost: expected at most 0.002, got 0.0030$/)
    assert.match(reasonsOf(smaller, 0, { segments: some }).join(), /^NDCG@10 lost for some/)
    assert.match(reasonsOf(smaller, 0, { others: { AUC: 0.01 } }).join(), /^AUC lost/)
    const all = reasonsOf({ ...smaller, bytes: 100, micros: 12 }, 1, { segments: some, others: { AUC: 1 } })
    assert.equal(all.length, 5)
  })
})
