import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Application, requireSearchSystem } from '../../application/index.ts'
import { openDataDirectory, openEventLog } from '../../data/index.ts'
import { DAY_MS, isSluiceError, manualClock } from '../../foundation/index.ts'
import { clickRanker, exposures, lambdaMart, logisticRanker } from '../../ranking/index.ts'
import {
  SMALL_SEARCH_START_MS,
  type SmallSearchParts,
  smallSearchEvents,
  smallSearchService,
  temporaryFolder,
} from '../../testing/index.ts'
import { ModelRegistry } from '../model-registry.ts'
import { loadRankers } from '../system-rankers.ts'
import { SearchReplay } from './search-replay.ts'
import { evaluateSearchVersion, trainSearchSystem } from './train-search.ts'

const NOW = SMALL_SEARCH_START_MS + 60 * DAY_MS
const EVENTS = smallSearchEvents({ searches: 900 })
const OPTIONS = { seed: 1, codeVersion: 'test', nowMs: NOW }
const EXAMPLES = exposures('impression', { group: 'decision', position: 'position' })
const LABEL = { event: 'click', within: '1h' } as const

async function shopOf(parts: SmallSearchParts = {}, events: readonly unknown[] = EVENTS) {
  const application = smallSearchService(parts)
  const path = temporaryFolder()
  const directory = openDataDirectory(path, { mode: 'write', clock: manualClock(NOW) })
  const log = openEventLog(directory, { schema: application.schema, clock: manualClock(NOW) })
  await log.append(events)
  const registry = new ModelRegistry(path)
  return { application, log, registry, train: (options = {}) => train(application, log, registry, options) }
}

function train(
  application: Application,
  log: Parameters<typeof trainSearchSystem>[2],
  registry: ModelRegistry,
  options: object,
) {
  return trainSearchSystem(application, 'shop', log, registry, { ...OPTIONS, ...options })
}

describe('training of a search system', () => {
  it('learns an order that is better than that of the text, judges it on later searches and promotes it', async () => {
    const { application, log, registry, train } = await shopOf()
    const { version, judgement, gate, promoted, examples } = await train()
    const { search } = judgement
    assert.ok(search)
    assert.deepEqual([gate, promoted, version.version], [{ holds: true, reasons: [] }, true, 'v1'])
    const { model, text, random, gainOverText } = search.ranking
    assert.ok(gainOverText.low > 0 && text.ndcgAt10.estimate > random.ndcgAt10.estimate)
    assert.ok(model.ndcgAt10.estimate > 0.7)
    assert.ok(examples.rows > 1_000 && examples.notFound > 0)
    assert.ok(version.columnNames.includes('query.title.has') && version.columnNames.includes('brandAffinity'))
    const again = await evaluateSearchVersion(application, version, log, registry, { seed: 1 })
    assert.deepEqual(again.search?.ranking.model, model)
    assert.deepEqual(again.search?.ranking.text, text)
  })

  it('gives the same model of the same log and seed, and with other machines of ranking too', async () => {
    const [one, other] = [await shopOf(), await shopOf()]
    assert.equal((await one.train()).version.modelHash, (await other.train()).version.modelHash)
    const trees = await shopOf({
      ranking: lambdaMart({ label: LABEL, examples: EXAMPLES, model: { maxTrees: 30, leaves: 8 } }),
      fallback: logisticRanker({ label: LABEL, examples: EXAMPLES, model: { basis: 'piecewise' } }),
    })
    const { version, promoted } = await trees.train()
    assert.deepEqual([promoted, Object.keys(version.artifacts).toSorted()], [true, ['ranker', 'ranker-fallback']])
  })

  it('tells how often each place is looked at, from pairs that stood at several', async () => {
    const { train } = await shopOf()
    const { propensities = [] } = (await train()).judgement.search ?? {}
    assert.equal(propensities[0]?.propensity, 1)
    assert.ok(propensities.length > 4 && propensities.every(({ propensity }) => propensity > 0))
    assert.ok(propensities.at(-1)!.propensity < 0.8)
  })

  it('corrects clicks for how often places are looked at, and keeps by what in the lineage', async () => {
    const ranking = clickRanker({ label: LABEL, examples: EXAMPLES, model: { maxTrees: 40, leaves: 8 } })
    const many = smallSearchEvents({ searches: 2_000 })
    const { application, log, registry, train } = await shopOf({ ranking }, many)
    const { version, judgement, promoted, clickBias } = await train()
    assert.ok(promoted && clickBias)
    assert.equal(clickBias.method, 'harvested')
    // Place k is looked at with chance 1 / sqrt(k).
    const errors = clickBias.propensities.slice(1).map(({ position, propensity, standardError }) => {
      return (propensity - position ** -0.5) / standardError
    })
    assert.equal(errors.length, 7)
    assert.ok(
      errors.every((error) => Math.abs(error) < 3),
      errors.join(' '),
    )
    assert.deepEqual(registry.find('shop', 'v1')?.clickBias, clickBias)
    const { model } = judgement.search!.ranking
    assert.ok(model.calibrationError < 0.03, `${model.calibrationError}`)
    const again = await evaluateSearchVersion(application, version, log, registry, { seed: 1 })
    assert.deepEqual(again.search?.ranking.model, model)
  })

  it('learns the same from clicks whatever the place is as a feature, which it does not read', async () => {
    const ranking = clickRanker({ label: LABEL, examples: EXAMPLES, model: { maxTrees: 20, leaves: 8 } })
    const { log, registry, train, application } = await shopOf({ ranking })
    const { version } = await train()
    const loaded = loadRankers({ ranking }, version.columnNames, registry.artifacts(version)).ranker!
    const column = version.columnNames.indexOf('exposure.position')
    const system = requireSearchSystem(application, 'shop')
    const replay = new SearchReplay(application, system, log, log.head, { seed: 1, maxLists: 50, expectedLists: 900 })
    const { rows, featureCount } = replay.collectTo(log.head).set.finish(Number.POSITIVE_INFINITY)
    const row = rows.slice(0, featureCount)
    assert.equal(loaded.explain(row).contributions[column], 0)
    assert.deepEqual(loaded.explain(row.with(column, 7)).contributions, loaded.explain(row).contributions)
  })

  it('reads features as of a search: nothing that came of it, and the index as it was', async () => {
    const late = { id: 'late', type: 'product', at: NOW - DAY_MS, product: 'late', title: 'red lamp red lamp' }
    const { application, log } = await shopOf({ intent: { by: 'brand' } }, [...EVENTS, late])
    const system = requireSearchSystem(application, 'shop')
    const rowsUntil = (until: number) => {
      const replay = new SearchReplay(application, system, log, until, { seed: 1, maxLists: 50, expectedLists: 900 })
      return replay.collectTo(until).set.finish(Number.POSITIVE_INFINITY)
    }
    const half = rowsUntil(Math.floor(log.head / 2))
    const whole = rowsUntil(log.head)
    assert.ok(half.columnNames.includes('query.intent') && half.rowCount > 50 && whole.rowCount > 1.5 * half.rowCount)
    assert.deepEqual(whole.rows.slice(0, half.rows.length), half.rows)
  })

  it('refuses a log without labels, and one without queries', async () => {
    const without = async (type: string) => {
      const { train } = await shopOf(
        {},
        EVENTS.filter((event) => event.type !== type),
      )
      await assert.rejects(train(), (error) => isSluiceError(error, 'NO_TRAINING_DATA'))
    }
    await without('click')
    await without('query')
  })
})
