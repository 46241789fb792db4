import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Application, requireSystem } from '../application/index.ts'
import { type DataDirectory, type EventLog, openDataDirectory, openEventLog } from '../data/index.ts'
import { FeatureState, RequestFrame } from '../features/index.ts'
import { candidates, exposures, logisticRanker, RankingRows } from '../ranking/index.ts'
import { openRetrievalContext, Retriever } from '../retrieval/index.ts'
import { SMALL_START_MS, smallVideoEvents, smallVideoService, temporaryFolder } from '../testing/index.ts'
import type { Examples } from './example-set.ts'
import { fitRetrieval, surveyPlan } from './learning-splits.ts'
import { LogSurvey } from './log-survey.ts'
import type { Artifacts } from './model-registry.ts'
import { SystemReplay } from './system-replay.ts'

const LABEL = { event: 'watch', where: { seconds: { min: 30 } }, within: '30m' } as const
const EVENTS = [
  ...smallVideoEvents({ users: 24, videos: 60, hours: 10, seed: 5 }),
  // Somebody of whom nothing was said, on a list with a video of which nothing was said.
  ...[0, 1].map((place) => ({
    id: `stranger-${place}`,
    type: 'impression',
    at: SMALL_START_MS + 11 * 3_600_000,
    user: 'stranger',
    video: place === 0 ? 'v3' : 'unheard-of',
    position: place + 1,
    decision: 'stranger',
  })),
]

