import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { EventRecord } from '../../../data/index.ts'
import { DAY_MS } from '../../../foundation/index.ts'
import { legacyPolicy } from './legacy-policy.ts'
import { examinationProbability } from './response.ts'
import type { VideoSession } from './sessions.ts'
import { generateVideoEvents } from './video-events.ts'
import { createVideoWorld, type VideoWorld } from './video-world.ts'

/** Scores that know no more than the log does, updated record by record. */
class NaiveScorers {
  readonly #watches = new Map<string, number>()
  readonly #together = new Map<string, Map<string, number>>()
  readonly #history = new Map<string, string[]>()
  readonly #genres = new Map<string, readonly string[]>()
  readonly #liked = new Map<string, number>()

  observe(record: EventRecord): void {
    const video = String(record.video)
    const user = String(record.user)
    if (record.type === 'video') this.#genres.set(video, record.genres as string[])
    if (record.type !== 'watch' || Number(record.seconds) < 30) return
    add(this.#watches, video, 1)
    for (const genre of this.#genres.get(video) ?? []) add(this.#liked, `${user} ${genre}`, 1)
    const history = this.#history.get(user) ?? []
    for (const other of history) {
      add(this.#row(video), other, 1)
      add(this.#row(other), video, 1)
    }
    this.#history.set(user, [...history, video])
  }

  popularity(video: string): number {
    return this.#watches.get(video) ?? 0
  }

  genreAffinity(user: string, video: string): number {
    const genres = this.#genres.get(video) ?? []
    const liked = genres.reduce((sum, genre) => sum + (this.#liked.get(`${user} ${genre}`) ?? 0), 0)
    return liked / genres.length / (1 + (this.#history.get(user)?.length ?? 0))
  }

  /** Mean cosine of the video with what the user watched, pulled to 0 where little is known. */
  itemToItem(user: string, video: string): number {
    const row = this.#together.get(video)
    let sum = 0
    const history = this.#history.get(user) ?? []
    for (const other of history) {
      const both = row?.get(other) ?? 0
      sum += both / Math.sqrt((this.popularity(video) + 3) * (this.popularity(other) + 3))
    }
    return sum / (1 + history.length)
  }

  #row(video: string): Map<string, number> {
    const row = this.#together.get(video) ?? new Map<string, number>()
    this.#together.set(video, row)
    return row
  }
}

function add<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}

/** Area under the ROC curve by ranks; ties get the mean rank. */
function auc(scores: readonly number[], labels: readonly boolean[]): number {
  const order = scores.map((_, index) => index).sort((a, b) => scores[a]! - scores[b]!)
  let positives = 0
  let rankSum = 0
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++
    const tied = order.slice(start, end).filter((index) => labels[index]).length
    positives += tied
    rankSum += tied * ((start + end + 1) / 2)
    start = end
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (order.length - positives))
}

/** Mean NDCG of the pages that have a positive. */
function meanNdcg(scores: readonly number[], labels: readonly boolean[], pageOf: readonly string[]): number {
  const pages = Map.groupBy(scores.keys(), (index) => pageOf[index]!)
  const values = [...pages.values()].flatMap((page) => {
    const ranked = page.toSorted((a, b) => scores[b]! - scores[a]!)
    const gain = ranked.reduce((sum, index, rank) => sum + (labels[index] ? 1 / Math.log2(rank + 2) : 0), 0)
    const positives = page.filter((index) => labels[index]).length
    const ideal = Array.from({ length: positives }, (_, rank) => 1 / Math.log2(rank + 2))
    return positives === 0 ? [] : [gain / ideal.reduce((sum, value) => sum + value, 0)]
  })
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

interface Judged {
  readonly labels: boolean[]
  readonly pages: string[]
  readonly scores: Record<string, number[]>
}

/** Runs the world and judges every impression from `fromDay` on, each scored with what was known before its page. */
function judge(world: VideoWorld, fromDay: number): Judged {
  const { startMs } = world.options
  const scorers = new NaiveScorers()
  const legacy = legacyPolicy(world.options)
  const shown: { key: string; page: string; scores: Record<string, number> }[] = []
  const policy = {
    name: 'legacy',
    observe(record: EventRecord) {
      legacy.observe(record)
      scorers.observe(record)
    },
    page(session: VideoSession) {
      const { user, at, number } = session
      const page = legacy.page(session)
      if (at < startMs + fromDay * DAY_MS) return page
      for (const { video, position } of page) {
        const oracle = world.trueProbability(user, video, at)
        const scores = {
          oracle,
          oracleAtPosition: oracle * examinationProbability(position),
          position: -position,
          popularity: scorers.popularity(video),
          genreAffinity: scorers.genreAffinity(user, video),
          itemToItem: scorers.itemToItem(user, video),
        }
        const decision = `legacy-${user}-${number}-${session.page}`
        shown.push({ key: `${decision} ${video}`, page: decision, scores })
      }
      return page
    },
  }
  const watched = new Set<string>()
  for (const record of generateVideoEvents(world, policy)) {
    if (record.type === 'watch' && Number(record.seconds) >= 30) watched.add(`${record.decision} ${record.video}`)
  }
  const names = Object.keys(shown[0]!.scores)
  return {
    labels: shown.map(({ key }) => watched.has(key)),
    pages: shown.map(({ page }) => page),
    scores: Object.fromEntries(names.map((name) => [name, shown.map(({ scores }) => scores[name]!)])),
  }
}

describe('what can be learnt from the video world', () => {
  const areas: Record<string, number> = {}
  const gains: Record<string, number> = {}

  before(() => {
    const { labels, pages, scores } = judge(createVideoWorld({ seed: 1 }), 9)
    for (const [name, values] of Object.entries(scores)) {
      areas[name] = auc(values, labels)
      gains[name] = meanNdcg(values, labels, pages)
    }
  })

  it('the true probability ranks logged impressions far better than anything else', (test) => {
    test.diagnostic(`AUC ${JSON.stringify(areas)}`)
    test.diagnostic(`NDCG ${JSON.stringify(gains)}`)
    assert.ok(areas.oracleAtPosition! > 0.85 && areas.oracleAtPosition! > areas.oracle!)
    assert.ok(gains.oracleAtPosition! > gains.popularity! + 0.15)
  })

  it('popularity is worth something, and position as well', () => {
    assert.ok(areas.popularity! > 0.55 && areas.popularity! < 0.65)
    assert.ok(areas.position! > 0.57)
  })

  it('who watched what together says more than popularity', () => {
    assert.ok(areas.itemToItem! > areas.popularity! + 0.015)
    assert.ok(gains.itemToItem! > gains.popularity! + 0.015)
  })
})
