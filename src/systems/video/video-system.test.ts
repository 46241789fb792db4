import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openDataDirectory, openEventLog } from '../../data/index.ts'
import { temporaryFolder } from '../../testing/index.ts'
import { ModelRegistry, trainSystem } from '../../training/index.ts'
import { videoApplication } from './application.ts'
import { generateVideoEvents } from './world/video-events.ts'
import { createVideoWorld } from './world/video-world.ts'

describe('the video system', () => {
  const folder = temporaryFolder()

  it('learns a small world better than "popular" and random, beyond chance', async () => {
    const world = createVideoWorld({ seed: 4, users: 400, videos: 800, days: 7 })
    const events = [...generateVideoEvents(world)]
    const clock = () => (events.at(-1)?.at ?? 0) + 1
    const directory = openDataDirectory(folder, { mode: 'write', clock })
    const log = openEventLog(directory, { schema: videoApplication.schema, clock })
    assert.deepEqual((await log.append(events)).rejected, [])
    const registry = new ModelRegistry(folder)
    const options = { seed: 1, codeVersion: 'test', nowMs: clock() }
    const { judgement, gate, promoted } = await trainSystem(videoApplication, 'home', log, registry, options)
    await log.close()
    await directory.close()

    const { ranking, pages } = judgement
    assert.ok(ranking && pages && gate.holds && promoted)
    const { model, popular, random } = ranking
    assert.ok(model.ndcgAt10.low > popular.ndcgAt10.high && model.ndcgAt10.low > random.ndcgAt10.high)
    assert.ok(model.auc && model.auc.low > 0.6, `an AUC of ${model.auc?.low} and more`)
    assert.ok(model.calibrationError < 0.03, `a calibration error of ${model.calibrationError}`)
    assert.ok(pages.retrieval.recallAt100.low > pages.random.recallAt100.high)
  })
})
