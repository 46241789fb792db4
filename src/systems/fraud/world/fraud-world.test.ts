import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openDataDirectory, openEventLog } from '../../../data/index.ts'
import { contentHash, DAY_MS, isSluiceError } from '../../../foundation/index.ts'
import { temporaryFolder } from '../../../testing/index.ts'
import { fraudSchema } from '../schema.ts'
import { createFraudWorld, generateFraudEvents } from './fraud-world.ts'
import type { FraudWorldEvent } from './hidden-world.ts'

const SMALL = { seed: 3, cards: 200, days: 7 }
const OPTIONS = { seed: 5, cards: 2_000, days: 42, compromisedTerminals: 12, reviewedShare: 0.01 }

describe('the events of a fraud world', () => {
  const folder = temporaryFolder()
  const world = createFraudWorld(OPTIONS)
  const { startMs } = world.options
  const endMs = startMs + OPTIONS.days * DAY_MS
  const changeAtMs = world.changeAtMs!
  let events: FraudWorldEvent[] = []
  let byId = new Map<string, FraudWorldEvent>()
  const ofType = (type: string) => events.filter(({ record }) => record.type === type)
  const frauds = () => ofType('payment').filter(({ scenario }) => scenario !== 'none')

  before(() => {
    events = [...world.events()]
    byId = new Map(events.map((event) => [event.record.id, event]))
  })

  it('fit the schema and come in the order of time, each with its own id', async () => {
    const clock = () => 1_800_000_000_000
    const directory = openDataDirectory(folder, { mode: 'write', clock })
    const log = openEventLog(directory, { schema: fraudSchema, clock })
    const small = [...generateFraudEvents(createFraudWorld(SMALL))]
    const { rejected, accepted, duplicates } = await log.append(small)
    await log.close()
    await directory.close()
    assert.deepEqual(rejected, [])
    assert.deepEqual([accepted, duplicates], [small.length, 0])
    assert.equal(byId.size, events.length)
    assert.ok(events.every(({ record }, index) => index === 0 || record.at >= events[index - 1]!.record.at))
    assert.ok(events.every(({ record }) => record.at >= startMs && record.at <= endMs))
  })

  it('are the same for the same seed, at every reading, and others for another', () => {
    const hashOf = (options: typeof SMALL) => contentHash([...createFraudWorld(options).events()])
    const again = createFraudWorld(SMALL)
    assert.equal(contentHash([...again.events()]), hashOf(SMALL))
    assert.equal(contentHash([...again.events()]), hashOf(SMALL))
    assert.notEqual(hashOf({ ...SMALL, seed: 4 }), hashOf(SMALL))
  })

  it('have nothing in a payment that says whether it is a fraud', () => {
    const fields = new Set(ofType('payment').flatMap(({ record }) => Object.keys(record)))
    const known = ['id', 'type', 'at', 'card', 'terminal', 'amount', 'currency', 'channel', 'device', 'address']
    assert.deepEqual([...fields].sort(), known.sort())
    const [first] = frauds()
    assert.match(first!.record.id, /^p\d+$/)
  })

  it('have amounts above 0 in whole cents, and devices only where one is used', () => {
    for (const { record } of ofType('payment')) {
      const amount = Number(record.amount)
      assert.ok(amount > 0 && amount < 50_000 && Math.abs(amount * 100 - Math.round(amount * 100)) < 1e-6, `${amount}`)
      assert.equal(record.address !== undefined, record.channel === 'online')
      if (record.channel === 'chip') assert.equal(record.device, undefined)
    }
  })

  it('name no card or terminal before it appears', () => {
    const known = new Set<unknown>()
    for (const { record } of events) {
      if (record.type === 'card' || record.type === 'terminal') known.add(record[record.type])
      else assert.ok(known.has(record.card) && known.has(record.terminal), `${record.id}`)
    }
  })

  it('have payments as often as is declared, more of them on Saturday than on Monday', () => {
    const honest = ofType('payment').filter(({ scenario }) => scenario === 'none')
    const rate = honest.length / (OPTIONS.cards * OPTIONS.days)
    // Cards opened on the way pay for half of the days, rings for some weeks.
    assert.ok(Math.abs(rate - world.options.paymentsPerCardPerDay * 0.95) < 0.06, `${rate} a card and day`)
    const weekday = ({ record }: FraudWorldEvent) => new Date(record.at).getUTCDay()
    const on = (day: number) => honest.filter((event) => weekday(event) === day).length
    assert.ok(on(6) > 1.2 * on(1))
    const local = Map.groupBy(honest, ({ record }) => new Date(record.at).getUTCHours())
    assert.ok([...local.values()].every(({ length }) => length < honest.length / 8))
  })

  it('have frauds of every scenario, fewer than two in a hundred payments', () => {
    const share = frauds().length / ofType('payment').length
    assert.ok(share > 0.004 && share < 0.02, `${share}`)
    const counts = Map.groupBy(frauds(), ({ scenario }) => scenario)
    assert.equal(counts.size, 4)
    for (const [scenario, { length }] of counts) assert.ok(length > 40, `${scenario}: ${length}`)
  })

  it('report most frauds once, one to thirty days later, and some honest payments as honest', () => {
    const reports = ofType('report')
    assert.equal(new Set(reports.map(({ record }) => record.payment)).size, reports.length)
    for (const { record } of reports) {
      const payment = byId.get(String(record.payment))
      assert.ok(payment)
      const days = (record.at - payment.record.at) / DAY_MS
      assert.ok(days > 0.999 && days < 30.001, `${days} days`)
      assert.equal(record.fraud, payment.scenario !== 'none')
      assert.equal(record.source === 'review', payment.scenario === 'none')
      assert.deepEqual([record.card, record.terminal], [payment.record.card, payment.record.terminal])
    }
    const old = frauds().filter(({ record }) => record.at < endMs - 30 * DAY_MS)
    const reported = new Set(reports.map(({ record }) => record.payment))
    const share = old.filter(({ record }) => reported.has(record.id)).length / old.length
    // Three standard errors.
    assert.ok(Math.abs(share - 0.9) < 3 * Math.sqrt(0.09 / old.length), `${share} of ${old.length}`)
    const honest = reports.filter(({ record }) => record.source === 'review')
    assert.ok(honest.length > 300)
  })

  it('copy cards where they were used, at a terminal while it was compromised', () => {
    const seen = new Map<unknown, number[]>()
    const copying = new Map(world.compromised.map((each) => [each.terminal, each]))
    for (const { record, scenario } of ofType('payment')) {
      const terminal = copying.get(String(record.terminal))
      if (scenario === 'none' && terminal && record.at >= terminal.fromMs && record.at < terminal.untilMs) {
        seen.set(record.card, [...(seen.get(record.card) ?? []), record.at])
      }
      if (scenario !== 'compromised-terminal') continue
      assert.ok((seen.get(record.card) ?? []).some((at) => record.at >= at + DAY_MS))
    }
  })

  it('have rings whose accounts share devices and addresses with nobody else', () => {
    assert.ok(world.rings.length === 4)
    for (const ring of world.rings) {
      assert.ok(ring.cards.length >= 5 && ring.cards.length <= 50)
      assert.ok(ring.devices.length <= Math.max(2, ring.cards.length / 5))
      const [cards, devices] = [new Set<unknown>(ring.cards), new Set<unknown>(ring.devices)]
      for (const { record } of ofType('payment')) {
        if (devices.has(record.device)) assert.ok(cards.has(record.card))
      }
      const theirs = frauds().filter(({ record, scenario }) => scenario === 'ring' && cards.has(record.card))
      assert.ok(theirs.every(({ record }) => record.at >= ring.bustOutMs))
      if (ring.bustOutMs < endMs - 7 * DAY_MS) assert.ok(theirs.length >= 3 * cards.size)
    }
  })

  it('have honest people who share too: families, offices and public places', () => {
    const ofRings = new Set<unknown>(world.rings.flatMap(({ devices, addresses }) => [...devices, ...addresses]))
    const users = new Map<unknown, Set<unknown>>()
    for (const { record, scenario } of ofType('payment')) {
      for (const node of [record.device, record.address]) {
        if (node === undefined || ofRings.has(node) || scenario !== 'none') continue
        users.set(node, (users.get(node) ?? new Set()).add(record.card))
      }
    }
    const sizes = [...users.values()].map(({ size }) => size)
    assert.ok(sizes.filter((size) => size >= 2 && size <= 5).length > 300)
    assert.ok(sizes.filter((size) => size >= 6 && size <= 25).length > 10)
    assert.ok(sizes.filter((size) => size > 60).length >= 4)
  })

  it('change on the day that tactics change: smaller amounts, slower, at merchants who have just opened', () => {
    const bursts = Map.groupBy(
      frauds().filter(({ scenario }) => scenario === 'card-not-present'),
      ({ record }) => record.card,
    )
    const gaps = { before: [] as number[], after: [] as number[] }
    const amounts = { before: [] as number[], after: [] as number[] }
    for (const burst of bursts.values()) {
      const when = burst[0]!.record.at < changeAtMs ? 'before' : 'after'
      // What remains are the payments behind those that try the number.
      const large = burst.filter(({ record }) => Number(record.amount) > 3)
      for (const [index, { record }] of large.entries()) {
        amounts[when].push(Number(record.amount))
        if (index > 0) gaps[when].push(record.at - large[index - 1]!.record.at)
      }
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
    assert.ok(median(gaps.after) > 5 * median(gaps.before))
    assert.ok(amounts.after.every((amount) => amount < 200) && amounts.before.some((amount) => amount > 200))
    const opened = ofType('terminal').filter(({ record }) => record.at === changeAtMs)
    const fresh = new Set(opened.map(({ record }) => record.terminal))
    const late = frauds().filter(({ record }) => record.at > changeAtMs && fresh.has(record.terminal))
    assert.ok(fresh.size === 5 && late.length > 10)
  })

  it('are refused for options out of their range', () => {
    const refused = (error: unknown) => isSluiceError(error, 'INVALID_ARGUMENT')
    assert.throws(() => createFraudWorld({ seed: 1, cards: 3 }), refused)
    assert.throws(() => createFraudWorld({ seed: 1, days: 1.5 }), refused)
    assert.throws(() => createFraudWorld({ seed: 1, reportedShare: 1.1 }), refused)
    assert.throws(() => createFraudWorld({ seed: 1, ringSizes: [9, 5] }), refused)
    assert.equal(createFraudWorld({ ...SMALL, changeOnDay: 7 }).changeAtMs, undefined)
  })
})
