import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { boostedTrees, logisticScorer } from '../../application/index.ts'
import { type DataDirectory, type EventLog, openDataDirectory, openEventLog } from '../../data/index.ts'
import { DAY_MS, isSluiceError } from '../../foundation/index.ts'
import {
  SMALL_PAYMENTS_START_MS,
  type SmallPaymentParts,
  smallPaymentEvents,
  smallPaymentService,
  temporaryFolder,
} from '../../testing/index.ts'
import { compressVersion } from '../compress-version.ts'
import type { CompressOptions } from '../compression-task.ts'
import { ModelRegistry, type ModelVersion } from '../model-registry.ts'
import { evaluateScoringVersion, trainScoringSystem } from './train-scoring.ts'

const clock = () => SMALL_PAYMENTS_START_MS + 400 * DAY_MS
const EVENTS = smallPaymentEvents({ cards: 50, days: 60 })
const PARTS: SmallPaymentParts = {
  model: boostedTrees({ iterations: 60, minRowsInLeaf: 20 }),
  imbalance: { kind: 'undersample', share: 0.5 },
}

describe('compressing a version of a scoring system', () => {
  const folder = temporaryFolder()
  const registry = new ModelRegistry(join(folder, 'registry'))
  const application = smallPaymentService(PARTS)
  let directory: DataDirectory
  let log: EventLog
  let champion: ModelVersion

  before(async () => {
    directory = openDataDirectory(join(folder, 'log'), { mode: 'write', clock })
    log = openEventLog(directory, { schema: application.schema, clock })
    assert.deepEqual((await log.append(EVENTS)).rejected, [])
    champion = (await trainScoringSystem(application, 'fraud', log, registry, options())).version
  })
  after(async () => {
    await log.close()
    await directory.close()
  })

  function options() {
    return { seed: 1, codeVersion: 'test', nowMs: 0, force: true }
  }
  /** Every look at the clock is a microsecond later, so all models take equally long. */
  function compress(more: Partial<CompressOptions> = {}) {
    let micros = 0
    return compressVersion(application, champion, log, registry, {
      ...{ seed: 1, nowMs: 0, clockMicros: () => micros++ },
      ...more,
    })
  }

  it('reports the original as it is evaluated, and what smaller ones lose', async () => {
    const { original, trials, heldOut, metric, version } = await compress({ reportOnly: true })
    const { scoring } = evaluateScoringVersion(application, champion, log, registry, { seed: 1 })
    assert.ok(scoring)
    assert.deepEqual(
      [version, metric, heldOut],
      [undefined, 'average precision', { what: 'events', count: scoring.events }],
    )
    const { averagePrecision, auc, logLoss, brier, calibrationError } = scoring.model
    assert.deepEqual(original.quality, {
      ...{ averagePrecision: averagePrecision.estimate, auc: auc.estimate },
      ...{ logLoss, brier, calibrationError },
    })
    assert.equal(original.bytes, registry.artifacts(champion).get('scorer')?.length)
    for (const { loss, quality, segments, micros } of trials) {
      assert.equal(loss.toFixed(9), (averagePrecision.estimate - (quality.averagePrecision ?? 0)).toFixed(9))
      assert.deepEqual(Object.keys(segments), Object.keys(scoring.segments))
      assert.equal(micros, 1 / 256)
    }
    const exact = trials.find(({ name }) => name === 'tables of 16 bits')
    assert.ok(exact && exact.bytes < original.bytes / 4 && Math.abs(exact.loss) < 0.01)
    assert.equal(registry.champion('fraud')?.version, champion.version)
    assert.deepEqual(await compress({ reportOnly: true }), await compress({ reportOnly: true }))
  })

  it('promotes the smallest that is within the loss, which scores as it was judged and was calibrated anew', async () => {
    const { chosen, version, trials } = await compress({ maxLoss: 0.05 })
    const best = trials.filter(({ holds }) => holds).toSorted((a, b) => a.bytes - b.bytes)[0]
    assert.ok(version && best && chosen === best.name)
    assert.deepEqual(registry.champion('fraud'), version)
    const judged = evaluateScoringVersion(application, version, log, registry, { seed: 1 })
    assert.equal(judged.scoring?.model.averagePrecision.estimate, best.quality.averagePrecision)
    assert.equal(judged.scoring?.model.logLoss, best.quality.logLoss)
    assert.ok(judged.actions)
    await assert.rejects(
      compressVersion(application, version, log, registry, { seed: 1, nowMs: 0, clockMicros: clock }),
      (error) => isSluiceError(error, 'MODEL_MISMATCH'),
    )
  })

  it('is refused for a logistic regression, and for another definition of the system', async () => {
    const logistic = smallPaymentService({ model: logisticScorer() })
    const { version } = await trainScoringSystem(logistic, 'fraud', log, registry, options())
    const given = { seed: 1, nowMs: 0, clockMicros: clock }
    for (const service of [logistic, application]) {
      await assert.rejects(compressVersion(service, version, log, registry, given), (error) =>
        isSluiceError(error, 'MODEL_MISMATCH'),
      )
    }
  })
})
