import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { DAY_MS } from '../foundation/index.ts'
import { defineSchema, integer, number, ref } from '../problem/index.ts'
import { defineFeatures, FeatureRows, FeatureState, RequestFrame } from './index.ts'

/** The book "Machine Learning for Credit Card Fraud Detection": transactions, and its own features of single days. */
const directory = new URL('../../../shared/data/fraud-handbook/', import.meta.url)
const absent = existsSync(directory) ? false : 'the fraud handbook (../shared/data/fraud-handbook) is not there'

const START_MS = Date.UTC(2018, 3, 1)
const DAY = '2018-05-15'
/** The golden values are printed with six decimals. */
const HALF_A_LAST_DIGIT = 5.0001e-7

const schema = defineSchema({
  entities: { card: {}, terminal: {} },
  events: { payment: { card: ref('card'), terminal: ref('terminal'), amount: number(), fraud: integer() } },
})

/** The book's windows of 1, 7 and 30 days; those of the terminal end 7 days before, so they are cut out of two. */
const features = defineFeatures(schema, ({ count, counts, sum }) => ({
  cardCount: counts('payment', { by: 'card', windows: ['1d', '7d', '30d'] }),
  cardSum1: sum('payment', 'amount', { by: 'card', window: '1d' }),
  cardSum7: sum('payment', 'amount', { by: 'card', window: '7d' }),
  cardSum30: sum('payment', 'amount', { by: 'card', window: '30d' }),
  terminalDelay: count('payment', { by: 'terminal', window: '7d' }),
  terminalCount: counts('payment', { by: 'terminal', windows: ['8d', '14d', '37d'] }),
  fraudDelay: count('payment', { by: 'terminal', window: '7d', where: { fraud: { min: 1 } } }),
  fraudCount: counts('payment', { by: 'terminal', windows: ['8d', '14d', '37d'], where: { fraud: { min: 1 } } }),
}))

/** A row of the book beside ours, taken right after its payment was applied, as the book counts the payment itself. */
interface Comparison {
  readonly transaction: number
  readonly golden: Readonly<Record<string, number>>
  readonly ours: Readonly<Record<string, number>>
  /** Sums of the card's amounts in 1, 7 and 30 days by brute force, in whole cents and so without rounding. */
  readonly exactSums: readonly number[]
}

describe(`point-in-time features of the fraud handbook, ${DAY}`, { skip: absent }, () => {
  let rows: readonly Comparison[] = []
  before(() => {
    rows = compareDay()
  })

  it('covers every transaction of the day', () => {
    assert.equal(rows.length, 9434)
  })

  it('counts the payments of a card in 1, 7 and 30 days as the book does', () => {
    for (const { transaction, golden, ours } of rows) {
      for (const days of [1, 7, 30]) {
        assert.equal(
          ours[`cardCount.${days}d`],
          golden[`CUSTOMER_ID_NB_TX_${days}DAY_WINDOW`],
          `${transaction} ${days}`,
        )
      }
    }
  })

  it('averages the amounts of a card as the book does, to its last printed digit', () => {
    for (const { transaction, golden, ours } of rows) {
      for (const days of [1, 7, 30]) {
        const average = ours[`cardSum${days}`]! / ours[`cardCount.${days}d`]!
        const difference = Math.abs(average - golden[`CUSTOMER_ID_AVG_AMOUNT_${days}DAY_WINDOW`]!)
        assert.ok(difference < HALF_A_LAST_DIGIT, `transaction ${transaction}, ${days} days: off by ${difference}`)
      }
    }
  })

  it('sums amounts to within 1e-9 of exact arithmetic in cents', () => {
    for (const { transaction, ours, exactSums } of rows) {
      for (const [index, days] of [1, 7, 30].entries()) {
        const difference = Math.abs(ours[`cardSum${days}`]! - exactSums[index]!)
        assert.ok(difference < 1e-9, `transaction ${transaction}, ${days} days: off by ${difference}`)
      }
    }
  })

  it('counts the payments at a terminal and its share of frauds, seven days late, as the book does', () => {
    for (const { transaction, golden, ours } of rows) {
      for (const [days, window] of [
        [1, '8d'],
        [7, '14d'],
        [30, '37d'],
      ] as const) {
        const count = ours[`terminalCount.${window}`]! - ours.terminalDelay!
        const frauds = ours[`fraudCount.${window}`]! - ours.fraudDelay!
        assert.equal(count, golden[`TERMINAL_ID_NB_TX_${days}DAY_WINDOW`], `${transaction} ${days}`)
        const difference = Math.abs((count === 0 ? 0 : frauds / count) - golden[`TERMINAL_ID_RISK_${days}DAY_WINDOW`]!)
        assert.ok(difference < HALF_A_LAST_DIGIT, `transaction ${transaction}, ${days} days: off by ${difference}`)
      }
    }
  })
})

function compareDay(): Comparison[] {
  const golden = readGolden()
  const state = new FeatureState(schema, features.aggregates)
  const rows = new FeatureRows(features, state)
  const frame = new RequestFrame(schema)
  const out = new Float64Array(rows.width)
  const history = new Map<number, { at: number; cents: number }[]>()
  const compared: Comparison[] = []
  for (const month of ['2018-04', '2018-05']) {
    for (const row of readNumbers(`transactions-${month}.csv.gz`).rows) {
      if (compared.length === golden.size) return compared
      const [transaction = -1, seconds = 0, customer = -1, terminalId, amount = 0, fraud] = row
      const at = START_MS + seconds * 1000
      const card = String(customer)
      const terminal = String(terminalId)
      state.apply(state.offset + 1, { id: `${transaction}`, type: 'payment', at, card, terminal, amount, fraud })
      const past = history.get(customer) ?? []
      history.set(customer, past)
      past.push({ at, cents: Math.round(amount * 100) })

      const expected = golden.get(transaction)
      if (!expected) continue
      frame.at = at
      frame.bind('card', state.attributes.keys('card').find(card))
      frame.bind('terminal', state.attributes.keys('terminal').find(terminal))
      rows.fill(frame, [-1], out)
      compared.push({
        transaction,
        golden: expected,
        ours: Object.fromEntries(features.columnNames.map((name, column) => [name, out[column]!])),
        exactSums: [1, 7, 30].map((days) => centsSince(past, at - days * DAY_MS) / 100),
      })
    }
  }
  return compared
}

function centsSince(past: readonly { at: number; cents: number }[], after: number): number {
  return past.reduce((sum, { at, cents }) => (at > after ? sum + cents : sum), 0)
}

/** The names of the header and the rows of a file of numbers. */
function readNumbers(file: string): { names: string[]; rows: number[][] } {
  const [header = '', ...lines] = gunzipSync(readFileSync(new URL(file, directory)))
    .toString()
    .trimEnd()
    .split('\n')
  return { names: header.split(','), rows: lines.map((line) => line.split(',').map(Number)) }
}

/** The golden row of every transaction of the day. */
function readGolden(): Map<number, Record<string, number>> {
  const { names, rows } = readNumbers(`features-${DAY}.csv.gz`)
  return new Map(rows.map((row) => [row[0]!, Object.fromEntries(names.map((name, index) => [name, row[index]!]))]))
}
