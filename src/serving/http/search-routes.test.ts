import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DAY_MS, manualClock } from '../../foundation/index.ts'
import {
  SMALL_SEARCH_START_MS,
  smallSearchEvents,
  smallSearchService,
  smallVideoService,
  temporaryFolder,
} from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { replayDecisions } from '../replay-decisions.ts'
import type { SearchDecision } from '../search/search-decision.ts'
import { createServer, type Server } from './create-server.ts'

interface SearchBody {
  readonly decision: string
  readonly asOf: number
  readonly model: string | null
  readonly degraded: readonly string[]
  readonly corrections: readonly { readonly written: string; readonly meant: string }[]
  readonly total: number
  readonly facets?: Record<string, { values: { value: string; count: number }[] }>
  readonly groups?: { value: string; count: number; ids: string[] }[]
  readonly groupCount?: number
  readonly didYouMean?: { text: string }
  readonly items: SearchDecision['items']
}

interface Counted {
  readonly total: number
  readonly facets: {
    readonly brand: { readonly values: readonly { readonly value: string; readonly count: number }[] }
    readonly price: { readonly ranges: readonly { readonly count: number }[] }
  }
  readonly didYouMean: { readonly text: string }
}

describe('the routes of a search system', () => {
  const directory = temporaryFolder()
  let engine: Engine
  let server: Server
  before(async () => {
    engine = Engine.open(smallSearchService(), { directory, clock: manualClock(SMALL_SEARCH_START_MS + 30 * DAY_MS) })
    await engine.accept(smallSearchEvents({ searches: 20 }))
    server = createServer(engine, { logLevel: 'silent', clock: () => SMALL_SEARCH_START_MS + 30 * DAY_MS })
  })
  after(async () => {
    await server.close()
    await engine.close()
  })

  async function post(payload: object, system = 'shop'): Promise<{ status: number; body: SearchBody & ErrorBody }> {
    const { statusCode, json } = await server.inject({ method: 'POST', url: `/v1/systems/${system}/search`, payload })
    return { status: statusCode, body: json() as SearchBody & ErrorBody }
  }
  const get = async (url: string) => (await server.inject({ url })).json() as Record<string, unknown>

  it('answers a query with a page that the decision tells in full', async () => {
    const { status, body } = await post({
      query: 'bleu chair',
      user: 'u3',
      limit: 5,
      filters: { price: { max: 80 } },
      context: { device: 'phone' },
      atLeastOffset: engine.state.offset,
    })
    assert.equal(status, 200)
    assert.deepEqual(
      [body.model, body.degraded, body.items.length, body.corrections.map(({ meant }) => meant)],
      [null, ['ranker: no model'], 5, ['blue']],
    )
    const decision = (await get(`/v1/decisions/${body.decision}`)) as unknown as SearchDecision
    assert.deepEqual(decision.items, body.items)
    assert.deepEqual(decision, JSON.parse(JSON.stringify(await engine.decision(body.decision))))
    assert.deepEqual(decision.request.filters, { price: { max: 80 } })
    const explained = await get(`/v1/decisions/${body.decision}?explain=true&whyNot=p0`)
    assert.equal(explained.reproduced, true)
    assert.equal((explained.whyNot as { item: string }).item, 'p0')
    for (const { text, parts } of explained.items as { text: number; parts: { score: number }[] }[]) {
      assert.ok(Math.abs(parts.reduce((sum, { score }) => sum + score, 0) - text) < 1e-9)
    }
  })

  it('counts all documents of a query by what they have, as filters for the same find them', async () => {
    const facets = { brand: { most: 3 }, price: { ranges: [{ max: 50 }, { above: 50 }] } }
    const { body } = await post({ query: 'bleu lamp', limit: 1, facets })
    const { total, facets: counted, didYouMean } = body as unknown as Counted
    assert.ok(total > 10)
    assert.equal(didYouMean.text, 'blue lamp')
    assert.equal(counted.brand.values.length, 3)
    for (const { value, count } of counted.brand.values) {
      const narrowed = await post({ query: 'bleu lamp', filters: { brand: value }, facets: {} })
      assert.equal((narrowed.body as unknown as Counted).total, count)
    }
    assert.equal(
      counted.price.ranges.reduce((sum, { count }) => sum + count, 0),
      total,
    )
    assert.equal((await post({ query: 'lamp', facets: { size: {} } })).body.error?.code, 'UNKNOWN_FIELD')
  })

  it('counts, sorts and groups all that a query finds', async () => {
    const { body } = await post({ query: 'lmap', limit: 3, facets: { brand: {} }, sort: [{ field: 'price' }] })
    assert.equal(body.didYouMean?.text, 'lamp')
    const counted = body.facets?.brand?.values.reduce((sum, { count }) => sum + count, 0)
    assert.ok(body.total > 20 && counted === body.total)
    assert.deepEqual(body.degraded, [])
    const { attributes } = engine.state
    const priceOf = (id: string) => attributes.number('product.price', attributes.keys('product').find(id))
    const prices = body.items.map(({ id }) => priceOf(id))
    assert.deepEqual(
      prices,
      prices.toSorted((a, b) => a - b),
    )
    const grouped = (await post({ query: 'lamp', limit: 2, group: { by: 'brand', size: 2 } })).body
    assert.equal(grouped.groups?.length, 2)
    assert.equal(grouped.groupCount, 5)
    assert.deepEqual(
      grouped.items.map(({ id }) => id),
      grouped.groups?.flatMap(({ ids }) => ids),
    )
    await engine.decisionsLogged()
    const { different, differences } = await replayDecisions(engine.application, engine.log, engine.registry)
    assert.deepEqual([different, differences], [0, []])
  })

  it('refuses what cannot be asked, with a code', async () => {
    const refusals: [object, number, string][] = [
      [{}, 400, 'INVALID_ARGUMENT'],
      [{ query: 7 }, 400, 'INVALID_ARGUMENT'],
      [{ query: 'lamp', sorting: 'price' }, 400, 'INVALID_ARGUMENT'],
      [{ query: 'lamp', limit: 0 }, 422, 'OUT_OF_RANGE'],
      [{ query: 'lamp', limit: 1_000 }, 422, 'OUT_OF_RANGE'],
      [{ query: 'lamp', offset: 9_999 }, 413, 'LIMIT_EXCEEDED'],
      [{ query: 'lamp', filters: { size: 3 } }, 422, 'UNKNOWN_FIELD'],
      [{ query: 'lamp', filters: { price: 'cheap' } }, 422, 'WRONG_TYPE'],
      [{ query: 'lamp', facets: { size: {} } }, 422, 'UNKNOWN_FIELD'],
      [{ query: 'lamp', sort: [{ field: 'title' }] }, 422, 'UNKNOWN_FIELD'],
      [{ query: 'lamp', sort: ['score', { field: 'price' }] }, 400, 'INVALID_ARGUMENT'],
      [{ query: 'lamp', group: { by: 'brand' }, offset: 3 }, 400, 'INVALID_ARGUMENT'],
      [{ query: 'lamp', user: 'x'.repeat(10_000) }, 422, 'ID_TOO_LONG'],
      [{ query: 'lamp', atLeastOffset: 1e9 }, 409, 'OFFSET_NOT_REACHED'],
    ]
    for (const [payload, status, code] of refusals) {
      const answer = await post(payload)
      assert.deepEqual([answer.status, answer.body.error?.code], [status, code], JSON.stringify(payload))
    }
    assert.equal((await post({ query: 'lamp' }, 'store')).body.error?.code, 'UNKNOWN_SYSTEM')
  })

  it('tells which queries find nothing and which are left without a click', async () => {
    for (let turn = 0; turn < 3; turn++) await post({ query: turn === 1 ? 'Xylophone ' : 'xylophone' })
    await engine.decisionsLogged()
    await engine.accept([{ id: 'last', type: 'product', at: SMALL_SEARCH_START_MS, product: 'p1' }])
    const report = (await get('/v1/systems/shop/queries?days=60&limit=5')) as unknown as {
      searches: number
      zeroResultShare: number
      zeroResult: { text: string; searches: number; share: number }[]
      abandoned: object[]
    }
    assert.deepEqual(report.zeroResult, [{ text: 'xylophone', searches: 3, count: 3, share: 1 }])
    assert.ok(report.searches > 20 && report.zeroResultShare > 0 && report.abandoned.length > 0)
    const recent = await get('/v1/systems/shop/queries?days=1')
    assert.ok(Number(recent.searches) < report.searches)
  })

  it('are those of systems that search alone', async () => {
    const rank = await server.inject({ method: 'POST', url: '/v1/systems/shop/rank', payload: { user: 'u1' } })
    assert.deepEqual([rank.statusCode, (rank.json() as ErrorBody).error?.code], [409, 'WRONG_TASK'])
    const video = Engine.open(smallVideoService(), { directory: temporaryFolder(), clock: manualClock(0) })
    const other = createServer(video, { logLevel: 'silent' })
    const answer = await other.inject({ method: 'POST', url: '/v1/systems/home/search', payload: { query: 'sea' } })
    assert.deepEqual([answer.statusCode, (answer.json() as ErrorBody).error?.code], [409, 'WRONG_TASK'])
    await other.close()
    await video.close()
  })

  it('are described: the system, and the body with its own fields', async () => {
    const system = await get('/v1/systems/shop')
    assert.deepEqual([system.task, system.subject, system.item], ['search', 'user', 'product'])
    const { documents, pending, refused } = system.index as Record<string, number>
    assert.deepEqual([documents, pending, refused], [160, 0, 0])
    assert.deepEqual((system.health as { reasons: string[] }).reasons, [
      'no model: documents are in the order of their text',
    ])
    const { paths } = (await get('/openapi.json')) as { paths: Record<string, unknown> }
    assert.match(JSON.stringify(paths['/v1/systems/shop/search']), /by field \(brand, price\)/)
  })
})

interface ErrorBody {
  readonly error?: { readonly code: string; readonly message: string }
}
