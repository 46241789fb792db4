import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DAY_MS, manualClock } from '../../foundation/index.ts'
import { cap, sponsored } from '../../reranking/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { replayDecisions } from '../replay-decisions.ts'
import type { SearchDecision } from './search-decision.ts'

const NOW = SMALL_SEARCH_START_MS + 30 * DAY_MS
const EVENTS = smallSearchEvents({ searches: 30 })

function idsOf({ items }: SearchDecision): string[] {
  return items.map(({ id }) => id)
}

/** An engine in a folder of its own. */
function shopOf(application: ReturnType<typeof smallSearchService>) {
  const directory = temporaryFolder()
  const shop = {
    directory,
    engine: undefined as unknown as Engine,
    search: (query: string, parts: object = {}) => shop.engine.search('shop', { query, ...parts }),
    tell: (type: string, id: string, fields: object) =>
      shop.engine.accept([{ id: `own-${shop.told++}`, type, at: NOW, [type]: id, ...fields }]),
    told: 0,
  }
  before(async () => {
    shop.engine = Engine.open(application, { directory, clock: manualClock(NOW) })
    await shop.engine.accept(EVENTS)
  })
  after(() => shop.engine.close())
  return shop
}

describe('documents that are pinned for a query', () => {
  const application = smallSearchService()
  const shop = shopOf(application)
  const { search, tell } = shop
  let plain: string[] = []

  it('stand at their places from the moment that it is told, whatever their text says', async () => {
    plain = idsOf(await search('red kettle'))
    await tell('product', 'z1', { title: 'Gift card' })
    await tell('pin', 'gift', { query: 'Red kettles', product: 'z1', position: 2 })
    await tell('pin', 'low', { query: 'red kettle', product: plain[7], position: 1 })
    const found = await search('red kettle')
    const others = plain.filter((_, place) => place !== 7)
    assert.deepEqual(idsOf(found), [plain[7], 'z1', ...others].slice(0, 20))
    assert.deepEqual(
      found.items.slice(0, 3).map(({ pin }) => pin),
      ['low', 'gift', undefined],
    )
    assert.deepEqual(
      found.items[0]?.because?.map(({ rule }) => rule),
      ['pin'],
    )
  })

  it('stand there for the same words with a slip, and for no others', async () => {
    assert.equal(idsOf(await search('red ketle'))[1], 'z1')
    assert.equal(idsOf(await search('the RED kettle!'))[1], 'z1')
    for (const query of ['red', 'kettle red', 'green kettle']) assert.ok(!idsOf(await search(query)).includes('z1'))
  })

  it('stay away where a filter keeps them out or an order was asked for', async () => {
    const cheap = { filters: { price: { min: 0 } } }
    assert.ok(!idsOf(await search('red kettle', cheap)).includes('z1'))
    assert.ok(!idsOf(await search('red kettle', { sort: ['score'] })).includes('z1'))
  })

  it('go with their pin, of which the last page shows no trace', async () => {
    const pages = await Promise.all([0, 5, 10].map((offset) => search('red kettle', { limit: 5, offset })))
    assert.deepEqual(pages.flatMap(idsOf), idsOf(await search('red kettle', { limit: 15 })))
    await tell('pin', 'low', { removed: true })
    assert.deepEqual(idsOf(await search('red kettle')).slice(0, 3), [plain[0], 'z1', plain[1]])
    await tell('pin', 'gift', { position: 1 })
    assert.deepEqual(idsOf(await search('red kettle')).slice(0, 2), ['z1', plain[0]])
    await tell('pin', 'nobody', { query: 'red kettle', product: 'unheard-of', position: 2 })
    const { givenUp } = await search('red kettle')
    assert.equal(givenUp, undefined, 'who does not exist is not waited for')
  })

  it('are explained, now and from the log, which makes every decision again', async () => {
    const { id } = await search('red kettle')
    const decision = (await shop.engine.decision(id)) as SearchDecision
    const { items, reproduced } = await shop.engine.explainSearch(decision)
    assert.ok(reproduced)
    assert.deepEqual([items[0]?.id, items[0]?.pin, items[0]?.parts], ['z1', 'gift', []])
    await shop.engine.decisionsLogged()
    const { decisions, different, differences } = await replayDecisions(
      application,
      shop.engine.log,
      shop.engine.registry,
    )
    assert.deepEqual([different, differences], [0, []])
    assert.ok(decisions >= 15)
    await shop.engine.close()
    shop.engine = Engine.open(application, { directory: shop.directory, clock: manualClock(NOW) })
    const again = await shop.engine.explainSearch((await shop.engine.decision(id)) as SearchDecision)
    assert.deepEqual(again.items, items)
    assert.equal(idsOf(await search('red kettle'))[0], 'z1')
  })

  it('go with a document that is erased', async () => {
    await tell('product', 'z9', { title: 'Zorbing ball' })
    await tell('pin', 'ball', { query: 'blue tent', product: 'z9', position: 1 })
    assert.equal(idsOf(await search('blue tent'))[0], 'z9')
    await shop.engine.eraseSubject({ entity: 'product', id: 'z9' })
    assert.ok(!idsOf(await search('blue tent')).includes('z9'))
    const records = Array.from(shop.engine.log.read(), (batch) => batch.records).flat()
    assert.deepEqual(
      records.filter(({ type }) => type === 'pin').filter((record) => JSON.stringify(record).includes('z9')),
      [],
    )
  })
})