describe('a replay', () => {
  const folder = temporaryFolder()
  let directory: DataDirectory
  let log: EventLog

  before(async () => {
    const clock = () => SMALL_START_MS + 86_400_000
    directory = openDataDirectory(folder, { mode: 'write', clock })
    log = openEventLog(directory, { schema: smallVideoService().schema, clock })
    const { rejected } = await log.append(EVENTS)
    assert.deepEqual(rejected, [])
  })
  after(async () => {
    await log.close()
    await directory.close()
  })

  const limits = { seed: 1, maxLists: 1_000, maxAnswers: 10, expectedLists: 1 }

  async function collect(application: Application, options: Partial<typeof limits> = {}): Promise<Examples> {
    const system = requireSystem(application, 'home')
    const replay = new SystemReplay(application, system, log, log.head, { ...limits, ...options })
    replay.openRetrieval(modelsOf(application))
    return (await replay.collectTo(log.head)).finish(Number.POSITIVE_INFINITY)
  }

  /** Retrieval models of the first half of the log. */
  function modelsOf(application: Application): Artifacts {
    const system = requireSystem(application, 'home')
    const survey = new LogSurvey(log, log.head, surveyPlan(application, system))
    return fitRetrieval(system, survey, Math.floor(log.head / 2))
  }

  /** The rows that a request would see to which no record from `offset` on has come. */
  function liveRows(application: Application, offset: number, items: readonly string[]): Float64Array {
    const { schema, features, aggregates } = application
    const { subject, item, retrieval, ranking } = requireSystem(application, 'home')
    const state = new FeatureState(schema, aggregates)
    for (const { firstOffset, records } of log.read(1, offset - 1)) {
      for (const [index, record] of records.entries()) state.apply(firstOffset + index, record)
    }
    const context = openRetrievalContext({ schema, subject, item }, state, modelsOf(application))
    const retriever = new Retriever(context, { ...retrieval, limit: 40 })
    const rows = new RankingRows(features, state, retriever, { item, examples: ranking.examples })
    const asked = log.readOne(offset)
    assert.ok(asked)
    const key = state.attributes.keys(subject).find(String(asked.user))
    const frame = new RequestFrame(schema).bind(subject, key)
    frame.at = asked.at
    const out = new Float64Array(items.length * rows.width)
    const numbers = items.map((name) => state.attributes.keys(item).find(name))
    rows.fill(frame, key, Int32Array.from(numbers), out)
    return out
  }

  /** The lists of exposures as the log has them: offset of the first, and the videos in order. */
  function exposureLists(): { decision: unknown; offset: number; at: number; user: unknown; videos: string[] }[] {
    const lists = new Map<unknown, ReturnType<typeof exposureLists>[number]>()
    for (const { firstOffset, records } of log.read()) {
      for (const [index, { type, decision, video, at, user }] of records.entries()) {
        if (type !== 'impression') continue
        const list = lists.get(decision) ?? { decision, offset: firstOffset + index, at, user, videos: [] }
        lists.set(decision, list)
        list.videos.push(String(video))
      }
    }
    return [...lists.values()]
  }

  it('takes the rows of a list as a request of that moment would have seen them', async () => {
    const application = smallVideoService()
    const examples = await collect(application)
    const lists = exposureLists()
    assert.equal(examples.starts.length - 1, lists.length)
    for (let number = 0; number < lists.length; number += 9) compare(number)
    compare(lists.length - 1)

    function compare(number: number): void {
      const { offset, videos } = lists[number] ?? { offset: 0, videos: [] }
      const [first, end] = [examples.starts[number] ?? 0, examples.starts[number + 1] ?? 0]
      const rows = examples.rows.slice(first * examples.featureCount, end * examples.featureCount)
      assert.deepEqual(rows, liveRows(application, offset, videos), `list ${number} at offset ${offset}`)
    }
  })

  it('labels what was watched long enough in time, as a look at the whole log says', async () => {
    const examples = await collect(smallVideoService())
    const watches = EVENTS.filter(({ type }) => type === 'watch')
    const expected = exposureLists().flatMap(({ at, user, videos }) =>
      videos.map((video) => {
        const isWatch = (watch: (typeof EVENTS)[number]) =>
          watch.user === user && watch.video === video && watch.at >= at && watch.at <= at + 30 * 60_000
        return watches.some(isWatch) ? 1 : 0
      }),
    )
    assert.deepEqual([...examples.labels], expected)
    assert.ok(expected.includes(1) && expected.includes(0))
  })

  it('draws its sample by name and seed alone', async () => {
    const application = smallVideoService()
    const all = await collect(application)
    const moments = async (options: Partial<typeof limits>) => {
      const { starts, subjects, items } = await collect(application, options)
      return [...starts.slice(0, -1)].map((start) => `${subjects[start]}:${items.slice(start, start + 5).join()}`)
    }
    const [half, again, other] = [
      await moments({ expectedLists: 2_000 }),
      await moments({ expectedLists: 2_000 }),
      await moments({ expectedLists: 2_000, seed: 2 }),
    ]
    assert.deepEqual(half, again)
    assert.notDeepEqual(half, other)
    const share = half.length / (all.starts.length - 1)
    assert.ok(share > 0.35 && share < 0.65, `a share of ${share}`)
    const quarter = await moments({ expectedLists: 4_000 })
    assert.ok(quarter.every((moment) => half.includes(moment)))
  })

  it('makes a list a day of what retrieval brings, where there are no impressions', async () => {
    const ranking = logisticRanker({ label: LABEL, examples: candidates({ negatives: 6 }) })
    const { starts, subjects, items, labels } = await collect(smallVideoService({ ranking }))
    const asked = [...starts.slice(0, -1)].map((start) => subjects[start])
    assert.ok(asked.length > 10)
    assert.equal(new Set(asked).size, asked.length)
    for (let list = 0; list + 1 < starts.length; list++) {
      const [first, end] = [starts[list] ?? 0, starts[list + 1] ?? 0]
      assert.ok(end - first <= 7 && new Set(items.slice(first, end)).size === end - first)
    }
    assert.ok(labels.includes(1) && labels.includes(0))
  })

  it('answers a subject once, from what it knew before, and counts what it met from then on', async () => {
    const application = smallVideoService({
      ranking: logisticRanker({ label: LABEL, examples: exposures('impression', { group: 'decision' }) }),
    })
    const system = requireSystem(application, 'home')
    const replay = new SystemReplay(application, system, log, log.head, limits)
    const middle = Math.floor(log.head / 2)
    replay.openRetrieval(modelsOf(application))
    replay.skipTo(middle)
    const learning = new SystemReplay(application, system, log, log.head, limits)
    learning.openRetrieval(modelsOf(application))
    const model = system.ranking.fit((await learning.collectTo(middle)).finish(Number.POSITIVE_INFINITY), 1)
    const answers = replay.answerWith({ ranker: model, fallback: undefined, light: undefined })
    await replay.collectTo(log.head)
    assert.equal(answers.size, 10)
    const truths = answers.truths()
    for (let subject = 0; subject < answers.size; subject++) {
      const met = truths.items.subarray(truths.starts[subject], truths.starts[subject + 1])
      assert.ok(met.length > 0)
      const pages = (['ranker', 'retrieved', 'popular', 'random'] as const).map((way) => {
        const { starts, items } = answers.lists(way)
        return [...items.subarray(starts[subject], starts[subject + 1])]
      })
      for (const page of pages) assert.equal(new Set(page).size, page.length)
      const [ranked = [], retrieved = []] = pages
      assert.deepEqual(new Set(ranked), new Set(retrieved))
    }
  })
})
