import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openDataDirectory, openEventLog } from '../../data/index.ts'
import { DAY_MS } from '../../foundation/index.ts'
import { temporaryFolder } from '../../testing/index.ts'
import { ModelRegistry, trainScoringSystem } from '../../training/index.ts'
import { fraudApplication } from './application.ts'
import { createFraudWorld, generateFraudEvents } from './world/fraud-world.ts'

describe('the fraud application', () => {
  it('finds the frauds of a small world far better than one rate, or a line, would, and saves money', async () => {
    const world = createFraudWorld({
      ...{ seed: 12, cards: 220, days: 75, changeOnDay: 75 },
      ...{ stolenPerCardPerDay: 0.0015, leakedPerCardPerDay: 0.0015 },
    })
    const clock = () => world.options.startMs + 100 * DAY_MS
    const folder = temporaryFolder()
    const directory = openDataDirectory(join(folder, 'log'), { mode: 'write', clock })
    const log = openEventLog(directory, { schema: fraudApplication.schema, clock })
    const records = [...generateFraudEvents(world)]
    const { rejected } = await log.append(records)
    assert.deepEqual(rejected, [])
    const options = { seed: 1, codeVersion: 'test', nowMs: clock() }
    const trained = await trainScoringSystem(fraudApplication, 'fraud', log, new ModelRegistry(folder), options)
    await log.close()
    await directory.close()
    const { scoring, actions } = trained.judgement
    assert.ok(scoring && actions?.money)
    assert.ok(scoring.model.averagePrecision.estimate > 0.5, JSON.stringify(scoring.model))
    assert.ok(scoring.model.averagePrecision.estimate > 10 * scoring.constant.averagePrecision)
    assert.ok((scoring.gainOverLogistic?.estimate ?? 0) > 0)
    assert.ok(scoring.model.logLoss < scoring.constant.logLoss)
    assert.ok(actions.money.policy < 0.6 * actions.money.allAllowed, JSON.stringify(actions.money))
    assert.ok(actions.actions.block.events < 0.05 * scoring.events)
    assert.deepEqual([trained.gate.holds, trained.promoted], [true, true])
  })

  it('has some fifty features, and ten rules that say in words why', () => {
    const { features, systems } = fraudApplication
    const width = features.columnNames.length
    assert.ok(width >= 50 && width <= 90, `${width} columns`)
    const rules = systems.fraud?.task === 'classification' ? (systems.fraud.policy.rules ?? '') : ''
    const [names, reasons] = [rules.match(/^rule /gm) ?? [], rules.match(/because "/g) ?? []]
    assert.ok(names.length >= 10)
    assert.equal(reasons.length, names.length)
  })
})
