import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { DAY_MS } from '../foundation/index.ts'
import { defineSchema, integer, number, ref } from '../problem/index.ts'
import { defineFeatures, FeatureRows, FeatureState, RequestFrame } from './index.ts'

/** The book "Machine Learning for Credit Card Fraud Detection": transactions, and its own features of two days. */
const directory = new URL('../../../shared/data/fraud-handbook/', import.meta.url)
const absent = existsSync(directory) ? false : 'the fraud handbook (../shared/data/fraud-handbook) is not there'

const START_MS = Date.UTC(2018, 3, 1)
const MONTHS = ['2018-04', '2018-05', '2018-06', '2018-07', '2018-08']
/** The golden days, with how many transactions the book has on each. */
const DAYS: readonly (readonly [string, number])[] = [
  ['2018-05-15', 9434],
  ['2018-08-10', 9523],
]
/** The golden values are printed with six decimals. */
const HALF_A_LAST_DIGIT = 5.0001e-7

const schema = defineSchema({
  entities: { card: {}, terminal: {} },
  events: { payment: { card: ref('card'), terminal: ref('terminal'), amount: number(), fraud: integer() } },
})

const WINDOWS = ['1d', '7d', '30d'] as const
const FRAUD = { fraud: { min: 1 } } as const

/** The book's windows of 1, 7 and 30 days; those of the terminal end 7 days before, when its frauds are known. */
const features = defineFeatures(schema, ({ counts, sum, mean, dayOfWeek, hourOfDay }) => ({
  cardCount: counts('payment', { by: 'card', windows: WINDOWS }),
  cardSum: sum('payment', 'amount', { by: 'card', windows: WINDOWS }),
  cardMean: mean('payment', 'amount', { by: 'card', windows: WINDOWS }),
  terminalCount: counts('payment', { by: 'terminal', windows: WINDOWS, delay: '7d' }),
  terminalFrauds: counts('payment', { by: 'terminal', windows: WINDOWS, delay: '7d', where: FRAUD }),
  hour: hourOfDay(),
  weekday: dayOfWeek(),
}))

/** A row of the book beside ours, taken right after its payment was applied, as the book counts the payment itself. */
interface Comparison {
  readonly transaction: number
  readonly golden: Readonly<Record<string, number>>
  readonly ours: Readonly<Record<string, number>>
  /** Sums of the card's amounts in 1, 7 and 30 days by brute force, in whole cents and so without rounding. */
  readonly exactSums: readonly number[]
}

/** What the book calls a golden value, from our columns. */
type Formula = (ours: Readonly<Record<string, number>>) => number

const FORMULAS: Readonly<Record<string, Formula>> = {
  TX_DURING_WEEKEND: ({ weekday = 0 }) => (weekday >= 5 ? 1 : 0),
  TX_DURING_NIGHT: ({ hour = 0 }) => (Math.floor(hour) <= 6 ? 1 : 0),
  ...Object.fromEntries(
    WINDOWS.flatMap((window): [string, Formula][] => {
      const days = Number.parseInt(window, 10)
      return [
        [`CUSTOMER_ID_NB_TX_${days}DAY_WINDOW`, (ours) => ours[`cardCount.${window}`]!],
        [`CUSTOMER_ID_AVG_AMOUNT_${days}DAY_WINDOW`, (ours) => ours[`cardMean.${window}`]!],
        [`TERMINAL_ID_NB_TX_${days}DAY_WINDOW`, (ours) => ours[`terminalCount.${window}`]!],
        [
          `TERMINAL_ID_RISK_${days}DAY_WINDOW`,
          (ours) => ours[`terminalFrauds.${window}`]! / (ours[`terminalCount.${window}`]! || 1),
        ],
      ]
    }),
  ),
}

describe('point-in-time features of the fraud handbook', { skip: absent }, () => {
  let rows: ReadonlyMap<string, readonly Comparison[]> = new Map()
  before(() => {
    rows = compareDays()
  })

  for (const [day, transactions] of DAYS) {
    it(`are the book's for every transaction of ${day}, in every column, to the last printed digit`, (test) => {
      const compared = rows.get(day) ?? []
      assert.equal(compared.length, transactions)
      let values = 0
      for (const { transaction, golden, ours } of compared) {
        const { TRANSACTION_ID: _, ...columns } = golden
        assert.deepEqual(Object.keys(columns).sort(), Object.keys(FORMULAS).sort())
        for (const [column, expected] of Object.entries(columns)) {
          const difference = Math.abs(FORMULAS[column]!(ours) - expected)
          const tolerance = /AVG|RISK/.test(column) ? HALF_A_LAST_DIGIT : 0
          assert.ok(difference <= tolerance, `transaction ${transaction}, ${column}: off by ${difference}`)
          values++
        }
      }
      test.diagnostic(`${values} golden values of ${day} equal`)
    })
  }

  it('sums amounts to within 1e-9 of exact arithmetic in cents', () => {
    for (const { transaction, ours, exactSums } of [...rows.values()].flat()) {
      for (const [index, days] of [1, 7, 30].entries()) {
        const difference = Math.abs(ours[`cardSum.${days}d`]! - exactSums[index]!)
        assert.ok(difference < 1e-9, `transaction ${transaction}, ${days} days: off by ${difference}`)
      }
    }
  })
})

function compareDays(): Map<string, Comparison[]> {
  const golden = new Map(DAYS.flatMap(([day]) => readGolden(day)))
  const state = new FeatureState(schema, features.aggregates)
  const rows = new FeatureRows(features, state)
  const frame = new RequestFrame(schema)
  const out = new Float64Array(rows.width)
  const history = new Map<number, { at: number; cents: number }[]>()
  const compared = new Map(DAYS.map(([day]): [string, Comparison[]] => [day, []]))
  let left = golden.size
  for (const month of MONTHS) {
    for (const row of readNumbers(`transactions-${month}.csv.gz`)) {
      if (left === 0) break
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
      left--
      frame.at = at
      frame.bind('card', state.attributes.keys('card').find(card))
      frame.bind('terminal', state.attributes.keys('terminal').find(terminal))
      rows.fill(frame, [-1], out)
      compared.get(expected.day)?.push({
        transaction,
        golden: expected.values,
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

/** The lines of a file. */
function readLines(file: string): string[] {
  return gunzipSync(readFileSync(new URL(file, directory)))
    .toString()
    .trimEnd()
    .split('\n')
}

/** The rows of a file of numbers, without its header. */
function* readNumbers(file: string): Generator<number[]> {
  const lines = readLines(file)
  for (let index = 1; index < lines.length; index++) yield lines[index]!.split(',').map(Number)
}

/** The golden row of every transaction of a day. */
function readGolden(day: string): [number, { day: string; values: Record<string, number> }][] {
  const file = `features-${day}.csv.gz`
  const names = readLines(file)[0]!.split(',')
  return Array.from(readNumbers(file), (row) => [
    row[0]!,
    { day, values: Object.fromEntries(names.map((name, index) => [name, row[index]!])) },
  ])
}
