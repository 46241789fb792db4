import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { requireSystem } from '../application/index.ts'
import { type DataDirectory, type EventLog, openDataDirectory, openEventLog } from '../data/index.ts'
import { candidates, logisticRanker } from '../ranking/index.ts'
import { SMALL_START_MS, smallVideoEvents, smallVideoService, temporaryFolder } from '../testing/index.ts'
import type { Examples } from './example-set.ts'
import { fitRetrieval, surveyPlan } from './learning-splits.ts'
import { LogSurvey } from './log-survey.ts'
import { ModelRegistry } from './model-registry.ts'
import { SystemReplay } from './system-replay.ts'
import { trainSystem } from './train-system.ts'

const LABEL = { event: 'watch', where: { seconds: { min: 30 } }, within: '30m' } as const
const EVENTS = smallVideoEvents({ users: 40, videos: 60, hours: 24, seed: 4 })
const clock = () => SMALL_START_MS + 7 * 86_400_000
const fromExposures = smallVideoService()
const fromCandidates = smallVideoService({
  ranking: logisticRanker({ label: LABEL, examples: candidates({ negatives: 9, spacing: '1h' }) }),
})

describe('the same events at other offsets, with records of the engine between them', () => {
  const folder = temporaryFolder()
  const open: { log: EventLog; directory: DataDirectory }[] = []
  after(async () => {
    for (const { log, directory } of open) {
      await log.close()
      await directory.close()
    }
  })

  /** @param every - after so many events the engine writes something; 0 for never */
  async function logOf(every: number): Promise<EventLog> {
    const directory = openDataDirectory(join(folder, `every-${every}`), { mode: 'write', clock })
    const log = openEventLog(directory, { schema: fromExposures.schema, clock })
    open.push({ log, directory })
    const step = every || EVENTS.length
    for (let start = 0; start < EVENTS.length; start += step) {
      if (every > 0) await log.appendInternal([{ id: `note-${start}`, type: '$note', at: clock() }])
      await log.append(EVENTS.slice(start, start + step))
    }
    return log
  }
  const logs = Promise.all([logOf(0), logOf(47)])

  for (const [name, application] of Object.entries({ fromExposures, fromCandidates })) {
    it(`give the same model (${name})`, async () => {
      const [first, second] = await Promise.all(
        (await logs).map((log, index) =>
          trainSystem(application, 'home', log, new ModelRegistry(join(folder, `${name}-${index}`)), {
            seed: 3,
            codeVersion: 'test',
            nowMs: clock(),
          }),
        ),
      )
      assert.notEqual(first?.version.offsets.until, second?.version.offsets.until)
      assert.equal(first?.version.modelHash, second?.version.modelHash)
      assert.deepEqual(first?.judgement, second?.judgement)
    })

    it(`give the same sample where there is too much to keep (${name})`, async () => {
      const [first, second] = await Promise.all((await logs).map((log) => sample(application, log)))
      assert.ok(first && first.rowCount > 100)
      assert.deepEqual(first, second)
    })
  }

  async function sample(application: typeof fromExposures, log: EventLog): Promise<Examples> {
    const system = requireSystem(application, 'home')
    const limits = { seed: 1, maxLists: 1_000, expectedLists: 2_000, maxAnswers: 10 }
    const replay = new SystemReplay(application, system, log, log.head, limits)
    const survey = new LogSurvey(log, log.head, surveyPlan(application, system))
    replay.openRetrieval(fitRetrieval(system, survey, log.head))
    return (await replay.collectTo(log.head)).finish(Number.POSITIVE_INFINITY)
  }
})
