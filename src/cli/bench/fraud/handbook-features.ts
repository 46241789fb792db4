import { assert } from '../../../foundation/index.ts'
import { deriveRows, type PaymentTable } from './week-split.ts'

const WINDOWS = ['1d', '7d', '30d'] as const

/** Makes one number of the columns of the engine, by their names. */
type Formula = (column: (name: string) => number) => number

/**
 * The fifteen features of the book, from the engine's columns: amount, weekend, night (until seven), the counts and
 * mean amounts of the card, and of the terminal the counts and the share of frauds up to a week ago.
 */
const FORMULAS: readonly Formula[] = [
  (column) => column('amount'),
  (column) => (column('weekday') >= 5 ? 1 : 0),
  (column) => (Math.floor(column('hour')) <= 6 ? 1 : 0),
  ...WINDOWS.flatMap((window): Formula[] => [
    (column) => column(`cardCount.${window}`),
    (column) => column(`cardMean.${window}`),
    (column) => column(`terminalCount.${window}`),
    (column) => column(`terminalReports.${window}`) / (column(`terminalCount.${window}`) || 1),
  ]),
]

/** A table of the book's fifteen features. */
export function handbookFeatures(table: PaymentTable, columns: readonly string[]): PaymentTable {
  const places = new Map(columns.map((name, place) => [name, place]))
  return deriveRows(table, FORMULAS.length, (row, into) => {
    const column = (name: string): number => {
      const place = places.get(name)
      assert(place !== undefined, `the application has the feature ${name}`)
      return row[place]!
    }
    for (let index = 0; index < FORMULAS.length; index++) into[index] = FORMULAS[index]!(column)
  })
}
