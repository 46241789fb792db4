import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DAY_MS, isSluiceError, manualClock } from '../../foundation/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { replayDecisions } from '../replay-decisions.ts'
import { scanBytes } from '../scan-bytes.ts'
import type { SearchDecision } from './search-decision.ts'

const NOW = SMALL_SEARCH_START_MS + 30 * DAY_MS
const application = smallSearchService()
const EVENTS = smallSearchEvents({ searches: 100 })

describe('a search service', () => {
  const directory = temporaryFolder()
  const clock = manualClock(NOW)
  let engine: Engine
  before(async () => {
    engine = Engine.open(application, { directory, clock })
    await engine.accept(EVENTS)
  })
  after(() => engine.close())

  const search = (query: string, parts: object = {}) => engine.search('shop', { query, ...parts })
  const idsOf = ({ items }: SearchDecision) => items.map(({ id }) => id)
  let events = 0
  const product = (id: string, fields: object) =>
    engine.accept([{ id: `own-${events++}`, type: 'product', at: NOW, product: id, ...fields }])

  it('finds what a query says, best text first while there is no model, and says so', async () => {
    const answer = await search('red kettle')
    assert.deepEqual([answer.model, answer.degraded], [null, ['ranker: no model']])
    assert.equal(answer.items.length, 20)
    assert.deepEqual(
      answer.items.map(({ position }) => position),
      answer.items.map((_, index) => index + 1),
    )
    const scores = answer.items.map(({ text }) => text)
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    )
    const { title } = engine.state.attributes.describe(
      'product',
      engine.state.attributes.keys('product').find(idsOf(answer)[0]!),
    )
    assert.match(String(title), /^red kettle/)
  })

  it('finds a product from the moment that its event is taken in, as it is changed, and not when it is removed', async () => {
    assert.deepEqual(idsOf(await search('zeppelin')), [])
    await product('z1', { title: 'Inflatable zeppelin' })
    assert.deepEqual(idsOf(await search('zeppelin')), ['z1'])
    await product('z1', { title: 'Inflatable airship', brand: 'Zenith' })
    assert.deepEqual(idsOf(await search('zeppelin')), [])
    assert.deepEqual(idsOf(await search('zenith airship')), ['z1'])
    await product('z1', { removed: true })
    assert.deepEqual(idsOf(await search('zenith airship')), [])
    const { id } = await search('zenith airship')
    const { whyNot } = await engine.explainSearch((await engine.decision(id)) as SearchDecision, { whyNot: 'z1' })
    assert.deepEqual([whyNot?.stage, whyNot?.rule], ['catalogue', 'removed'])
    await product('z1', { removed: false })
    assert.deepEqual(idsOf(await search('zenith airship')), ['z1'])
  })

  it('goes on where a page ended', async () => {
    const first = idsOf(await search('lamp', { limit: 20 }))
    const pages = [await search('lamp', { limit: 8 }), await search('lamp', { limit: 12, offset: 8 })]
    assert.deepEqual(pages.flatMap(idsOf), first)
    assert.equal(pages[1]?.items[0]?.position, 9)
    assert.deepEqual(idsOf(await search('lamp', { offset: 5_000 })), [])
  })

  it('filters, and refuses a filter that cannot be', async () => {
    const { items } = await search('chair', { filters: { brand: 'Acme', price: { max: 50 } } })
    assert.ok(items.length > 0)
    for (const { id } of items) {
      const { brand, price } = engine.state.attributes.describe(
        'product',
        engine.state.attributes.keys('product').find(id),
      )
      assert.ok(brand === 'Acme' && Number(price) <= 50)
    }
    const refused = (code: 'UNKNOWN_FIELD' | 'WRONG_TYPE') => (error: unknown) => isSluiceError(error, code)
    await assert.rejects(search('chair', { filters: { size: 4 } }), refused('UNKNOWN_FIELD'))
    await assert.rejects(search('chair', { filters: { brand: { min: 3 } } }), refused('WRONG_TYPE'))
    await assert.rejects(search('chair', { limit: 101 }), (error) => isSluiceError(error, 'LIMIT_EXCEEDED'))
    await assert.rejects(search('chair', { offset: 9_990 }), (error) => isSluiceError(error, 'LIMIT_EXCEEDED'))
  })

  it('answers whatever is typed', async () => {
    const typed = [
      '',
      ' ',
      'a',
      'the of',
      '"',
      '-',
      '+"',
      '\u0000\u0007',
      'лампа 灯 💡',
      '\ud800 lamp',
      'x'.repeat(300),
    ]
    for (const query of typed) assert.ok((await search(query)).items.length >= 0, query)
    const long = await search('lamp '.repeat(20_000))
    assert.deepEqual(long.degraded, ['query: cut', 'ranker: no model'])
    assert.equal(long.request.query.length, 1_000)
    assert.ok(long.items.length > 0)
    await engine.decisionsLogged()
    assert.deepEqual(engine.log.readQuarantine().inputs, [])
  })

  it('writes an event for every search, with who asked, what was found and the decision', async () => {
    const { id, total } = await search('green guitar', { subject: 'u5' })
    const { offset } = await engine.accept([{ id: 'after', type: 'product', at: NOW, product: 'p1' }])
    const records = [...engine.log.read(offset - 5)].flatMap((batch) => batch.records)
    const written = records.find((record) => record.decision === id)
    assert.ok(written)
    const { tookMs, ...event } = written
    const fields = { text: 'green guitar', decision: id, user: 'u5', results: total }
    assert.deepEqual(event, { id: `q-${id}`, type: 'query', at: NOW, ...fields })
    assert.ok(Number(tookMs) >= 0)
  })

  it('explains a text score by parts that sum to it, now and when the decision is old', async () => {
    const { id } = await search('yelow jacket winter', { limit: 30 })
    const explained = async () => {
      const { items, reproduced, decision } = await engine.explainSearch((await engine.decision(id)) as SearchDecision)
      assert.ok(reproduced)
      for (const { parts, text, score } of items) {
        assert.ok(Math.abs(parts.reduce((sum, part) => sum + part.score, 0) - text) < 1e-9)
        assert.equal(score, text)
      }
      return { items, corrections: decision.understood.corrections }
    }
    const now = await explained()
    assert.deepEqual(
      now.corrections.map(({ written, meant }) => [written, meant]),
      [['yelow', 'yellow']],
    )
    for (let turn = 0; turn < 20; turn++) await product(`n${turn}`, { title: 'yellow jacket' })
    for (let turn = 0; turn < 20; turn++) await search(`tent ${turn}`)
    assert.deepEqual(await explained(), now)
  })

  it('answers the same after a restart, and makes every decision again to the byte', async () => {
    const queries = ['red lamp', 'kettle for travel', 'Borealis', 'zenith', 'bicicle']
    const before = []
    for (const query of queries) before.push((await search(query)).items)
    await engine.close()
    engine = Engine.open(application, { directory, clock })
    for (const [index, query] of queries.entries()) assert.deepEqual((await search(query)).items, before[index])
    await engine.decisionsLogged()
    const { decisions, different, differences } = await replayDecisions(application, engine.log, engine.registry)
    assert.deepEqual([different, differences], [0, []])
    assert.ok(decisions > 50)
  })

  it('forgets what a person asked, and a product that is erased', async () => {
    const person = 'visitor-of-march'
    const { id } = await search('a rather telling wish', { subject: person })
    await search('lamp', { subject: person, context: { note: person } })
    await product('erased-product', { title: 'Zorbing ball' })
    const { id: zorbing } = await search('zorbing')
    const receipt = await engine.eraseSubject({ entity: 'user', id: person })
    assert.equal(receipt.scan.wholeOccurrences, 0)
    assert.deepEqual(receipt.records, { query: 2, $decision: 2 })
    assert.equal(await engine.decision(id), undefined)
    assert.equal((await scanBytes(directory, 'rather telling wish')).occurrences, 0)
    await engine.eraseSubject({ entity: 'product', id: 'erased-product' })
    assert.equal(await engine.decision(zorbing), undefined)
    assert.deepEqual(idsOf(await search('zorbing')), [])
    assert.equal((await search('lamp')).items.length, 20)
  })
})
