import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { requireSystem } from '../application/index.ts'
import { type DataDirectory, type EventLog, openDataDirectory, openEventLog } from '../data/index.ts'
import { HOUR_MS, MINUTE_MS, randomFrom } from '../foundation/index.ts'
import { atNeutralPosition, exposures, lambdaMart, logisticRanker } from '../ranking/index.ts'
import {
  SMALL_START_MS,
  type SmallEvent,
  smallVideoEvents,
  smallVideoService,
  temporaryFolder,
} from '../testing/index.ts'
import type { Examples } from './example-set.ts'
import { fitRetrieval, planSplits, surveyPlan } from './learning-splits.ts'
import { LogSurvey } from './log-survey.ts'
import { SystemReplay } from './system-replay.ts'

const LABEL = { event: 'watch', where: { seconds: { min: 30 } }, within: '30m' } as const
const [USERS, VIDEOS, HOURS, PLACES] = [40, 60, 40, 8]
const clock = () => SMALL_START_MS + 7 * 24 * HOUR_MS

/** What a person would watch whom nothing but the video moves: their own of three genres. */
const truth = (user: number, video: number): number => (user % 3 === video % 3 ? 0.6 : 0.15)

/**
 * A service that shows the newest of some random videos first, to people of whom every second looks no further at each
 * place: so new videos are watched more, for where they stand alone.
 */
function biasedEvents(): SmallEvent[] {
  const described = smallVideoEvents({ users: USERS, videos: VIDEOS, hours: 0, seed: 1 })
  const random = randomFrom(3, 'position-bias')
  const shown: SmallEvent[] = []
  for (let session = 0; session < USERS * HOURS; session++) {
    const user = session % USERS
    const at = SMALL_START_MS + (1 + Math.floor(session / USERS)) * HOUR_MS + user * 1000
    const videos = new Set<number>()
    while (videos.size < PLACES) videos.add(random.integer(VIDEOS))
    const newestFirst = [...videos].sort((a, b) => a - b)
    for (const [place, video] of newestFirst.entries()) {
      const who = { user: `u${user}`, video: `v${video}` }
      const key = `${session}-${place}`
      shown.push({ id: `i${key}`, type: 'impression', at, ...who, position: place + 1, decision: `d${session}` })
      const isWatched = random.uniform() < truth(user, video) * 0.65 ** place
      if (isWatched) shown.push({ id: `w${key}`, type: 'watch', at: at + (place + 1) * MINUTE_MS, ...who, seconds: 60 })
    }
  }
  return [...described, ...shown].sort((a, b) => a.at - b.at)
}

describe('the position of an exposure as a feature', () => {
  let directory: DataDirectory
  let log: EventLog
  before(async () => {
    directory = openDataDirectory(temporaryFolder(), { mode: 'write', clock })
    log = openEventLog(directory, { schema: smallVideoService().schema, clock })
    assert.deepEqual((await log.append(biasedEvents())).rejected, [])
  })
  after(async () => {
    await log.close()
    await directory.close()
  })

  const positioned = exposures('impression', { group: 'decision', position: 'position' })
  const unaware = exposures('impression', { group: 'decision' })

  async function examplesOf(application: ReturnType<typeof smallVideoService>): Promise<Examples> {
    const system = requireSystem(application, 'home')
    const survey = new LogSurvey(log, log.head, surveyPlan(application, system))
    const splits = planSplits(survey, system)
    const options = { seed: 1, maxLists: 25_000, maxAnswers: 0, expectedLists: splits.expectedLists }
    const replay = new SystemReplay(application, system, log, log.head, options)
    replay.skipTo(splits.retrievalUntil)
    replay.openRetrieval(fitRetrieval(system, survey, splits.retrievalUntil))
    return (await replay.collectTo(log.head)).finish(Number.POSITIVE_INFINITY)
  }

  it('is what the log says in rows that are learnt from, beside the same features as ever', async () => {
    const label = { label: LABEL, examples: positioned }
    const { rows, columnNames, rowCount, starts } = await examplesOf(
      smallVideoService({ ranking: logisticRanker(label) }),
    )
    const plain = await examplesOf(smallVideoService())
    const width = columnNames.length
    assert.equal(columnNames[width - 1], 'exposure.position')
    assert.deepEqual(columnNames.slice(0, -1), plain.columnNames)
    const places = Array.from({ length: rowCount }, (_, row) => rows[row * width + width - 1])
    assert.deepEqual(places.slice(starts[3], starts[4]), [1, 2, 3, 4, 5, 6, 7, 8])
    assert.deepEqual(
      rows.filter((_, index) => index % width !== width - 1),
      plain.rows,
    )
  })

  for (const [name, rankerOf] of [
    ['a logistic regression', logisticRanker],
    ['boosted trees', lambdaMart],
  ] as const) {
    it(`brings the order of ${name} nearer to what people want, where people look at what is above`, async () => {
      const agreement = async (examples: typeof positioned): Promise<number> => {
        const ranking = rankerOf({ label: LABEL, examples })
        const learnt = await examplesOf(smallVideoService({ ranking }))
        const model = ranking.fit(learnt, 1)
        return agreementWithTruth(learnt, (rows, count, out) => model.scoreRows(rows, count, out))
      }
      const [aware, without] = [await agreement(positioned), await agreement(unaware)]
      assert.ok(aware > without + 0.05, `${aware} with it and ${without} without`)
    })
  }
})

/** The share of the pairs of each list whose order is that of the truth, asked as if all stood at the top. */
function agreementWithTruth(
  { rows, columnNames, rowCount, starts, items, subjects }: Examples,
  score: (rows: Float64Array, rowCount: number, out: Float64Array) => void,
): number {
  const scores = new Float64Array(rowCount)
  score(atNeutralPosition(rows, columnNames), rowCount, scores)
  let [pairs, right] = [0, 0]
  for (let list = 0; list + 1 < starts.length; list++) {
    for (let a = starts[list]!; a < starts[list + 1]!; a++) {
      for (let b = starts[list]!; b < starts[list + 1]!; b++) {
        // People and videos are described in the order of their numbers.
        if (truth(subjects[a]!, items[a]!) <= truth(subjects[b]!, items[b]!)) continue
        pairs++
        right += scores[a]! > scores[b]! ? 1 : scores[a]! === scores[b]! ? 0.5 : 0
      }
    }
  }
  return right / pairs
}