describe('the event of a search', () => {
  const shop = shopOf(smallSearchService({ recognise: { fields: ['price'] } }))

  it('says which filters were asked for and which were taken from the words, and nothing where there are none', async () => {
    await shop.search('red lamp')
    await shop.search('lamp below 50', { filters: { brand: 'Acme' } })
    await shop.search('lamp', { filters: { brand: Array.from({ length: 5_000 }, (_, number) => `brand ${number}`) } })
    await shop.engine.decisionsLogged()
    await shop.tell('product', 'last', { title: 'so that all is in the log' })
    const events = Array.from(shop.engine.log.read(), ({ records }) => records).flat()
    const written = events.filter(({ type, at }) => type === 'query' && at === NOW)
    assert.deepEqual(
      written.map(({ filters }) => (typeof filters === 'string' ? JSON.parse(filters) : undefined)),
      [
        undefined,
        {
          asked: { brand: 'Acme' },
          recognised: [{ written: 'below 50', field: 'price', filter: { below: 50 }, relaxed: false }],
        },
        undefined,
      ],
    )
  })
})

describe('rules of the pages of a search', () => {
  const rules = [cap({ by: 'product.brand', perPage: 2 }), sponsored({ slots: [3] })]
  const shop = shopOf(smallSearchService({ reranking: rules, sponsored: 'promoted' }))
  const { search, tell } = shop

  it('hold on every page while there is enough, and lose nothing', async () => {
    const { items, total } = await search('lamp', { limit: 100 })
    const offsets = Array.from({ length: Math.ceil(total / 5) }, (_, page) => 5 * page)
    const pages = await Promise.all(offsets.map((offset) => search('lamp', { limit: 5, offset })))
    assert.deepEqual(pages.flatMap(idsOf).toSorted(), items.map(({ id }) => id).toSorted())
    const { attributes } = shop.engine.state
    const makers = (page: SearchDecision) =>
      idsOf(page).map((id) => String(attributes.describe('product', attributes.keys('product').find(id)).brand))
    const most = pages.map((page) =>
      Math.max(...Object.values(Object.groupBy(makers(page), String)).map((all) => all!.length)),
    )
    for (const [place, page] of pages.entries()) assert.ok(most[place]! <= 2 || page.givenUp, `page ${place}`)
    assert.ok(most[0]! <= 2 && most[1]! <= 2)
    const moved = pages.flatMap((page) => page.items).flatMap(({ because = [] }) => because.map(({ rule }) => rule))
    assert.ok(moved.includes('cap(product.brand)'))
  })

  it('put a sponsored document into its slot and say so', async () => {
    const last = (await search('lamp', { limit: 100 })).items.at(-1)!
    await tell('product', last.id, { promoted: true })
    const { items } = await search('lamp', { limit: 5 })
    assert.deepEqual([items[2]?.id, items[2]?.sponsored], [last.id, true])
  })

  it('are named by whoever asks why a document is not there', async () => {
    const whole = await search('lamp', { limit: 100 })
    const first = await search('lamp', { limit: 5 })
    const shown = new Set(idsOf(first))
    const reasons = await Promise.all(
      idsOf(whole)
        .filter((id) => !shown.has(id))
        .slice(0, 10)
        .map(async (whyNot) => {
          const decision = (await shop.engine.decision(first.id)) as SearchDecision
          return (await shop.engine.explainSearch(decision, { whyNot })).whyNot
        }),
    )
    assert.ok(reasons.every((reason) => reason?.stage === 'reranking'))
    assert.ok(reasons.some((reason) => reason?.rule === 'cap(product.brand)' && /cap/.test(reason.message)))
    assert.ok(reasons.some((reason) => reason?.rule === 'limit'))
  })
})
