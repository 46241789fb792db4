import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DAY_MS, MINUTE_MS, manualClock } from '../../foundation/index.ts'
import { Engine } from '../../serving/index.ts'
import { temporaryFolder } from '../../testing/index.ts'
import { type TrainingResult, trainSystem } from '../../training/index.ts'
import { videoApplication } from './application.ts'
import { generateVideoEvents } from './world/video-events.ts'
import { createVideoWorld } from './world/video-world.ts'

describe('the video system', () => {
  const directory = temporaryFolder()
  const world = createVideoWorld({ seed: 4, users: 400, videos: 800, days: 7 })
  const clock = manualClock(world.options.startMs + 7 * DAY_MS + MINUTE_MS)
  let engine: Engine
  let trained: TrainingResult

  before(async () => {
    engine = Engine.open(videoApplication, { directory, clock })
    assert.deepEqual((await engine.accept([...generateVideoEvents(world)])).rejected, [])
    const options = { seed: 1, codeVersion: 'test', nowMs: clock() }
    trained = await trainSystem(videoApplication, 'home', engine.log, engine.registry, options)
    engine.reloadModels()
  })
  after(() => engine.close())

  it('learns a small world better than "popular" and random, beyond chance', () => {
    const { judgement, gate, promoted } = trained
    const { ranking, pages } = judgement
    assert.ok(ranking && pages && gate.holds && promoted)
    const { model, popular, random } = ranking
    assert.ok(model.ndcgAt10.low > popular.ndcgAt10.high && model.ndcgAt10.low > random.ndcgAt10.high)
    assert.ok(model.auc && model.auc.low > 0.6, `an AUC of ${model.auc?.low} and more`)
    assert.ok(model.calibrationError < 0.03, `a calibration error of ${model.calibrationError}`)
    assert.ok(pages.retrieval.recallAt100.low > pages.random.recallAt100.high)
  })

  it('turns the page of a new user to what the session shows, after three watches', async () => {
    const genresOf = new Map<string, string[]>()
    for (const { type, video, genres } of world.catalogue()) {
      if (type === 'video') genresOf.set(String(video), genres as string[])
    }
    const gains: number[] = []
    for (const genre of ['gaming', 'cooking', 'history', 'science', 'beauty', 'cars']) {
      const user = `new-to-${genre}`
      await engine.accept([{ id: user, type: 'user', at: clock(), user, country: 'US', device: 'phone' }])
      const share = async (): Promise<number> => {
        const { items, model } = await engine.rank('home', { subject: user, limit: 10 })
        assert.ok(model !== null)
        return items.filter(({ id }) => genresOf.get(id)?.includes(genre)).length
      }
      const first = await share()
      const own = [...genresOf].filter(([, genres]) => genres[0] === genre).slice(0, 3)
      for (const [index, [video]] of own.entries()) {
        const of = { user, video, decision: `${user}-${index}` }
        const at = clock()
        clock.advance(MINUTE_MS)
        await engine.accept([
          { id: `i-${user}-${index}`, type: 'impression', at, ...of, position: 1 },
          { id: `w-${user}-${index}`, type: 'watch', at: clock(), ...of, seconds: 55 },
        ])
      }
      gains.push((await share()) - first)
    }
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
    assert.ok(mean >= 2 && gains.every((gain) => gain >= 0), `more of it on a page of ten: ${gains}`)
  })
})
