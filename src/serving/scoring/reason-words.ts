import type { ScoreReason } from './scored-decision.ts'

/** How many features a decision names. */
const MOST_FEATURES = 5
/** What moves the odds by less than a hundredth is no reason. */
const LEAST_EFFECT = 0.01

/** Says which features moved a score most, in words that a reviewer reads: `card count, 1h: 14 (raises the risk)`. */
export class FeatureReasons {
  readonly #names: readonly string[]
  readonly #words: readonly string[]

  /** @param columnNames - of the rows */
  constructor(columnNames: readonly string[]) {
    this.#names = columnNames
    this.#words = columnNames.map(featureWords)
  }

  /**
   * @param row - shape (columns,)
   * @param contributions - same shape: what each column adds to the log-odds
   * @returns largest effect first; of equal effects the earlier column
   */
  of(row: Float64Array, contributions: Float64Array): ScoreReason[] {
    return strongest(contributions).map((column) => this.#reason(column, row[column]!, contributions[column]!))
  }

  #reason(column: number, number: number, contribution: number): ScoreReason {
    const value = Number.isNaN(number) ? null : number
    return {
      source: 'feature',
      name: this.#names[column]!,
      because: `${this.#words[column]}: ${valueWords(value)} (${contribution > 0 ? 'raises' : 'lowers'} the risk)`,
      value,
      contribution,
    }
  }
}

/** The columns of the largest effects that are a reason. */
function strongest(contributions: Float64Array): number[] {
  const columns: number[] = []
  for (let column = 0; column < contributions.length; column++) {
    const effect = Math.abs(contributions[column]!)
    if (!(effect >= LEAST_EFFECT)) continue
    let place = columns.length
    while (place > 0 && Math.abs(contributions[columns[place - 1]!]!) < effect) place--
    if (place === MOST_FEATURES) continue
    if (columns.length === MOST_FEATURES) columns.pop()
    columns.splice(place, 0, column)
  }
  return columns
}

/** A column's name in words: `cardCount.1h` is `card count, 1h`. */
function featureWords(column: string): string {
  const [name = '', ...suffix] = column.split('.')
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  return suffix.length === 0 ? words : `${words}, ${suffix.join('.')}`
}

/** A value as people write it: four digits, and none behind the point of a large one. */
function valueWords(value: number | null): string {
  if (value === null) return 'not known'
  if (Number.isInteger(value)) return grouped(value)
  return Math.abs(value) >= 1000 ? grouped(Math.round(value)) : String(Number(value.toPrecision(4)))
}

function grouped(value: number): string {
  const digits = String(value)
  return digits.length < 4 ? digits : digits.replaceAll(/\B(?=(\d{3})+$)/g, ',')
}
