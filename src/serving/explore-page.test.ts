import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { explore } from '../application/index.ts'
import { HOUR_MS, manualClock } from '../foundation/index.ts'
import { logisticRanker } from '../ranking/index.ts'
import {
  breakable,
  SMALL_START_MS,
  smallRanker,
  smallVideoEvents,
  smallVideoService,
  temporaryFolder,
} from '../testing/index.ts'
import { trainSystem } from '../training/index.ts'
import type { DecidedItem, Decision } from './decision.ts'
import { Engine } from './engine.ts'
import { replayDecisions } from './replay-decisions.ts'

const NOW = SMALL_START_MS + 26 * HOUR_MS
const PAGES = 600
const LONG_WATCH = { seconds: { min: 30 } }
const LIGHT = { label: { event: 'watch', where: LONG_WATCH, within: '30m' }, features: ['genreAffinity'] } as const

/** Ten videos of an hour ago, of which nobody was shown any. */
const NEW_VIDEOS = Array.from({ length: 10 }, (_, index) => ({
  id: `new-${index}`,
  type: 'video',
  at: NOW - HOUR_MS,
  video: `n${index}`,
  title: `New ${index}`,
  genres: ['sea'],
  creator: `c${index}`,
  publishedAt: NOW - HOUR_MS,
  sponsored: false,
}))

describe('exploration of new items', () => {
  const light = breakable(logisticRanker({ ...LIGHT, examples: smallRanker.examples }))
  const application = smallVideoService({
    light: { ranking: light.ranker, keep: 22 },
    exploration: explore({
      newItems: { by: 'video.publishedAt', maxAge: '1d', exposures: 30 },
      success: { event: 'watch', where: LONG_WATCH },
      prior: { successes: 1, exposures: 10, by: 'video.creator' },
      budgetShare: 0.04,
      choices: 20,
    }),
  })
  const directory = temporaryFolder()
  let engine: Engine
  const decisions: Decision[] = []

  before(async () => {
    engine = Engine.open(application, { directory, clock: manualClock(NOW) })
    await engine.accept(smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 1 }))
    await engine.accept(NEW_VIDEOS)
    const options = { seed: 1, codeVersion: 'test', nowMs: NOW, force: true }
    await trainSystem(application, 'home', engine.log, engine.registry, options)
    engine.reloadModels()
    // Page after page at one state: nothing but the decision's id differs.
    for (let page = 0; page < PAGES; page++) decisions.push(await engine.rank('home', { subject: 'u1' }))
  })
  after(() => engine.close())

  it('spends its share of all places, in its own place, on items that are new', () => {
    const places = decisions.reduce((sum, { items }) => sum + items.length, 0)
    const spent = decisions.flatMap(exploredOf)
    const expected = 0.04 * places
    assert.ok(Math.abs(spent.length - expected) < 4 * Math.sqrt(expected), `${spent.length} of ${expected}`)
    for (const { id, position, source } of spent) assert.deepEqual([id[0], position, source], ['n', 4, 'exploration'])
    assert.ok(decisions.every((decision) => exploredOf(decision).length <= 1))
  })

  it('shows every item as often as the propensities in the decisions say', async () => {
    const spent = decisions.filter((decision) => exploredOf(decision).length > 0)
    const { exploration } = await engine.explain(spent[0]!.id)
    assert.ok(exploration && exploration.choices.length > 1 && exploration.choices.length <= 20)
    const counts = new Map<string, number>()
    for (const [{ id }] of spent.map(exploredOf) as [DecidedItem][]) counts.set(id, (counts.get(id) ?? 0) + 1)
    for (const { item, propensity } of exploration.choices) {
      const expected = PAGES * exploration.pageShare * propensity
      assert.ok(Math.abs((counts.get(item) ?? 0) - expected) < 4 * Math.sqrt(expected) + 1, `${item} of ${expected}`)
    }
  })

  it('logs with an explored item how probable it was, and explains among what it was chosen', async () => {
    const decision = decisions.findLast((each) => exploredOf(each).length > 0)!
    const [item] = exploredOf(decision)
    const { exploration, reproduced } = await engine.explain(decision.id)
    assert.ok(reproduced && exploration && item)
    assert.equal(exploration.item, item.id)
    const sum = exploration.choices.reduce((total, { propensity }) => total + propensity, 0)
    assert.ok(Math.abs(sum - 1) < 1e-9)
    const chosen = exploration.choices.find((choice) => choice.item === item.id)!
    assert.equal(item.explored?.propensity, exploration.pageShare * chosen.propensity)
    // Nobody met a new item: one success in ten, and at most twenty exposures of others by its creator.
    for (const { successes, failures } of exploration.choices) {
      assert.ok(successes >= 1 && failures >= 9 && successes + failures <= 30 + 1e-9)
    }
  })

  it('is replayed to the byte', async () => {
    const { different, differences, notComparable } = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual([different, differences, notComparable], [0, [], 0])
  })

  it('costs a page that cannot explore nothing but that, by name', async () => {
    light.fault.now = 'throws'
    const pages: Decision[] = []
    for (let page = 0; page < 20; page++) pages.push(await engine.rank('home', { subject: 'u1' }))
    light.fault.now = 'none'
    assert.ok(pages.some(({ degraded }) => degraded.includes('exploration: failed')))
    assert.ok(pages.every(({ items }) => items.length === 10))
    assert.equal((await replayDecisions(application, engine.log, engine.registry, { limit: 20 })).different, 0)
  })

  it('leaves an item alone that was shown often enough, and seldom draws one that failed', async () => {
    const before = await choicesOf(decisions)
    const [often, ...failing] = before.slice(0, 5).map(({ item }) => item)
    const shown = (video: string, times: number) =>
      Array.from({ length: times }, (_, index) => impression(video, index))
    await engine.accept([...shown(often!, 30), ...failing.flatMap((video) => shown(video, 12))])
    const pages: Decision[] = []
    for (let page = 0; page < 60; page++) pages.push(await engine.rank('home', { subject: 'u1' }))
    const after = await choicesOf(pages)
    const [failed, others] = [true, false].map((is) => after.filter(({ item }) => failing.includes(item) === is))
    assert.ok(failed!.length > 0 && others!.length > 0 && after.every(({ item }) => item !== often))
    for (const { item, failures, propensity } of failed!) {
      const known = before.find((choice) => choice.item === item)!
      assert.ok(Math.abs(failures - known.failures - 12) < 1e-9, `${failures} after ${known.failures}`)
      assert.ok(others!.every((other) => propensity < other.propensity))
    }
  })

  /** What the last of some pages that explored chose from. */
  async function choicesOf(pages: readonly Decision[]) {
    const spent = pages.findLast((page) => exploredOf(page).length > 0)
    const { exploration } = await engine.explain(spent?.id ?? '')
    return exploration?.choices ?? []
  }

  it('explores nothing among items that the caller brought', async () => {
    for (let page = 0; page < 20; page++) {
      const { items } = await engine.rank('home', { subject: 'u1', candidates: ['v1', 'v2', 'v3', 'v4', 'v5'] })
      assert.ok(items.every(({ explored }) => explored === undefined))
    }
  })
})

function exploredOf({ items }: Decision): DecidedItem[] {
  return items.filter(({ explored }) => explored !== undefined)
}

function impression(video: string, index: number) {
  const who = { user: `u${index % 20}`, video, position: 1, decision: 'elsewhere' }
  return { id: `i-${video}-${index}`, type: 'impression', at: NOW - 1_000, ...who }
}
