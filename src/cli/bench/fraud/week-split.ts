import type { DayOfPayments, ReplayedPayments } from './replay-payments.ts'

/** Days of a week of payments, and how long it takes until it is known which were frauds. */
export const WEEK = 7

/** What is known of payments besides their features; all of shape (payments,). */
export interface PaymentFacts {
  /** 1 for a fraud. */
  readonly labels: Float64Array
  readonly amounts: Float64Array
  readonly cards: Int32Array
  readonly days: Int32Array
}

/** Payments of several days in a table. */
export interface PaymentTable extends PaymentFacts {
  readonly rowCount: number
  readonly featureCount: number
  /** Shape (rowCount * featureCount,), row-major. */
  readonly rows: Float64Array
}

/** A week to be scored, and what may be learnt from before it. */
export interface WeekSplit {
  /** The first day of the week that is scored. */
  readonly testDay: number
  readonly train: PaymentTable
  /** Without the cards of which it was known by then that they are compromised. */
  readonly test: PaymentTable
}

/**
 * The handbook's protocol: learn from weeks that end a week before the test week begins, when all of their frauds are
 * known; leave out of each day of the test week the cards with a fraud in the last of those weeks, or since then and
 * known by that day. Cards that were compromised earlier come back, as the book lets them.
 *
 * @param testDay - the first of seven days that are scored
 * @param trainWeeks - the book learns from one
 */
export function splitWeek(payments: ReplayedPayments, testDay: number, trainWeeks: number): WeekSplit {
  const trainEnd = testDay - WEEK
  const known = new Set<number>()
  for (let day = trainEnd - WEEK; day < trainEnd; day++) addCompromised(dayOf(payments, day), known)
  const test: Part[] = []
  for (let day = testDay; day < testDay + WEEK; day++) {
    // What happened a week and a day ago is known when the day begins.
    addCompromised(dayOf(payments, day - WEEK - 1), known)
    const { cards } = dayOf(payments, day)
    test.push({ day, places: [...cards.keys()].filter((place) => !known.has(cards[place]!)) })
  }
  const train = Array.from({ length: trainWeeks * WEEK }, (_, index) => {
    const day = trainEnd - trainWeeks * WEEK + index
    return { day, places: [...dayOf(payments, day).cards.keys()] }
  })
  return { testDay, train: tableOf(payments, train), test: tableOf(payments, test) }
}

/** Some columns of a table, by their numbers. */
export function selectColumns(table: PaymentTable, columns: readonly number[]): PaymentTable {
  return deriveRows(table, columns.length, (row, into) => {
    for (let index = 0; index < columns.length; index++) into[index] = row[columns[index]!]!
  })
}

/** A table of other columns, each row of which is made from one of the first. */
export function deriveRows(
  table: PaymentTable,
  featureCount: number,
  derive: (row: Float64Array, into: Float64Array) => void,
): PaymentTable {
  const rows = new Float64Array(table.rowCount * featureCount)
  const width = table.featureCount
  for (let row = 0; row < table.rowCount; row++) {
    const into = rows.subarray(row * featureCount, (row + 1) * featureCount)
    derive(table.rows.subarray(row * width, (row + 1) * width), into)
  }
  return { ...table, featureCount, rows }
}

interface Part {
  readonly day: number
  readonly places: readonly number[]
}

function tableOf(payments: ReplayedPayments, parts: readonly Part[]): PaymentTable {
  const featureCount = payments.columns.length
  const rowCount = parts.reduce((sum, { places }) => sum + places.length, 0)
  const rows = new Float64Array(rowCount * featureCount)
  const [labels, amounts] = [new Float64Array(rowCount), new Float64Array(rowCount)]
  const [cards, days] = [new Int32Array(rowCount), new Int32Array(rowCount)]
  let row = 0
  for (const { day, places } of parts) {
    const from = dayOf(payments, day)
    for (const place of places) {
      rows.set(from.rows.subarray(place * featureCount, (place + 1) * featureCount), row * featureCount)
      labels[row] = from.labels[place]!
      amounts[row] = from.amounts[place]!
      cards[row] = from.cards[place]!
      days[row++] = day
    }
  }
  return { rowCount, featureCount, rows, labels, amounts, cards, days }
}

function addCompromised({ cards, labels }: DayOfPayments, known: Set<number>): void {
  for (let place = 0; place < cards.length; place++) if (labels[place] === 1) known.add(cards[place]!)
}

function dayOf({ days, firstDay }: ReplayedPayments, day: number): DayOfPayments {
  return days[day - firstDay]!
}
